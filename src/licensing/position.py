"""The effective licence position: what is entitled against what is required, and the state that follows.

It adds no number of its own: every figure derives from need and cover. What is not known is never 0.
"""

from dataclasses import dataclass

from licensing.need import Need, NotAssessed
from licensing.problems import LicensingProblem
from licensing.quantities import Exact, plain
from licensing.ranges import Interval

SHORT, AT_LIMIT, COVERED, SURPLUS, NOT_ASSESSED = "short", "at limit", "covered", "surplus", "not assessed"


class NegativeEntitlement(LicensingProblem, ValueError):
    """Fewer than no units are entitled."""


@dataclass(frozen=True, slots=True)
class Position:
    """One line of a position. ``entitled`` None is unlimited; ``required`` None is not assessed.

    ``shortfall`` and ``surplus`` are exact where the need is, ranges where it is one; they are never both above 0 at
    the same end. ``cost`` is the shortfall at the unit price, None where either is not known.
    """

    state: str
    entitled: Exact | None
    required: Exact | Interval | None
    shortfall: Exact | Interval | None
    surplus: Exact | Interval | None
    cost: Exact | Interval | None
    reason: str = ""


def position(*, need: Need | NotAssessed, entitled: Exact | None, unit_cost: Exact | None = None) -> Position:
    """The line that a need makes against units entitled; ``entitled`` None stands for an unlimited grant.

    A range that reaches from at most what is entitled to above it leaves the state not assessed, with its causes.

    >>> from licensing.need import Shape, need
    >>> asked = need(metric="per_device", shapes=[Shape(12, {"installs": 1}, "laptops")])
    >>> line = position(need=asked, entitled=10, unit_cost=25)
    >>> line.state, line.shortfall, line.surplus, line.cost
    ('short', 2, 0, 50)
    """
    if entitled is not None and entitled < 0:
        raise NegativeEntitlement(f"{entitled} units cannot be entitled: correct the purchase lines below 0")
    if isinstance(need, NotAssessed):
        return Position(NOT_ASSESSED, entitled, None, None, None, None, need.reason)
    required = _shown(need.low, need.high)
    if entitled is None:
        return Position(COVERED, None, required, 0, None, 0 if unit_cost is not None else None, "unlimited")
    over = None if need.high is None else max(0, need.high - entitled)
    shortfall = _shown(max(0, need.low - entitled), over)
    surplus = _falling(max(0, entitled - need.low), 0 if need.high is None else max(0, entitled - need.high))
    state = _state(need, entitled)
    reason = "; ".join(need.causes) if state == NOT_ASSESSED else ""
    return Position(state, entitled, required, shortfall, surplus, _priced(shortfall, unit_cost), reason)


def _state(need: Need, entitled: Exact) -> str:
    if need.low > entitled:
        return SHORT
    if need.high is None or need.high > entitled:
        return NOT_ASSESSED
    if need.low == need.high == entitled:
        return AT_LIMIT
    return SURPLUS if need.high < entitled else COVERED


def _priced(shortfall: Exact | Interval, unit_cost: Exact | None) -> Exact | Interval | None:
    if unit_cost is None:
        return None
    if not isinstance(shortfall, Interval):
        return plain(shortfall * unit_cost)
    ends = (None if end is None else plain(end * unit_cost) for end in (shortfall.low, shortfall.high))
    return Interval(*ends)


def _shown(low: Exact, high: Exact | None) -> Exact | Interval:
    return low if low == high else Interval(low, high)


def _falling(most: Exact, least: Exact) -> Exact | Interval:
    return _shown(least, most)
