"""Entitled: what the purchase lines in force allow, line by line, and the price of one more unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
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
    by_licence: Mapping[int, int | None] = field(default_factory=dict)


def entitlement_of(lines: Iterable[Mapping[str, Any]]) -> Entitlement:
    """Add the lines of one product, edition and metric; reductions are negative, and less than nothing is nothing."""
    ordered = sorted(lines, key=lambda one: (one["valid_from"] or date.max, one["purchase_id"]))
    by_licence = _by_licence(ordered)
    units = sum(some for some in by_licence.values() if some)
    unlimited = None in by_licence.values()
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
    return Entitlement(units, unlimited, price, currency, tuple(working), by_licence)


def _by_licence(lines: Iterable[Mapping[str, Any]]) -> dict[int, int | None]:
    """Units of each licence, None without limit; a licence cannot hold less than nothing."""
    found: dict[int, int | None] = {}
    for one in lines:
        before = found.get(one["licence_id"], 0)
        units = None if one["unlimited"] or before is None else before + (one["units"] or 0)
        found[one["licence_id"]] = units
    return {licence_id: units if units is None else max(0, units) for licence_id, units in found.items()}


def with_upgrades(
    lines: Iterable[Mapping[str, Any]],
    upgrades: Iterable[Mapping[str, Any]],
    licences: Mapping[int, Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    """The lines, and for each upgrade or step-up the units it takes from its base and brings: the total never grows."""
    found = list(lines)
    owned = _by_licence(found)
    for one in sorted(upgrades, key=lambda one: one["purchase_id"]):
        base, into = one["base_licence_id"], one["licence_id"]
        has = owned.get(base, 0)
        units = min(one["units"] or 0, has) if has is not None else one["units"] or 0
        if units and base in licences and into in licences:
            found += [_moved(one, licences[base], -units), _moved(one, licences[into], units)]
            owned = _by_licence(found)
    return found


def _moved(one: Mapping[str, Any], licence: Mapping[str, Any], units: int) -> Mapping[str, Any]:
    known = {
        name: licence[name] for name in ("licence_id", "company_id", "product_id", "edition_id", "metric")
    }
    return known | {
        "purchase_id": one["purchase_id"],
        "units": units,
        "unlimited": False,
        "valid_from": None,
        "valid_until": None,
        "price": None,
        "price_basis": None,
        "currency": None,
        "is_upgrade": True,
    }


def _of_line(one: Mapping[str, Any]) -> Line:
    if one.get("is_upgrade"):
        says = (
            "Units that an upgrade brings, of its base"
            if one["units"] > 0
            else "Units that went into an upgrade"
        )
        return line("rights", "ENT-03", says, one["units"], records={"kind": "purchase",
                    "ids": [one["purchase_id"]], "licence": one["licence_id"]})  # fmt: skip
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
