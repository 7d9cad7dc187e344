"""Entitled against required: the state of a position, what is short or spare, and what the gap would cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licensing.quantities import Exact, written
from licensing.ranges import Interval
from trueup.compliance.entitlement import Entitlement
from trueup.compliance.requirement import Requirement
from trueup.compliance.working import Line, line

DEFAULT_NEAR = 90


@dataclass(frozen=True, slots=True)
class Weighed:
    """The result of one position. ``short`` is what is lacking for certain; nothing is known where it is None."""

    state: str
    covered: Exact | None
    short: Exact | None
    spare: Exact | None
    exposure: Exact | None
    reason: str
    working: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What besides both sides decides whether a position can be assessed."""

    devices: int
    devices_known: int
    other_editions: tuple[str, ...]
    needs_inventory: bool


def weigh(
    *, question: Mapping[str, Any], entitled: Entitlement, required: Requirement, seen: Circumstances
) -> Weighed:
    """Set one side against the other. A need that may lie on either side of the entitlement is not assessed."""
    reason = _undecidable(question, entitled, required, seen)
    if reason or required.low is None:
        says = "Not assessed: " + reason
        return Weighed(
            "not_assessed", None, None, None, None, reason, (line("result", "POS-00", says, None),)
        )
    if entitled.unlimited:
        says = "Unlimited rights cover whatever is required"
        return Weighed(
            "covered", required.low, 0, None, None, "", (line("result", "POS-01", says, required.low),)
        )
    return _compared(question, entitled, required, required.low)


def _undecidable(
    question: Mapping[str, Any], entitled: Entitlement, required: Requirement, seen: Circumstances
) -> str:
    if required.low is None:
        return required.reason
    if seen.needs_inventory and not seen.devices_known:
        return (
            "No device of the company has sent its installed software: what is required is unknown, not zero."
        )
    if seen.other_editions and not question["licences"]:
        return f"The edition of these installations is not known; there are licences for {', '.join(seen.other_editions)}."
    high = required.high
    certain = (
        entitled.unlimited or required.low > entitled.units or (high is not None and high <= entitled.units)
    )
    if not certain:
        span = Interval(required.low, high)
        return f"{span} units are required and {entitled.units} entitled: {'; '.join(required.causes) or 'facts are missing'}."
    return ""


def _compared(
    question: Mapping[str, Any], entitled: Entitlement, required: Requirement, low: Exact
) -> Weighed:
    units = entitled.units
    high = low if required.high is None else required.high
    short, spare = max(0, low - units), max(0, units - high)
    covered = min(units, low)
    steps = [
        line(
            "result",
            "POS-01",
            "Covered by units entitled",
            covered,
            expression=f"min({units}, {written(low)})",
        )
    ]
    if short:
        shown = short if required.point is not None else Interval(short, _most(required, units))
        says = (
            "Short: required beyond entitled"
            if required.point is not None
            else "Short at least: the need is a range"
        )
        steps.append(line("result", "POS-02", says, shown, expression=f"{written(low)} − {units}"))
    else:
        steps.append(
            line(
                "result",
                "POS-03",
                "Spare: entitled beyond required",
                spare,
                expression=f"{units} − {written(high)}",
            )
        )
    exposure = None if entitled.unit_price is None else short * entitled.unit_price
    if short and entitled.unit_price is not None:
        says = f"Exposure at the last price paid, {entitled.currency}"
        expression = f"{written(short)} × {written(entitled.unit_price)}"
        steps.append(line("result", "POS-04", says, exposure, expression=expression, about="purchase"))
    return Weighed(
        _state(question, units, high, short, spare), covered, short, spare, exposure, "", tuple(steps)
    )


def _most(required: Requirement, units: int) -> Exact | None:
    return None if required.high is None else required.high - units


def _state(question: Mapping[str, Any], units: int, high: Exact, short: Exact, spare: Exact) -> str:
    if short:
        return "short"
    if not spare:
        return "at_limit" if units else "covered"
    near = question["near_limit_percent"] or DEFAULT_NEAR
    return "covered" if high * 100 >= near * units else "surplus"
