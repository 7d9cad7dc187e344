"""Names of languages and locales as installers put them at the end of a title."""

import re

NAMES = frozenset(
    re.findall(
        r"\S+",
        """
    arabic bulgarian catalan chinese croatian czech danish dutch english estonian finnish french german greek hebrew
    hindi hungarian indonesian italian japanese kazakh korean latvian lithuanian norwegian polish portuguese romanian
    russian serbian slovak slovenian spanish swedish thai turkish ukrainian vietnamese
    čeština dansk deutsch eesti español français hrvatski italiano latviešu lietuvių magyar nederlands norsk polski
    português română slovenčina slovenščina suomi svenska türkçe ελληνικά български русский українська
    日本語 한국어 简体中文 繁體中文 中文
    """,
    )
)

LOCALE = re.compile(
    r"(?:ar|bg|ca|cs|cy|da|de|el|en|es|et|eu|fa|fi|fr|ga|gl|he|hi|hr|hu|hy|id|is|it|ja|ka|kk|ko|lt|lv|mk|ms|nb|nl|nn"
    r"|no|pl|pt|ro|ru|sk|sl|sq|sr|sv|ta|th|tr|uk|ur|vi|zh)"
    r"(?:[-_](?:latn|cyrl|hans|hant))?(?:[-_][a-z]{2}|[-_]419)?",
    re.IGNORECASE,
)

THREE_LETTERS = frozenset(
    re.findall(
        r"\S+",
        """
    ara chs cht csy dan deu ell eng enu esn esp fin fra heb hun ita jpn kor nld nor plk ptb ptg rus sve trk
    """,
    )
)


def is_language(text: str) -> bool:
    """Whether a piece of a title is only the name of a language or a locale.

    >>> is_language("de-de"), is_language("English"), is_language("Server")
    (True, True, False)
    >>> is_language("Chinese (Simplified)"), is_language("FRA"), is_language("English (United States)")
    (True, True, True)
    """
    folded = text.casefold().strip()
    first = folded.partition(" ")[0]
    if first in NAMES:
        rest = folded[len(first) :].strip()
        return not rest or rest.startswith("(") or rest in {"simplified", "traditional", "brazil"}
    return folded in THREE_LETTERS or LOCALE.fullmatch(folded) is not None
