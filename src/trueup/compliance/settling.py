"""Sets the rights of a company against its needs, across versions, editions and suites, by the cheapest lawful cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from estate import Engine
from licensing.cover import Grant, Rejected, cover
from licensing.cover import Line as NeedLine
from licensing.optimiser import Composition, Options, Prices, Solution, Suite, optimise
from licensing.optimiser.supplies import CHEAPEST, GREEDY
from licensing.quantities import Exact, plain, written
from trueup.compliance.grants import Case, Known, grants_of, is_plain, licence_in, lines_of
from trueup.compliance.suites import compositions_of, relatives, suites_of

MOST_REFUSED = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """Units of one part of a need, and what became of them; ``licence_id`` None where there is none."""

    kind: str
    version: int | None
    units: Exact
    licence_id: int | None
    right: str
    reason: str
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What rights do for one question: ``short`` for certain, ``short_high`` at most, ``left`` of its licences.

    ``lent`` units cover needs of other questions, ``borrowed`` ones are theirs. ``left`` None has no end; ``left_low``
    is what stays free whatever the unknown facts are.
    """

    covered: Exact
    short: Exact
    short_high: Exact
    left: Exact | None
    left_low: Exact | None
    lent: Exact = 0
    borrowed: Exact = 0
    entries: tuple[Entry, ...] = ()
    choice: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """One cover of a family, whatever found it: (line, grant, units, right, reason), what is short, what is left."""

    links: tuple[tuple[str, str, Exact, str, str], ...]
    short: Mapping[str, Exact]
    left: Mapping[str, Exact | None]
    used: Mapping[str, Exact]
    rejected: tuple[Rejected, ...]
    choice: Mapping[str, Any]


def settle(*, cases: Sequence[Case], known: Known, engine: Engine) -> dict[int, Settled]:
    """What the rights of a company do for each of its questions, by the question's number."""
    found: dict[int, Settled] = {}
    for family in _families(cases, known):
        found |= dict(_settle(family, known, engine))
    return found


def _families(cases: Sequence[Case], known: Known) -> list[list[Case]]:
    """Questions that can stand for one another: of one product and metric, or tied by a suite."""
    head: dict[str, str] = {}

    def root(name: str) -> str:
        while head.setdefault(name, name) != name:
            name = head[name]
        return name

    by_product: dict[int, list[Case]] = {}
    for case in cases:
        by_product.setdefault(case.question["product_id"], []).append(case)
    for case in cases:
        for other in relatives(case, cases, known) if _has_suite(case, known) else ():
            head[root(other.product)] = root(case.product)
    families: dict[str, list[Case]] = {}
    for case in cases:
        families.setdefault(root(case.product), []).append(case)
    return list(families.values())


def _has_suite(case: Case, known: Known) -> bool:
    return any(licence_id in known.components for licence_id in case.entitled.by_licence)


def _settle(family: Sequence[Case], known: Known, engine: Engine) -> Iterator[tuple[int, Settled]]:
    grants = [grant for case in family for grant in grants_of(case, known)]
    beyond = sum(grant.units or 0 for grant in grants) + sum(case.required.low or 0 for case in family) + 1
    low = [line for case in family for line in lines_of(case, high=False, beyond=beyond)]
    high = [line for case in family for line in lines_of(case, high=True, beyond=beyond)]
    suites = suites_of(family, known)
    plain_one = is_plain(grants, known)
    made = [] if plain_one else compositions_of(engine, family, suites)

    def solve(lines: Sequence[NeedLine]) -> Given:
        if plain_one:
            return _simple(lines, grants)
        return _chosen(family, lines, grants, suites=suites, made=made, known=known)

    least = solve(low)
    most = least if high == low else solve(high)
    for case in family:
        yield case.number, _of_case(case, least, most)


def _simple(lines: Sequence[NeedLine], grants: Sequence[Grant]) -> Given:
    """Where every right covers every need of its edition, the order of consumption cannot be dearer."""
    done = cover(lines=lines, grants=grants)
    links = tuple((link.line, link.grant, link.units, link.right, _why(link.reason)) for link in done.links)
    return Given(links, done.short, done.left, _used(links), done.rejected, {})


def _why(reason: str) -> str:
    return "a unit of the same product and edition" if reason.startswith("first adequate") else reason


def _used(links: Iterable[tuple[str, str, Exact, str, str]]) -> dict[str, Exact]:
    used: dict[str, Exact] = {}
    for _line, grant, units, _right, _reason in links:
        used[grant] = used.get(grant, 0) + units
    return used


def _chosen(
    family: Sequence[Case],
    lines: Sequence[NeedLine],
    grants: Sequence[Grant],
    *,
    suites: Sequence[Suite],
    made: Sequence[Composition],
    known: Known,
) -> Given:
    currency, prices = _prices(family, lines)
    by_order = any(
        known.rights[licence_id]["by_order"]
        for case in family
        for licence_id in case.entitled.by_licence
        if licence_id in known.rights
    )
    solution = optimise(
        lines=lines,
        grants=grants,
        suites=suites,
        compositions=made,
        prices=prices,
        options=Options(order=GREEDY if by_order else CHEAPEST),
    )
    links = [(link.line, link.grant, link.units, link.right, link.reason) for link in solution.links]
    used = _used(links)
    for use in solution.suites:
        used[use.grant] = used.get(use.grant, 0) + use.units
        together = " together" if len(use.covers) > 1 else " alone on its subject"
        reason = f"one unit covers {len(use.covers)} of its products{together}"
        links += [(line, use.grant, units, "suite", reason) for line, units in use.covers.items() if units]
    choice = _choice(solution, currency, by_order=by_order, questions=[case.number for case in family])
    return Given(tuple(links), solution.short, solution.left, used, solution.rejected, choice)


def _prices(family: Sequence[Case], lines: Sequence[NeedLine]) -> tuple[str, Prices]:
    """The price of a missing unit by line, in the currency most of the family is paid in; others have none."""
    priced = {case.number: case for case in family if case.entitled.unit_price is not None}
    currencies = [case.entitled.currency for case in priced.values()]
    currency = max(sorted(set(currencies)), key=currencies.count, default="")
    short = {
        line.key: Fraction(price)
        for line in lines
        if (case := priced.get(int(line.key.partition(":")[0])))
        and case.entitled.currency == currency
        and (price := case.entitled.unit_price) is not None
    }
    return currency, Prices(short=short)


def _choice(solution: Solution, currency: str, *, by_order: bool, questions: Sequence[int]) -> dict[str, Any]:
    money = solution.money
    return {
        "order": "order" if by_order else "cheapest",
        "currency": currency,
        "cost": written(money.objective),
        "order_cost": written(money.greedy),
        "cheapest_cost": written(money.optimum),
        "saved": written(money.saved),
        "bound": None if money.bound is None else written(money.bound),
        "gap": None if money.gap is None else written(money.gap),
        "unpriced_short": written(money.unpriced_short),
        "order_unpriced_short": written(money.greedy_unpriced_short),
        "method": solution.method,
        "proved": solution.proved,
        "proof": solution.proof,
        "solver": solution.solver,
        "notes": list(solution.notes),
        "questions": list(questions),
    }


def _of_case(case: Case, least: Given, most: Given) -> Settled:
    own = set(case.entitled.by_licence)
    mine = [link for link in least.links if _is_mine(case, link[0])]
    short = _sum(units for line, units in least.short.items() if _is_mine(case, line))
    borrowed = _sum(link[2] for link in mine if licence_in(link[1]) not in own)
    used = _sum(units for grant, units in least.used.items() if licence_in(grant) in own)
    for_own = _own_units(case, least, own)
    return Settled(
        covered=plain(Fraction(sum(part.low for part in case.required.parts) - short)),
        short=short,
        short_high=_sum(units for line, units in most.short.items() if _is_mine(case, line)),
        left=_left(least, own),
        left_low=_left(most, own),
        lent=max(0, plain(Fraction(used - for_own))),
        borrowed=borrowed,
        entries=tuple(_entries(case, mine, least, own)),
        choice=least.choice,
    )


def _own_units(case: Case, given: Given, own: set[int]) -> Exact:
    """Units of its own licences that cover its own need: one by one, or the suite unit that covers it too."""
    return _sum(link[2] for link in given.links if licence_in(link[1]) in own and _is_mine(case, link[0]))


def _is_mine(case: Case, line: str) -> bool:
    return int(line.partition(":")[0]) == case.number


def _left(given: Given, own: set[int]) -> Exact | None:
    left = [units for grant, units in given.left.items() if licence_in(grant) in own]
    return None if None in left else _sum(units for units in left if units is not None)


def _sum(units: Iterable[Exact]) -> Exact:
    return plain(Fraction(sum(units)))


def _entries(
    case: Case, mine: Iterable[tuple[str, str, Exact, str, str]], given: Given, own: set[int]
) -> Iterator[Entry]:
    together: dict[tuple[int | None, int, str, str], Exact] = {}
    for line, grant, units, right, reason in mine:
        at = (_version_in(line), licence_in(grant), right, reason)
        together[at] = together.get(at, 0) + units
    for (version, licence_id, right, reason), units in together.items():
        yield Entry("covered", version, units, licence_id, right, reason, licence_id not in own)
    for one in case.required.exempt:
        yield Entry("exempt", one.version, one.units, one.licence_id, "second use",
                    "the second copy of somebody who has it on another machine")  # fmt: skip
    lacking = {line: units for line, units in given.short.items() if _is_mine(case, line)}
    for line, units in lacking.items():
        yield Entry("short", _version_in(line), units, None, "", _lack(line, given))
    refused = [one for one in given.rejected if one.line in lacking][:MOST_REFUSED]
    for unfit in refused:
        other = licence_in(unfit.grant) not in own
        yield Entry("refused", _version_in(unfit.line), 0, licence_in(unfit.grant), "", unfit.reason, other)


def _lack(line: str, given: Given) -> str:
    reasons = {one.reason for one in given.rejected if one.line == line} - {"nothing left to cover"}
    if not reasons:
        return "no licence of the company covers it"
    return (
        "every licence that could cover it is used up"
        if reasons == {"used up"}
        else "; ".join(sorted(reasons))
    )


def _version_in(line: str) -> int | None:
    version = line.partition(":")[2]
    return int(version) if version else None
