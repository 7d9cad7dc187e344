"""Entitled: what the purchase lines in force allow, line by line, and the price of one more unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from licensing.quantities import Exact, plain
from trueup.compliance.working import Line, line

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Units allowed on the day (unlimited: no number), the last price of a unit, and how both came about."""

    units: int
    unlimited: bool
    unit_price: Exact | None
    currency: str
    working: tuple[Line, ...]


def entitlement_of(lines: Iterable[Mapping[str, Any]]) -> Entitlement:
    """Add the lines of one product, edition and metric; reductions are negative, and less than nothing is nothing."""
    ordered = sorted(lines, key=lambda one: (one["valid_from"], one["purchase_id"]))
    units = max(0, sum(one["units"] or 0 for one in ordered))
    unlimited = any(one["unlimited"] for one in ordered)
    price, currency = _price(ordered)
    working = [_of_line(one) for one in ordered[-MOST_LINES:]]
    if len(ordered) > MOST_LINES:
        working.insert(0, _of_older(ordered[:-MOST_LINES]))
    total = "unlimited" if unlimited else units
    says = (
        "Entitled: the purchase lines in force, added up"
        if ordered
        else "No purchase line is in force on the day"
    )
    expression = " + ".join(step.value for step in working) if not unlimited and len(working) > 1 else ""
    working.append(line("rights", "ENT-02", says, total, expression=expression))
    return Entitlement(units, unlimited, price, currency, tuple(working))


def _of_line(one: Mapping[str, Any]) -> Line:
    until = f", until {one['valid_until']} (not included)" if one["valid_until"] else ", without end"
    reduction = (one["units"] or 0) < 0
    says = f"{'Reduction' if reduction else 'Purchase line'} from {one['valid_from']}{until}"
    value = "unlimited" if one["unlimited"] else one["units"]
    return line("rights", "ENT-01", says, value, records={"kind": "purchase", "ids": [one["purchase_id"]],
                "licence": one["licence_id"]})  # fmt: skip


def _of_older(older: list[Mapping[str, Any]]) -> Line:
    says = f"{len(older)} older purchase lines"
    ids = [one["purchase_id"] for one in older]
    return line(
        "rights",
        "ENT-01",
        says,
        sum(one["units"] or 0 for one in older),
        records={"kind": "purchase", "ids": ids},
    )


def _price(ordered: list[Mapping[str, Any]]) -> tuple[Exact | None, str]:
    """The price of one unit of the latest line that has one."""
    for one in reversed(ordered):
        units = one["units"] or 0
        if one["price"] is None or (one["price_basis"] == "total" and units <= 0):
            continue
        price = Fraction(one["price"]) / (units if one["price_basis"] == "total" else 1)
        return plain(price), one["currency"] or ""
    return None, ""
