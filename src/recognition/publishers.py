"""One spelling of a publisher: without legal form, certificate wrapping, copyright line or home page."""

import re
import unicodedata
from functools import lru_cache

from recognition.cleaning import clean

_DISTINGUISHED = re.compile(r"(?:^|,\s*)(?:CN|O)\s*=\s*(?:\"([^\"]+)\"|((?:[^,\\]|\\.)+))", re.IGNORECASE)
_URL = re.compile(r"<?(?:https?://|www\.)\S+>?", re.IGNORECASE)
_MAIL = re.compile(r"\s*<[^<>]*@[^<>]*>")
_COPYRIGHT = re.compile(
    r"^.*?(?:copyright|\(c\)|©)\s*(?:\(c\)|©)?\s*(?:by\s+)?(?:[\d\s,-]*\d)?\s*,?\s*",
    re.IGNORECASE | re.DOTALL,
)
_RIGHTS = re.compile(r",?\s*(?:all rights reserved|tous droits).*$", re.IGNORECASE)
_YEARS = re.compile(r"\s+\d{4}(?:\s*-\s*\d{4})?$")
_FORMS = frozenset(
    re.findall(
        r"\S+",
        """
    inc incorporated corp corporation co company llc llp lp ltd limited plc gmbh mbh kg kgaa ohg ag se sa sas sarl srl
    spa bv nv ab as asa aps oy oyj ky pty pte kk sro zrt kft doo jsc ooo oao zao pjsc sia uab ou ev eu cokg
    bvba sprl sl slu lda ltda sab sau
    """,
    )
)
_JOINED = re.compile(
    r"\b(?:s\.?\s?p\.?\s?a|s\.?\s?r\.?\s?[lo]|b\.\s?v|n\.\s?v|s\.\s?a(?:\.\s?s)?|e\.\s?[vu]|a\.\s?s)\.?$"
)
_SUBSIDIARIES = re.compile(r"\s+(?:and/or|or|and|&)\s+its\s+(?:affiliates|subsidiaries)\.?$")
_NOBODY = re.compile(r"[\d\s.v_-]*|\(?none\)?|n/?a|unknown|default publisher")
_SEAT = re.compile(r"\b(gmbh|ag|se|inc|ltd|llc|corp|sas|b\.?v|a/s)\b\.?,\s.*$")
_EDGE = re.compile(r"^[\s.,;:&-]+|[\s.,;:&-]+$")


@lru_cache(maxsize=16_384)
def normalise_publisher(text: str | None) -> str:
    """The publisher's name in lower case; '' when the text names nobody (empty, a home page, a version).

    >>> normalise_publisher("Microsoft® Corporation"), normalise_publisher("JetBrains s.r.o.")
    ('microsoft', 'jetbrains')
    >>> normalise_publisher("CN=Mozilla Corporation, OU=Release, O=Mozilla Corporation, C=US")
    'mozilla'
    >>> normalise_publisher("5.0.1, Copyright 2002-2009 Apple Inc."), normalise_publisher("https://golang.org")
    ('apple', '')
    >>> normalise_publisher("Dassault Systèmes SE"), normalise_publisher("SUSE LINUX Products GmbH, Nuernberg, Germany")
    ('dassault systemes', 'suse linux products')
    """
    name = text or ""
    while (shorter := _shortened(name)) != name:
        name = shorter
    return name


def _shortened(text: str) -> str:
    name = _without_copyright(_distinguished(text))
    name = _MAIL.sub("", _URL.sub("", clean(name)))
    name = clean(_trimmed(_SEAT.sub(r"\1", _unaccented(name.casefold()).replace(",", ", "))))
    return "" if _NOBODY.fullmatch(name) else name


def _distinguished(text: str) -> str:
    """The organisation, or else the common name, of a certificate's subject; other text as it is."""
    if "=" not in text:
        return text
    named = {hit[0].lstrip(", ")[:2].upper(): hit[1] or hit[2] for hit in _DISTINGUISHED.finditer(text)}
    return str(named.get("O=") or named.get("O ") or named.get("CN") or text)


def _without_copyright(text: str) -> str:
    """The holder in a macOS version line ('2.0, Copyright 2009 Apple Inc., all rights reserved')."""
    if not re.search(r"copyright|\(c\)|©", text, re.IGNORECASE):
        return text
    return _YEARS.sub("", _RIGHTS.sub("", _COPYRIGHT.sub("", text)))


def _unaccented(name: str) -> str:
    """Without accents: half of all installers leave them out of their own publisher's name."""
    if name.isascii():
        return name
    parted = unicodedata.normalize("NFKD", name)
    return unicodedata.normalize("NFC", "".join(each for each in parted if not unicodedata.combining(each)))


def _trimmed(name: str) -> str:
    """Strip legal forms from the end until only the name is left; a name that is a legal form stays."""
    while True:
        shorter = _EDGE.sub("", _SUBSIDIARIES.sub("", name))
        joined = _JOINED.sub("", shorter)
        shorter = joined if joined.strip() else shorter
        head, _, last = shorter.rpartition(" ")
        if head and re.sub(r"\W", "", last) in _FORMS:
            shorter = head
        if shorter == name:
            return name.removeprefix("the ")
        name = shorter
