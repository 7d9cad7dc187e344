"""Cover: which grant licenses which need, through which right and why; and why every other candidate does not.

It changes no need and makes no quantity of its own. The order is the default explanation of the field: fixed
allocations, unlimited grants, the exact version and edition, the own pool, the cheaper right, the one that ends
first, true-up grants last. The same lines and grants give the same cover whatever their order.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from licensing.problems import LicensingProblem
from licensing.quantities import Exact
from licensing.rights.downgrade import reaches

UNUSABLE = "used up"
TOO_FEW = "too few for all of it, and all or none must be covered"


class DoubleKey(LicensingProblem, ValueError):
    """Two lines, or two grants, are known by one key."""


@dataclass(frozen=True, slots=True)
class Line:
    """A need to be covered: so many units of a product in a version and an edition, used by a scope.

    ``whole`` is for graduated metrics: beyond what is allocated to it, it is covered all or not at all.
    """

    key: str
    product: str
    units: Exact
    version: int | None = None
    edition: str = ""
    scope: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """Units owned, and the rights that go with them.

    ``units`` None is unlimited. ``version`` None covers every version; ``downgrade`` is none, one, any or a
    number of versions, over ``line`` (the product's versions, newest first). ``editions`` are those it covers besides its own. ``scopes`` None is anyone.
    ``allocated`` fixes units to lines by their key. A ``true_up`` grant takes what is left over, without limit.
    Versions ``released`` up to ``maintained_until`` are covered too, and stay so when maintenance has ended.
    ``names`` is what people call versions that are known by a number of their own.
    """

    key: str
    product: str
    units: Exact | None
    version: int | None = None
    edition: str = ""
    downgrade: str = "none"
    line: tuple[int, ...] = ()
    editions: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    unit_cost: Exact | None = None
    ends_on: date | None = None
    true_up: bool = False
    allocated: Mapping[str, Exact] = field(default_factory=dict)
    maintained_until: date | None = None
    released: Mapping[int, date] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    def called(self, version: int | None) -> str:
        """A version by the name people know."""
        return str(version) if version is None else self.names.get(version, str(version))

    @property
    def is_endless(self) -> bool:
        """Whether nothing limits what it covers."""
        return self.units is None or self.true_up

    @property
    def maintained(self) -> tuple[int, ...]:
        """Versions newer than its own that maintenance brought, oldest first."""
        until, own = self.maintained_until, self.version
        if until is None or own is None:
            return ()
        return tuple(sorted(v for v, day in self.released.items() if v > own and day <= until))


@dataclass(frozen=True, slots=True)
class Link:
    """Units of one line under one grant, with the right used and the reason it was taken."""

    line: str
    grant: str
    units: Exact
    right: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A grant of the same product that gave a line nothing, and why."""

    line: str
    grant: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cover:
    """What is covered by what.

    For every line, its links and its ``short`` add up to its need. For every limited grant, its links, its ``idle``
    (allocated, not in use) and its ``left`` add up to its units; ``left`` None has no end.
    """

    links: tuple[Link, ...]
    short: Mapping[str, Exact]
    idle: Mapping[str, Exact]
    left: Mapping[str, Exact | None]
    rejected: tuple[Rejected, ...]


def cover(*, lines: Iterable[Line], grants: Iterable[Grant]) -> Cover:
    """Cover lines by grants, the newest version first.

    >>> found = cover(
    ...     lines=[Line("laptops", "Office", 3, version=2019)],
    ...     grants=[Grant("order 1", "Office", 2, version=2021, downgrade="any")],
    ... )
    >>> found.links[0].right, found.links[0].units, dict(found.short)
    ('downgrade from 2021', 2, {'laptops': 1})
    """
    asked, owned = _sorted(lines, grants)
    fixed = allocate(lines=asked, grants=owned)
    left, rest = dict(fixed.left), {line.key: fixed.short.get(line.key, 0) for line in asked}
    links, rejected = list(fixed.links), list[Rejected]()
    of_product: dict[str, list[Grant]] = {}
    for grant in owned:
        of_product.setdefault(grant.product, []).append(grant)
    for line in asked:
        candidates = sorted(of_product.get(line.product, ()), key=_rank(line))
        if line.whole and not _enough(line, candidates, left, rest[line.key]):
            rejected += [
                Rejected(line.key, grant.key, _refusal(line, grant, left[grant.key]) or TOO_FEW)
                for grant in candidates
            ]
            continue
        for grant in candidates:
            _try(line, grant, left, rest, links, rejected)
    return Cover(tuple(links), _some(rest), fixed.idle, left, tuple(rejected))


def allocate(*, lines: Iterable[Line], grants: Iterable[Grant]) -> Cover:
    """What fixed allocations alone cover, with what is then left of every line and every grant.

    >>> fixed = allocate(lines=[Line("a", "DB", 5)], grants=[Grant("g", "DB", 9, allocated={"a": 2, "b": 3})])
    >>> dict(fixed.short), dict(fixed.idle), dict(fixed.left)
    ({'a': 3}, {'g': 3}, {'g': 4})
    """
    asked, owned = _sorted(lines, grants)
    left: dict[str, Exact | None] = {grant.key: None if grant.is_endless else grant.units for grant in owned}
    rest: dict[str, Exact] = {line.key: line.units for line in asked}
    links: list[Link] = []
    idle = {grant.key: _allocate(grant, asked, left, rest, links) for grant in owned if grant.allocated}
    return Cover(tuple(links), _some(rest), _some(idle), left, ())


def _sorted(lines: Iterable[Line], grants: Iterable[Grant]) -> tuple[list[Line], list[Grant]]:
    asked = sorted(lines, key=lambda line: (line.product, -(line.version or 0), line.key))
    owned = sorted(grants, key=lambda grant: grant.key)
    _once([line.key for line in asked])
    _once([grant.key for grant in owned])
    return asked, owned


def _some(units: Mapping[str, Exact]) -> dict[str, Exact]:
    return {key: some for key, some in units.items() if some}


def right_of(grant: Grant, line: Line) -> str:
    """The right by which a grant may cover a line, or empty text."""
    if line.edition not in {grant.edition, *grant.editions}:
        return ""
    by_version = _by_version(grant, line)
    if line.edition == grant.edition or not by_version:
        return by_version
    return f"edition {grant.edition}" + ("" if by_version == "own version" else f", {by_version}")


def _by_version(grant: Grant, line: Line) -> str:
    if grant.version is None or line.version is None or grant.version == line.version:
        return "own version"
    if reaches(owned=grant.version, asked=line.version, kind=grant.downgrade, line=grant.line):
        return f"downgrade from {grant.called(grant.version)}"
    if line.version in grant.maintained:
        return f"maintenance upgrade to {grant.called(line.version)}"
    newest = grant.maintained[-1:]
    able = newest and reaches(owned=newest[0], asked=line.version, kind=grant.downgrade, line=grant.line)
    return f"maintenance upgrade to {grant.called(newest[0])}, downgrade" if able else ""


def _allocate(
    grant: Grant,
    lines: Sequence[Line],
    left: dict[str, Exact | None],
    rest: dict[str, Exact],
    links: list[Link],
) -> Exact:
    """Cover lines by what is fixed to them; what of it lies idle, with or without a line, leaves the grant all the same."""
    remaining = left[grant.key]
    fixed = (
        sum(grant.allocated.values()) if remaining is None else min(remaining, sum(grant.allocated.values()))
    )
    free = fixed
    for line in lines:
        units = min(rest[line.key], free, grant.allocated.get(line.key, 0))
        if units:
            rest[line.key] -= units
            free -= units
            links.append(
                Link(line.key, grant.key, units, right_of(grant, line) or "allocation", "allocated to it")
            )
    if remaining is not None:
        left[grant.key] = remaining - fixed
    return free


def _try(
    line: Line,
    grant: Grant,
    left: dict[str, Exact | None],
    rest: dict[str, Exact],
    links: list[Link],
    rejected: list[Rejected],
) -> None:
    unfit = _refusal(line, grant, left[grant.key])
    if unfit or not rest[line.key]:
        rejected.append(Rejected(line.key, grant.key, unfit or "nothing left to cover"))
        return
    remaining = left[grant.key]
    units = rest[line.key] if remaining is None else min(rest[line.key], remaining)
    rest[line.key] -= units
    if remaining is not None:
        left[grant.key] = remaining - units
    links.append(Link(line.key, grant.key, units, right_of(grant, line), _reason(grant)))


def _enough(line: Line, candidates: Iterable[Grant], left: Mapping[str, Exact | None], units: Exact) -> bool:
    """Whether what may cover a line holds all of its units."""
    usable = [left[grant.key] for grant in candidates if not refusal(line, grant)]
    return None in usable or sum(some for some in usable if some is not None) >= units


def refusal(line: Line, grant: Grant) -> str:
    """Why a grant of the product may not cover a line, whatever is left of it; empty text where it may."""
    return _refusal(line, grant, None)


def _refusal(line: Line, grant: Grant, remaining: Exact | None) -> str:
    if grant.scopes is not None and line.scope not in grant.scopes:
        return f"for {', '.join(sorted(grant.scopes))} only"
    if line.edition not in {grant.edition, *grant.editions}:
        return "its edition does not cover the one needed"
    if not right_of(grant, line):
        own, asked = grant.called(grant.version), grant.called(line.version)
        return f"version {own} does not reach {asked} (downgrade: {grant.downgrade})"
    return UNUSABLE if remaining == 0 else ""


def _reason(grant: Grant) -> str:
    if grant.true_up:
        return "overflow, to be settled at the true-up"
    return "unlimited" if grant.units is None else "first adequate by the order of consumption"


def _rank(line: Line) -> Callable[[Grant], tuple[bool, bool, bool, bool, bool, Exact, date, str]]:
    """The place of a grant in the order of consumption for one line."""

    def place(grant: Grant) -> tuple[bool, bool, bool, bool, bool, Exact, date, str]:
        exact = right_of(grant, line) == "own version" and grant.version is not None
        return (
            grant.true_up,
            grant.units is not None,
            not exact,
            grant.scopes is None,
            grant.unit_cost is None,
            grant.unit_cost or 0,
            grant.ends_on or date.max,
            grant.key,
        )

    return place


def _once(keys: Sequence[str]) -> None:
    double = sorted(key for key, times in Counter(keys).items() if times > 1)
    if double:
        raise DoubleKey(f"{', '.join(double)} stands twice: give every line and every grant a key of its own")
