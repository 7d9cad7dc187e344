"""What was found for classes, given to their members: links between lines and grants as they were handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from licensing.cover import Line, Link, right_of
from licensing.optimiser.columns import Layout
from licensing.optimiser.solution import Bought, SuiteUse, Waived
from licensing.quantities import Exact, plain

HOST, VMS = "the host is licensed whole", "its VMs are licensed one by one"


@dataclass(slots=True)
class Spread:
    """What is found for single lines, with the rest of each still to be covered and what was used of each share."""

    rest: dict[str, Exact]
    used: dict[str, Exact]
    links: list[Link] = field(default_factory=list)
    suites: list[SuiteUse] = field(default_factory=list)
    bought: list[Bought] = field(default_factory=list)
    waived: list[Waived] = field(default_factory=list)


def spread(
    layout: Layout, values: Sequence[int], *, lines: Mapping[str, Line], previous: Sequence[Link], reason: str
) -> Spread:
    """Members in the order of their keys; what a line had in the last run it keeps before others take of it."""
    given = Spread(dict(layout.estate.rest), dict.fromkeys(layout.supply.shares, 0))
    _waive(given, layout, values)
    _give_suites(given, layout, values)
    had = {(link.line, link.grant): link.units for link in previous}
    places: dict[int, dict[str, Exact]] = {}
    for (number, key), column in layout.columns.single.items():
        if values[column]:
            places.setdefault(number, {})[key] = plain(Fraction(values[column], layout.grain))
    for number, grants in places.items():
        _give_singly(given, layout, number, grants, lines=lines, had=had, reason=reason)
    for key, column in layout.columns.bought.items():
        pack, count = layout.supply.packs[key], values[column]
        if count:
            given.bought.append(Bought(key, count, count * pack.size, count * (pack.price or 0)))
    return given


def _waive(given: Spread, layout: Layout, values: Sequence[int]) -> None:
    for number, layers in enumerate(layout.estate.layers):
        by_host = values[layout.columns.host[number]]
        for at, layer in enumerate(layers):
            dropped, says = (layer.vms, HOST) if at < by_host else ((layer.host,), VMS)
            for key in dropped:
                if given.rest[key]:
                    given.waived.append(Waived(key, given.rest[key], layer.key, says))
                    given.rest[key] = 0


def _give_suites(given: Spread, layout: Layout, values: Sequence[int]) -> None:
    numbers = {key: at for at, demand in enumerate(layout.estate.demands) for key in demand.members}
    free = {one.key: one.subjects for made in layout.estate.made for one in made.members}
    for (made, key), column in layout.columns.suite.items():
        right, subjects = layout.rights[made, key], values[column]
        for one in layout.estate.made[made].members:
            some = min(subjects, free[one.key])
            if some:
                covered = {line: each for line, each in one.lines.items() if numbers[line] in right.covers}
                covers = _covers(given, covered, some)
                of = layout.supply.shares[key].of
                use = SuiteUse(one.key, right.suite.product, of, some, some * one.takes, covers)
                given.suites.append(use)
                given.used[key] += some * one.takes
                free[one.key], subjects = free[one.key] - some, subjects - some


def _covers(given: Spread, lines: Mapping[str, Exact], subjects: int) -> dict[str, Exact]:
    """What so many subjects take off their lines; what is allocated already is not covered twice."""
    covers = {}
    for key, each in sorted(lines.items()):
        covers[key] = min(subjects * each, given.rest[key])
        given.rest[key] -= covers[key]
    return covers


def _give_singly(
    given: Spread,
    layout: Layout,
    number: int,
    grants: dict[str, Exact],
    *,
    lines: Mapping[str, Line],
    had: Mapping[tuple[str, str], Exact],
    reason: str,
) -> None:
    units: dict[tuple[str, str], Exact] = {}
    for keeping in (True, False):
        for line in layout.estate.demands[number].members:
            for key, has in grants.items():
                before = had.get((line, layout.supply.shares[key].of), 0)
                some = min(given.rest[line], has, before if keeping else given.rest[line])
                if some:
                    units[line, key] = units.get((line, key), 0) + some
                    given.rest[line] -= some
                    grants[key] = has - some
    for (line, key), some in sorted(units.items()):
        share = layout.supply.shares[key]
        given.used[key] += some
        right = right_of(share.grant, lines[line])
        says = "; ".join(filter(None, (reason, share.remark)))
        given.links.append(Link(line, share.of, some, right, says))
