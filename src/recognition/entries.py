"""One YAML entry into one frozen value: publisher, product or title rule. The shapes are in library/schema/."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from recognition.catalogue import Edition, Product, Publisher, Version
from recognition.cleaning import fold
from recognition.problems import LibraryError
from recognition.publishers import normalise_publisher
from recognition.rules import Rule
from recognition.titles import normalise_title

Entry = TypeVar("Entry")
STRENGTHS = {"name": 90, "pattern": 90, "starts": 75}
PRECISE = 95
BROAD = 70


def read_entry(file: str, entry: Any, reader: Callable[[Mapping[str, Any]], Entry]) -> Entry:
    """Read one entry, or raise LibraryError with the file and the entry's key."""
    try:
        return reader(entry)
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as trouble:
        called = entry.get("key") or entry.get("id") if isinstance(entry, dict) else entry
        raise LibraryError(
            file=file, entry=str(called), trouble=f"{type(trouble).__name__}: {trouble}"
        ) from trouble


def read_publisher(entry: Mapping[str, Any]) -> Publisher:
    """A publisher; its own name is one of its spellings."""
    spellings = (normalise_publisher(each) for each in (entry["name"], *entry.get("spellings", ())))
    return Publisher(
        key=entry["key"],
        name=entry["name"],
        website=entry.get("website"),
        owner=entry.get("owner"),
        spellings=tuple(dict.fromkeys(each for each in spellings if each)),
    )


def read_product(entry: Mapping[str, Any], *, publisher: str) -> Product:
    """A product with its editions and versions, in the file's order."""
    return Product(
        key=entry["key"],
        name=entry["name"],
        publisher=publisher,
        category=entry["category"],
        asset_class=entry["asset_class"],
        metric=entry["metric"],
        commercial=entry.get("commercial", True),
        installed=entry.get("installed", True),
        editions=tuple(_edition(each) for each in entry.get("editions", ())),
        versions=tuple(_version(each) for each in entry.get("versions", ())),
        source=entry.get("source"),
    )


def _edition(entry: Mapping[str, Any]) -> Edition:
    return Edition(
        key=entry["key"],
        name=entry["name"],
        rank=entry["rank"],
        metric=entry.get("metric"),
        free=entry.get("free", False),
        words=tuple(fold(word) for word in entry.get("words", (entry["name"],))),
    )


def _version(entry: Mapping[str, Any]) -> Version:
    return Version(
        key=entry["key"],
        name=entry.get("name", entry["key"]),
        numbers=tuple(entry.get("numbers", ())),
        released_on=_day(entry, "released_on"),
        support_ends_on=_day(entry, "support_ends_on"),
        extended_ends_on=_day(entry, "extended_ends_on"),
        source=entry.get("source"),
    )


def _day(entry: Mapping[str, Any], name: str) -> date | None:
    day = entry.get(name)
    if day is not None and type(day) is not date:
        raise ValueError(f"{name} {day!r} is not a day written YYYY-MM-DD")
    return day


def read_rule(
    entry: Mapping[str, Any], *, beside: Mapping[str, Any], lineages: Mapping[str, frozenset[str]]
) -> Rule:
    """A title rule; `beside` is the product it stands beside, whose publisher it asks for unless it says otherwise."""
    match = entry["match"]
    publishers = _publishers(match.get("publisher", beside.get("publisher", "any")))
    product = entry.get("product", beside.get("product"))
    if not product and not entry.get("class"):
        raise ValueError("it names neither a product nor a class")
    return Rule(
        id=entry["id"],
        product=product,
        edition=entry.get("edition"),
        klass=entry.get("class"),
        publishers=publishers,
        accepted=frozenset().union(*(lineages[each] for each in publishers or ())),
        names=_names((*_several(match.get("name")), *_several(match.get("starts")))),
        starts=tuple(fold(each) for each in _several(match.get("starts"))),
        pattern=re.compile(match["pattern"]) if "pattern" in match else None,
        excluded=re.compile(match["not"]) if "not" in match else None,
        origins=frozenset(each.casefold() for each in _several(match.get("origin"))),
        packages=tuple(fold(each) for each in _several(match.get("packages"))),
        identifiers=tuple(each.casefold() for each in _several(match.get("identifier"))),
        version_from=entry.get("version_from", "name"),
        strength=entry.get("strength", _usual_strength(match)),
        reason=entry["reason"],
    )


def _usual_strength(match: Mapping[str, Any]) -> int:
    """What wording alone is worth; a rule of packages or identifiers only is precise, one of publishers only broad."""
    precise = PRECISE if "packages" in match or "identifier" in match else BROAD
    return max((STRENGTHS[each] for each in match if each in STRENGTHS), default=precise)


def _names(titles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalise_title(each, None).key for each in titles))


def _publishers(said: Any) -> frozenset[str] | None:
    return None if said == "any" else frozenset(_several(said))


def _several(said: Any) -> tuple[str, ...]:
    """One word or a list of words."""
    if said is None:
        return ()
    return (said,) if isinstance(said, str) else tuple(said)
