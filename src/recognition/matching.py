"""The decision: which product a raw title is, or that nobody licenses it, with the rule and the reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recognition.catalogue import Edition, Product
from recognition.cleaning import fold
from recognition.entries import PRECISE
from recognition.library import Library
from recognition.publishers import normalise_publisher
from recognition.rules import PACKAGED, Hit, Rule
from recognition.titles import NormalisedTitle, RawTitle, normalise_title
from recognition.versions import FoundVersion, find_version

SURE = 60
WITHOUT_PUBLISHER = 20
AGAINST_PUBLISHER = 40
MACOS = "macos"
_NUMBERED = re.compile(r"_\d+$")
"""Agents on macOS number the copies of a program: 'Microsoft Word_0'."""
_IDENTIFIER = re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """What a title is. `status`: recognised, not_licensable, unrecognised or unsure; `klass` says why not licensable.

    `strength` is 0..100; `candidates` are the other products that fitted, all of them when unsure.
    """

    status: str
    product: str | None = None
    edition: str | None = None
    version: str | None = None
    klass: str | None = None
    strength: int = 0
    reason: str = ""
    rule: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A raw title made ready for comparing."""

    raw: RawTitle
    text: str
    title: NormalisedTitle
    origin: str
    publisher: str | None
    lineage: frozenset[str]
    is_signed: bool
    is_sellers: bool


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A rule that applies, with what is left of its strength and the remark why."""

    rule: Rule
    strength: int
    remark: str


def recognise(raw: RawTitle, library: Library) -> Match:
    """Say what a title is; never raises, whatever the text holds.

    >>> from recognition.library import Library
    >>> recognise(RawTitle("Snagit 2020", "TechSmith Corporation", "20.1.4"), Library.empty()).status
    'unrecognised'
    """
    seen = _seen(raw, library)
    weighed = _weighed_rules(seen, library)
    if not weighed:
        return _without_rule(seen)
    best = [each for each in weighed if each.strength == weighed[0].strength]
    outcomes = {(each.rule.product, each.rule.klass) for each in best}
    products = tuple(dict.fromkeys(each.rule.product for each in weighed if each.rule.product))
    if len(outcomes) > 1 and any(each.rule.klass is None for each in best):
        told = " and ".join(sorted({each.rule.id for each in best}))
        return Match(
            "unsure", strength=best[0].strength, reason=f"{told} fit equally well", candidates=products
        )
    if best[0].strength < SURE:
        return _unsure(best[0], products)
    return _decided(seen, best, products, library)


def _seen(raw: RawTitle, library: Library) -> _Seen:
    named = normalise_publisher(raw.publisher)
    publisher = library.spellings.get(named)
    origin = (raw.origin or "").strip().casefold()
    name = _NUMBERED.sub("", raw.name) if origin == MACOS else raw.name
    return _Seen(
        raw=raw,
        text=fold(name),
        title=normalise_title(name, raw.version),
        origin=origin,
        publisher=publisher,
        lineage=library.lineages.get(publisher or "", frozenset()),
        is_signed=bool(named),
        is_sellers=publisher in library.sellers,
    )


def _weighed_rules(seen: _Seen, library: Library) -> list[_Weighed]:
    """The rules that apply, the strongest first; where none does, those that apply to the title without its
    language, architecture and dotted version: 'Inventor 2022 - Deutsch (German)' is 'Inventor 2022'.
    """
    weighed = list(_weigh(seen, library))
    plain = fold(seen.title.name)
    if not weighed and plain != seen.text:
        weighed = list(_weigh(replace(seen, text=plain), library))
    return sorted(weighed, key=lambda each: (-each.strength, each.rule.id))


def _weigh(seen: _Seen, library: Library) -> Iterator[_Weighed]:
    keys = (seen.title.key, seen.title.stem) if seen.title.key != seen.title.stem else (seen.title.key,)
    hits = library.index.hits(
        text=seen.text,
        keys=keys,
        identifier=(seen.raw.identifier or "").strip().casefold(),
        publisher=seen.publisher or "",
        lineage=seen.lineage if seen.is_signed else None,
        origin=seen.origin,
    )
    for hit in hits:
        if _applies(hit, seen):
            weighed = _weighed(hit, seen)
            if weighed:
                yield weighed


def _applies(hit: Hit, seen: _Seen) -> bool:
    """A rule without origins is for installed programs; distribution packages it must name as packages."""
    rule = hit.rule
    if rule.origins:
        origin_fits = seen.origin in rule.origins
    else:
        origin_fits = hit.by in {"package", "source"} or (seen.origin not in PACKAGED and seen.origin != "os")
    return origin_fits and not (rule.excluded and rule.excluded.search(seen.text))


def _weighed(hit: Hit, seen: _Seen) -> _Weighed | None:
    """Full strength when the publisher agrees, less when none is given, a mere hint against another publisher."""
    rule = hit.rule
    if hit.by in {"package", "identifier"}:
        return _Weighed(rule, max(rule.strength, PRECISE) if rule.strength >= SURE else rule.strength, "")
    if hit.by == "source" and rule.publishers is None and seen.is_sellers:
        return _Weighed(rule, AGAINST_PUBLISHER, "but this publisher sells software")
    if rule.publishers is None or seen.lineage & rule.accepted:
        return _Weighed(rule, rule.strength, "")
    if not seen.is_signed:
        left = max(rule.strength - WITHOUT_PUBLISHER, 0)
        return _Weighed(rule, left, "no publisher given") if rule.product or left >= SURE else None
    if hit.by == "name" and rule.product:
        remark = f"but the publisher is {seen.raw.publisher!r}"
        return _Weighed(rule, min(rule.strength, AGAINST_PUBLISHER), remark)
    return None


def _without_rule(seen: _Seen) -> Match:
    if seen.raw.is_system:
        reason = "the agent marks it as part of the operating system"
        return Match("not_licensable", klass="system_component", strength=SURE, reason=reason)
    if not seen.text:
        return Match("unrecognised", reason="the title is empty")
    if _IDENTIFIER.fullmatch(seen.text):
        return Match("unrecognised", reason="the title is an identifier, not a name")
    return Match("unrecognised", reason="no rule knows this title")


def _unsure(best: _Weighed, products: tuple[str, ...]) -> Match:
    reason = "; ".join(filter(None, (best.rule.reason, best.remark)))
    return Match("unsure", strength=best.strength, reason=reason, rule=best.rule.id, candidates=products)


def _decided(seen: _Seen, best: list[_Weighed], products: tuple[str, ...], library: Library) -> Match:
    rule = best[0].rule
    product = library.products.get(rule.product or "")
    edition = _edition(product, best, seen.text) if product else None
    version = _version(product, rule, seen)
    klass = rule.klass or _free_class(product, edition)
    remarks = (rule.reason, best[0].remark, _edition_remark(product, edition, klass), version.remark)
    return Match(
        "not_licensable" if klass else "recognised",
        product=rule.product,
        edition=edition.key if edition else None,
        version=version.key,
        klass=klass,
        strength=best[0].strength,
        reason="; ".join(filter(None, remarks)),
        rule=rule.id,
        candidates=tuple(each for each in products if each != rule.product),
    )


def _edition(product: Product, best: list[_Weighed], text: str) -> Edition | None:
    """The edition the rules name, else the one the title spells out; rules that disagree leave it open."""
    named = {each.rule.edition for each in best if each.rule.edition}
    if named:
        return product.edition(named.pop()) if len(named) == 1 else None
    spoken = [
        (len(word), each)
        for each in product.editions
        for word in each.words
        if word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    ]
    return max(spoken, key=lambda pair: pair[0])[1] if spoken else None


def _version(product: Product | None, rule: Rule, seen: _Seen) -> FoundVersion:
    if product is None:
        return FoundVersion(seen.title.version)
    return find_version(product=product, text=seen.text, title=seen.title, version_from=rule.version_from)


def _free_class(product: Product | None, edition: Edition | None) -> str | None:
    if product is not None and not product.commercial:
        return "free_software"
    return "free_edition" if edition is not None and edition.free else None


def _edition_remark(product: Product | None, edition: Edition | None, klass: str | None) -> str:
    is_open = product is not None and bool(product.editions) and edition is None and klass is None
    return "the title does not tell the edition" if is_open else ""
