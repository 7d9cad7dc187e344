"""What an agent saw, and the same title without version, architecture, language and installer's remarks."""

import re
from dataclasses import dataclass

from recognition.cleaning import clean, key
from recognition.languages import LOCALE, is_language

_ARCHITECTURES = {
    "x64": "x86_64", "x86_64": "x86_64", "x86-64": "x86_64", "amd64": "x86_64", "64-bit": "x86_64",
    "64bit": "x86_64", "64 bit": "x86_64", "win64": "x86_64", "x86": "x86", "32-bit": "x86", "32bit": "x86",
    "32 bit": "x86", "win32": "x86", "i386": "x86", "i686": "x86", "arm64": "arm64", "aarch64": "arm64",
    "ia64": "ia64",
}  # fmt: skip
_ARCHITECTURE = re.compile(
    r"(?<![\w.+])(?:x86[_-]64|x64|x86|amd64|(?:64|32)[- ]?bit|win64|win32|i386|i686|arm64|aarch64|ia64)"
    r"(?:[ -](?:edition|version))?(?![\w+])",
    re.IGNORECASE,
)
_NUMBER = r"\d+(?:[._]\d+)+[\w.+~-]*"
_VERSION = re.compile(
    rf"(?<![\w.])(?:(?:version|ver\.?|release|build|rev\.?)\s*[:v]?\s*)?(?:v\.?\s*|go)?(?P<number>{_NUMBER})"
    r"|(?<![\w.])(?:version|ver\.)\s+(?P<said>v?\d[\w.-]*)"
    r"|(?<![\w.])v(?P<major>\d+)(?![\w.])",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_REMARKS = frozenset(
    re.findall(
        r"\S+",
        """
    remove only uninstall current user users all machine-wide per-user preview msvc gnu build edition installer
    system en de fr es it and
    """,
    )
)
_TAIL = re.compile(r"\s+-\s+([^-]+(?:-[\w-]+)?)$")
_STORE_PREFIX = re.compile(r"^(?:ms-resource:/*)?(?:[0-9A-F]{5,12}\.(?=[A-Za-z]))?")
_STORE_SUFFIX = re.compile(r"_[0-9a-hjkmnp-tv-z]{13}$")
_LOOSE_ENDS = " \t-_,;:/|"
_STEM = re.compile(r"(?:[\s-]+(?:v?\d{1,4}|[ivx]{1,4}))+$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\w)(?:19|20)\d\d(?!\w)")
_EDITIONS = re.compile(
    r"(?<!\w)(?:standard|professional|pro|enterprise|ultimate|home|datacenter|essentials|express|developer|community"
    r"|premium|plus|business|student|education|academic|evaluation|trial|workstation|server|basic|ltsc|ltsb|lite"
    r"|free|personal|corporate|advanced)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RawTitle:
    """One title as an inventory gave it; `identifier` is an MSI product code, bundle id or package family name."""

    name: str
    publisher: str | None
    version: str | None
    arch: str | None = None
    origin: str | None = None
    is_system: bool = False
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class NormalisedTitle:
    """A title taken apart; `name` keeps its letter case, `key` is what is compared."""

    name: str
    version: str | None
    arch: str | None
    language: str | None
    edition_words: tuple[str, ...]
    name_version: str | None

    @property
    def key(self) -> str:
        """Letters and digits of the name: two titles with one key are one product line."""
        return key(self.name)

    @property
    def release(self) -> str | None:
        """The year or release number that closes the name, or else a year inside it: '2020' of 'Camtasia 2020'."""
        closing = _STEM.search(self.name)
        if closing and closing.start():
            return closing[0].split()[-1].strip("-")
        year = _YEAR.search(self.name)
        return year[0] if year else None

    @property
    def stem(self) -> str:
        """The key without a closing year or release number: 'Camtasia 2020' and 'Camtasia' share it."""
        return key(_STEM.sub("", self.name) or self.name)


def normalise_title(name: str, version: str | None) -> NormalisedTitle:
    """Take a title apart into name, version, architecture and language; never empties the name.

    Dotted versions leave the name; whole numbers and years stay, since they often tell products apart.

    >>> title = normalise_title("Mozilla Firefox 53.0.2 (x86 fr)", None)
    >>> title.name, title.version, title.arch, title.language
    ('Mozilla Firefox', '53.0.2', 'x86', 'fr')
    >>> normalise_title("Microsoft Office Professional Plus 2016 - de-de", "16.0.4266.1001").name
    'Microsoft Office Professional Plus 2016'
    """
    found: dict[str, str] = {}
    text = _settled(clean(name), found)
    told = found.get("version") or found.get("inside")
    return NormalisedTitle(
        name=text,
        version=_field(version) or told,
        arch=found.get("arch"),
        language=found.get("language"),
        edition_words=tuple(dict.fromkeys(word.casefold() for word in _EDITIONS.findall(text))),
        name_version=told,
    )


def _settled(text: str, found: dict[str, str]) -> str:
    """Strip until nothing more comes off, so that normalising twice changes nothing."""
    while True:
        shorter = clean(_stripped(text, found))
        if not shorter or shorter == text:
            return text
        text = shorter


def _stripped(text: str, found: dict[str, str]) -> str:
    text = _STORE_SUFFIX.sub("", _STORE_PREFIX.sub("", text))
    if "(" in text or "[" in text:
        text = _PARENTHESES.sub(lambda group: _without_remark(group, found), text)
    text = _without_language(text, found)
    text = _ARCHITECTURE.sub(lambda hit: _noted(hit.group(), found), text)
    text = _VERSION.sub(lambda hit: _noted_version(hit, found), text)
    return text.strip(_LOOSE_ENDS)


def _without_remark(group: re.Match[str], found: dict[str, str]) -> str:
    """Drop a bracket that only tells architecture, language, version or how to uninstall."""
    inside = (group[1] if group[1] is not None else group[2]).strip()
    bare = _ARCHITECTURE.sub(lambda hit: _noted(hit.group(), found), inside)
    bare = _VERSION.sub(lambda hit: _noted_version(hit, found, bracketed=True), bare)
    for word in bare.replace(",", " ").split():
        if LOCALE.fullmatch(word):
            found.setdefault("language", word.casefold())
        elif not (word.casefold() in _REMARKS or word.isdecimal() or is_language(word)):
            return group[0]
    return " "


def _without_language(text: str, found: dict[str, str]) -> str:
    tail = _TAIL.search(text)
    if tail is None or not is_language(tail[1]):
        return text
    found.setdefault("language", tail[1].casefold())
    return text[: tail.start()]


def _noted(architecture: str, found: dict[str, str]) -> str:
    word = re.sub(r"[ -](?:edition|version)$", "", architecture.casefold())
    found.setdefault("arch", _ARCHITECTURES[word])
    return " "


def _noted_version(hit: re.Match[str], found: dict[str, str], *, bracketed: bool = False) -> str:
    place = "inside" if bracketed else "version"
    found.setdefault(place, (hit["number"] or hit["said"] or hit["major"]).strip("._-+~"))
    return " "


def _field(version: str | None) -> str | None:
    return clean(version or "") or None
