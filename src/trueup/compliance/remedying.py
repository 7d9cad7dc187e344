"""What can be done about each position, ranked by money, as the rules of ``licensing`` reckon it: reclaim, move spare
units, downgrade, renew fewer, buy packs; each with the position it alone would leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from licensing.quantities import Exact, plain, written
from licensing.remedies import (
    DOWNGRADE,
    MOVE,
    Facts,
    Figures,
    Idle,
    Lower,
    Offer,
    Renewal,
    Spare,
    remedies,
)
from trueup.base.actor import system
from trueup.catalogue.models import Edition, Product
from trueup.compliance.counting import Result
from trueup.compliance.models import Position
from trueup.compliance.pricing import Ending, Priced, endings_of

Pair = tuple[Position, Result]
Key = tuple[int, str]
MOST_COMPANIES = 20


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a run's positions: spare units elsewhere, ranks of editions, lines that end, prices."""

    on: date
    priced: Mapping[int, Priced]
    siblings: Mapping[tuple[int, int, str], Sequence[Position]] = field(default_factory=dict)
    elsewhere: Mapping[tuple[int, int | None, str], Sequence[Position]] = field(default_factory=dict)
    ranks: Mapping[int, int] = field(default_factory=dict)
    names: Mapping[tuple[int, int | None], str] = field(default_factory=dict)
    endings: Mapping[int, Sequence[Ending]] = field(default_factory=dict)


def add_remedies(*, pairs: Sequence[Pair], priced: Mapping[int, Priced], on: date) -> None:
    """Write the remedies of every position that is short or has units to spare."""
    open_ones = [pair for pair in pairs if not pair[0].unlimited and (pair[0].short or pair[0].spare)]
    around = _around(pairs, open_ones, priced, on)
    for position, result in open_ones:
        position.remedies = list(remedies_of(position, result, around))
    changed = [position for position, _result in open_ones if position.remedies]
    Position.objects.bulk_update(changed, ["remedies"], batch_size=1000)


def _around(pairs: Sequence[Pair], open_ones: Sequence[Pair], priced: Mapping[int, Priced], on: date) -> Around:  # fmt: skip
    siblings: dict[tuple[int, int, str], list[Position]] = {}
    for position, _result in pairs:
        siblings.setdefault((position.company_id, position.product_id, position.metric), []).append(position)
    products = {position.product_id for position, _result in open_ones}
    short = {position.product_id for position, _result in open_ones if position.short}
    elsewhere: dict[tuple[int, int | None, str], list[Position]] = {}
    spare = Position.objects.filter(
        outcome__is_latest=True, product_id__in=short, spare__gt=0, unlimited=False
    )
    for other in spare.defer("working", "parameters", "choice").order_by("-spare", "pk"):
        elsewhere.setdefault((other.product_id, other.edition_id, other.metric), []).append(other)
    licences = {
        one for _position, result in open_ones if result.weighed.spare for one in result.entitled.by_licence
    }
    endings = endings_of(actor=system("counting"), licence_ids=licences, on=on)
    ranks, names = _editions(products)
    return Around(on, priced, siblings, elsewhere, ranks, names, endings)


def _editions(product_ids: set[int]) -> tuple[dict[int, int], dict[tuple[int, int | None], str]]:
    """Ranks of editions, and what products with and without an edition are called."""
    products = dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "name"))
    names: dict[tuple[int, int | None], str] = {(pk, None): name for pk, name in products.items()}
    ranks: dict[int, int] = {}
    rows = Edition.objects.filter(product_id__in=product_ids).values_list("pk", "product_id", "name", "rank")
    for pk, product_id, name, rank in rows:
        names[product_id, pk], ranks[pk] = f"{products[product_id]} {name}", rank
    return ranks, names


def remedies_of(position: Position, result: Result, around: Around) -> Iterator[dict[str, Any]]:
    """The remedies of one position as stored, the one with the most money first; those without a price last."""
    own: dict[str, Any] = {
        "idle": tuple(_idle(result)),
        "renewals": tuple(_renewals(result, around)),
        "offers": tuple(_offers(position)),
    }
    found = list(_told(position, around, **own))
    for other in _others(position, around):
        spare = Spare("another company", _exact(other.spare))
        found += _told(position, around, elsewhere=(spare,), company_id=other.company_id)
    for lower in _lower(position, around):
        units = min(_exact(position.short), _exact(lower.spare))
        found += _told(
            position, around, lower=(Lower(units, _figures(lower, around)),), edition_id=lower.edition_id
        )
    yield from sorted(found, key=_place)


def _told(
    position: Position,
    around: Around,
    *,
    company_id: int | None = None,
    edition_id: int | None = None,
    **facts: Any,
) -> Iterable[dict[str, Any]]:
    for one in remedies(Facts(_figures(position, around), around.on, **facts)):
        yield {
            "kind": one.kind,
            "says": one.says,
            "units": written(one.units),
            "cost": _text(one.cost),
            "saving": _text(one.saving),
            "net": _text(one.net),
            "first_on": one.first_possible_on.isoformat(),
            "after": [_after(figures) for figures in one.after],
            "company": company_id if one.kind == MOVE else None,
            "edition": edition_id if one.kind == DOWNGRADE else None,
        }


def _after(figures: Figures) -> dict[str, str]:
    return {
        "product": figures.product,
        **{name: written(getattr(figures, name)) for name in ("entitled", "required", "short", "spare")},
    }


def _place(one: Mapping[str, Any]) -> tuple[bool, Fraction, str, str]:
    weight = Fraction(one["units"] if one["net"] is None else one["net"])
    return one["net"] is None, -weight, one["first_on"], one["says"]


def _idle(result: Result) -> Iterator[Idle]:
    """Seats of people who left, whether they hold units or have it installed: without them the need falls."""
    left = [
        one.low
        for one in result.required.shapes
        if one.shape.family == "users" and dict(one.shape.columns)["is_active"] is False and one.low
    ]
    if left:
        yield Idle(sum(left), "of people who left")


def _renewals(result: Result, around: Around) -> Iterator[Renewal]:
    for licence_id in result.entitled.by_licence:
        price = around.priced.get(licence_id, Priced()).yearly
        for ending in around.endings.get(licence_id, ()):
            each = None if price is None else plain(Fraction(price))
            yield Renewal(ending.units, ending.ends_on, each, ending.notice_by)


def _offers(position: Position) -> Iterator[Offer]:
    price = None if position.unit_price is None else _exact(position.unit_price)
    yield Offer(1, price, "one unit at the last price paid")


def _others(position: Position, around: Around) -> list[Position]:
    """Positions of other companies with units to spare, those with most first; a product of one's own is nowhere else."""
    same = around.elsewhere.get((position.product_id, position.edition_id, position.metric), ())
    return [one for one in same if one.company_id != position.company_id][:MOST_COMPANIES]


def _lower(position: Position, around: Around) -> Iterator[Position]:
    rank = around.ranks.get(position.edition_id or 0)
    if rank is None or not position.short:
        return
    for other in around.siblings[position.company_id, position.product_id, position.metric]:
        theirs = around.ranks.get(other.edition_id or 0)
        if theirs is not None and theirs < rank and other.spare:
            yield other


def _figures(position: Position, around: Around) -> Figures:
    """The position in figures; of a range, what is needed for certain where it is short, else what may be."""
    need = position.required_low if position.short else position.required_high
    required = _exact(need if need is not None else position.required_low or Decimal(0))
    name = around.names[position.product_id, position.edition_id]
    price = None if position.unit_price is None else _exact(position.unit_price)
    return Figures(name, _exact(position.entitled), required, price)


def _exact(number: Decimal | None) -> Exact:
    return plain(Fraction(number or 0))


def _text(number: Exact | None) -> str | None:
    return None if number is None else f"{Decimal(number.numerator) / Decimal(number.denominator):.4f}"
