"""One clean text from what agents send: control characters, trademark signs, twice-encoded letters, odd dashes."""

import re
import unicodedata

_SIGNS = str.maketrans(
    {
        "®": "",
        "™": "",
        "©": "",
        "℠": "",
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
    }
)
_SPELT_SIGNS = re.compile(r"\((?:r|tm|c)\)", re.IGNORECASE)
_TWICE_ENCODED = re.compile(r"[ÃÂâ][\u0080-\u00ff\u0152-\u2122]|[A-Za-z]\u00cc[\u0080-\u00bf]")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    r"""The text in one spelling: NFKC, single spaces, no control or trademark characters; letter case is kept.

    >>> clean("Microsoft® Visio®\x00  Professional – 2016")
    'Microsoft Visio Professional - 2016'
    """
    if text.isascii() and text.isprintable():
        return " ".join(_SPELT_SIGNS.sub("", text).split())
    text = _repaired(text).translate(_SIGNS)
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    text = _SPELT_SIGNS.sub("", text)
    text = "".join(" " if letter in "\t\n\r" else letter for letter in text if _wanted(letter))
    return unicodedata.normalize("NFKC", _SPACES.sub(" ", text).strip())


def fold(text: str) -> str:
    """Clean text without letter case: what patterns of the library are compared with.

    >>> fold("Adobe Acrobat DC (64-bit)")
    'adobe acrobat dc (64-bit)'
    """
    return clean(text).casefold()


def key(text: str) -> str:
    """Letters and digits only, so that spacing and punctuation do not tell two titles apart; + and # stay.

    >>> key("Notepad++ "), key("Sublime  Text-3"), key("!!")
    ('notepad++', 'sublimetext3', '!!')
    """
    folded = clean(text).casefold()
    bare = re.sub(r"[^\w+#]|_", "", folded)
    return bare or folded


def _wanted(letter: str) -> bool:
    return letter in "\t\n\r" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co"}


def _repaired(text: str) -> str:
    """UTF-8 that was read as Latin-1 or Windows-1252, read again as what it was; otherwise the text itself."""
    if not _TWICE_ENCODED.search(text):
        return text
    for codec in ("cp1252", "latin-1"):
        try:
            again = text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        return _repaired(again)
    return text
