"""Entitled against required: the state of a position, what is short or spare, and what the gap would cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licensing.quantities import Exact, written
from licensing.ranges import Interval
from trueup.compliance.entitlement import Entitlement
from trueup.compliance.requirement import Requirement
from trueup.compliance.settling import Settled
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
    unfit: Exact = 0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What besides both sides decides whether a position can be assessed."""

    devices: int
    devices_known: int
    other_editions: tuple[str, ...]
    needs_inventory: bool


def weigh(
    *,
    question: Mapping[str, Any],
    entitled: Entitlement,
    required: Requirement,
    settled: Settled | None,
    reason: str = "",
) -> Weighed:
    """Set one side against the other. A need that may lie on either side of what covers it is not assessed."""
    reason = reason or _undecided(entitled, required, settled)
    if reason or required.low is None or settled is None:
        says = "Not assessed: " + reason
        return Weighed(
            "not_assessed", None, None, None, None, reason, (line("result", "POS-00", says, None),)
        )
    if entitled.unlimited:
        says = "Unlimited rights cover whatever is required"
        return Weighed(
            "covered", required.low, 0, None, None, "", (line("result", "POS-01", says, required.low),)
        )
    return _compared(question, entitled, required, settled)


def undecidable(question: Mapping[str, Any], required: Requirement, seen: Circumstances) -> str:
    """Why a question cannot be set against rights at all; empty text where it can."""
    if required.low is None:
        return required.reason
    if seen.needs_inventory and not seen.devices_known:
        return (
            "No device of the company has sent its installed software: what is required is unknown, not zero."
        )
    if seen.other_editions and not question["licences"]:
        return f"The edition of these installations is not known; there are licences for {', '.join(seen.other_editions)}."
    return ""


def _undecided(entitled: Entitlement, required: Requirement, settled: Settled | None) -> str:
    """Nothing is short for certain, and yet something may be."""
    if settled is None or required.low is None or settled.short or not settled.short_high:
        return ""
    span = Interval(required.low, required.high)
    return f"{span} units are required and {entitled.units} entitled: {'; '.join(required.causes) or 'facts are missing'}."


def _compared(
    question: Mapping[str, Any], entitled: Entitlement, required: Requirement, settled: Settled
) -> Weighed:
    units, short = entitled.units, settled.short
    free = (settled.left if short else settled.left_low) or 0
    spare, unfit = (0, free) if short else (free, 0)
    steps = [*_used(entitled, required, settled)]
    steps += _lacking(required, settled, unfit) if short else [_spared(units, required, settled, spare)]
    exposure = None if entitled.unit_price is None else short * entitled.unit_price
    if short and entitled.unit_price is not None:
        says = f"Exposure at the last price paid, {entitled.currency}"
        expression = f"{written(short)} × {written(entitled.unit_price)}"
        steps.append(line("result", "POS-04", says, exposure, expression=expression, about="purchase"))
    steps += _chosen(settled.choice)
    state = _state(question, units, short, spare)
    return Weighed(state, settled.covered, short, spare, exposure, "", tuple(steps), unfit)


def _used(entitled: Entitlement, required: Requirement, settled: Settled) -> list[Line]:
    own = settled.covered - settled.borrowed
    low = written(required.low or 0)
    steps = []
    if settled.lent:
        steps.append(line("result", "POS-05", "Units that cover needs of other positions", -settled.lent))
    if settled.borrowed:
        steps.append(line("result", "POS-06", "Covered by licences of other positions", settled.borrowed))
    plain_case = not settled.lent and own == min(entitled.units, required.low or 0)
    expression = f"min({entitled.units}, {low})" if plain_case else ""
    return [*steps, line("result", "POS-01", "Covered by units entitled", own, expression=expression)]


def _lacking(required: Requirement, settled: Settled, unfit: Exact) -> list[Line]:
    exact = settled.short == settled.short_high
    most = None if required.high is None else settled.short_high
    says = "Short: required beyond entitled" if exact else "Short at least: the need is a range"
    shown = settled.short if exact else Interval(settled.short, most)
    expression = f"{written(required.low or 0)} − {written(settled.covered)}"
    steps = [line("result", "POS-02", says, shown, expression=expression)]
    if unfit:
        steps.append(
            line("result", "POS-07", "Free, but of versions or rights that reach none of these", unfit)
        )
    return steps


def _spared(units: int, required: Requirement, settled: Settled, spare: Exact) -> Line:
    high = required.high or 0
    lent = f" − {written(settled.lent)}" if settled.lent else ""
    borrowed = f" + {written(settled.borrowed)}" if settled.borrowed else ""
    says = "Spare: entitled beyond required"
    return line("result", "POS-03", says, spare, expression=f"{units} − {written(high)}{lent}{borrowed}")


def _chosen(choice: Mapping[str, Any]) -> list[Line]:
    """In which order rights were used, and what the other order would cost."""
    if not choice:
        return []
    by_order = choice["order"] == "order"
    says = (
        "Rights used by the order of consumption"
        if by_order
        else "Rights used by the cheapest lawful cover found"
    )
    proof = f" (proved by {choice['proof']})" if choice["proved"] else ""
    steps = [
        line("result", "CVR-01", says + proof, choice["cost"], about="purchase", source=choice["solver"])
    ]
    if choice["saved"] != "0":
        other = "The cheapest would save" if by_order else "Saved against the order of consumption"
        expression = f"{choice['order_cost']} − {choice['cheapest_cost']}"
        steps.append(line("result", "CVR-02", f"{other}, {choice['currency']}", choice["saved"],
                          expression=expression, about="purchase"))  # fmt: skip
    return steps


def _state(question: Mapping[str, Any], units: int, short: Exact, spare: Exact) -> str:
    if short:
        return "short"
    if not spare:
        return "at_limit" if units else "covered"
    near = question["near_limit_percent"] or DEFAULT_NEAR
    return "covered" if (units - spare) * 100 >= near * units else "surplus"
