"""A linear programme in whole numbers, with its objectives one after another, its exact check and its exact bound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from licensing.quantities import Exact, plain


@dataclass(frozen=True, slots=True)
class Row:
    """A constraint: the sum of coefficient times column equals ``limit``, or is at most that; it names a column at least."""

    coefficients: Mapping[int, int]
    limit: int
    equal: bool

    def holds(self, values: Sequence[int]) -> bool:
        """Whether whole numbers for all columns keep it."""
        total = sum(by * values[column] for column, by in self.coefficients.items())
        return total == self.limit if self.equal else total <= self.limit


@dataclass(frozen=True, slots=True)
class Level:
    """One objective to be made as small as can be: whole coefficients, and what one of the sum is worth."""

    name: str
    coefficients: Mapping[int, int]
    worth: Exact

    def of(self, values: Sequence[int]) -> int:
        """The sum for some values, not yet times its worth."""
        return sum(by * values[column] for column, by in self.coefficients.items())


@dataclass(frozen=True, slots=True)
class Programme:
    """Columns are whole numbers from 0 to ``upper``; the levels matter in their order.

    ``choices`` are the columns that are seldom whole by themselves.
    """

    upper: tuple[int, ...]
    rows: tuple[Row, ...]
    levels: tuple[Level, ...]
    choices: frozenset[int] = frozenset()

    def holds(self, values: Sequence[int]) -> bool:
        """Whether values keep every bound and every row, exactly."""
        bounded = all(0 <= value <= most for value, most in zip(values, self.upper, strict=True))
        return bounded and all(row.holds(values) for row in self.rows)


def level(name: str, coefficients: Mapping[int, Exact]) -> Level:
    """An objective brought to whole coefficients without a common divisor.

    >>> level("money", {0: Fraction(1, 2), 1: 3}).coefficients, level("money", {0: 20, 1: 30}).worth
    ({0: 1, 1: 6}, 10)
    """
    some = {column: by for column, by in coefficients.items() if by}
    below = lcm(*(by.denominator for by in some.values()))
    whole = {column: int(by * below) for column, by in some.items()}
    common = gcd(*whole.values()) or 1
    return Level(name, {column: by // common for column, by in whole.items()}, plain(Fraction(common, below)))


def parts(programme: Programme) -> Iterable[tuple[tuple[int, ...], Programme]]:
    """The programme cut into parts that share no row, each with the columns it has of the whole."""
    root = _roots(programme)
    columns: dict[int, list[int]] = {}
    for column in range(len(programme.upper)):
        columns.setdefault(_root(root, column), []).append(column)
    rows: dict[int, list[Row]] = {}
    for row in programme.rows:
        rows.setdefault(_root(root, next(iter(row.coefficients))), []).append(row)
    place = {column: at for own in columns.values() for at, column in enumerate(own)}
    shares = [_shares(one, root) for one in programme.levels]
    for top, own in columns.items():
        levels = (
            Level(one.name, _moved(share.get(top, {}), place), one.worth)
            for one, share in zip(programme.levels, shares, strict=True)
        )
        moved = (Row(_moved(row.coefficients, place), row.limit, row.equal) for row in rows.get(top, ()))
        upper = tuple(programme.upper[column] for column in own)
        choices = frozenset(place[column] for column in own if column in programme.choices)
        yield tuple(own), Programme(upper, tuple(moved), tuple(levels), choices)


def dual_bound(
    objective: Mapping[int, int],
    rows: Sequence[Row],
    upper: Sequence[int],
    lower: Sequence[int],
    prices: Sequence[Fraction],
) -> tuple[Fraction, list[Fraction]]:
    """What no lawful values can go below by prices on the rows, exactly, with each column's reduced cost.

    True for any prices, since all columns are bounded; prices of the wrong sign count as 0. Weak duality, as in
    A. Neumaier and O. Shcherbina, Safe bounds in linear and mixed-integer programming, 2004.
    """
    reduced = [Fraction(objective.get(column, 0)) for column in range(len(upper))]
    bound = Fraction(0)
    for row, price in zip(rows, prices, strict=True):
        if price < 0 or (row.equal and price):
            bound += price * row.limit
            for column, by in row.coefficients.items():
                reduced[column] -= by * price
    bound += sum(
        min(cost * lower[column], cost * upper[column]) for column, cost in enumerate(reduced) if cost
    )
    return bound, reduced


def _roots(programme: Programme) -> list[int]:
    root = list(range(len(programme.upper)))
    for row in programme.rows:
        first, *others = row.coefficients
        for other in others:
            root[_root(root, other)] = _root(root, first)
    return root


def _root(root: list[int], column: int) -> int:
    while root[column] != column:
        root[column] = root[root[column]]
        column = root[column]
    return column


def _shares(one: Level, root: list[int]) -> dict[int, dict[int, int]]:
    shares: dict[int, dict[int, int]] = {}
    for column, by in one.coefficients.items():
        shares.setdefault(_root(root, column), {})[column] = by
    return shares


def _moved(coefficients: Mapping[int, int], place: Mapping[int, int]) -> dict[int, int]:
    return {place[column]: by for column, by in coefficients.items()}
