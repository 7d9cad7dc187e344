"""What is not known stays a range: unknown inputs are spread over their admissible values, results over theirs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import Any

from licensing.problems import LicensingProblem
from licensing.quantities import Exact, exact, written
from licensing.reading import Key, written_path

PROBE = 10**9
MOST_TRIALS = 4096


class TooManyUnknowns(LicensingProblem, ValueError):
    """More unknown inputs at once than can be tried out one against the other."""


class BadRange(LicensingProblem, ValueError):
    """A range whose low end lies above its high end."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A number known to lie between two ends, both included; None is an open end.

    >>> str(Interval(4, 8)), str(Interval(16, None))
    ('4 to 8', '16 or more')
    """

    low: Exact | None
    high: Exact | None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise BadRange(f"a range cannot run from {self.low} to {self.high}: give the low end first")

    def __str__(self) -> str:
        if self.high is None:
            return "unknown" if self.low is None else f"{written(self.low)} or more"
        return (
            f"{written(self.high)} or less"
            if self.low is None
            else f"{written(self.low)} to {written(self.high)}"
        )


def between(low: object, high: object) -> Interval:
    """The interval between two ends in any exact notation, open where null.

    >>> str(between("0.25", 1))
    '0.25 to 1'
    """
    return Interval(*(None if end is None else exact(end) for end in (low, high)))


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value known to be one of these."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        return " or ".join(map(written, self.values))


Turns = Callable[[str, int, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Unknown:
    """An input that is not known, where it stands, what it may be, and by how much it moves the output at most."""

    path: tuple[Key, ...]
    spread: Interval | OneOf
    effect: Exact = 0

    def trials(self, *, probe: int, turns: Turns | None) -> tuple[Any, ...]:
        """The values to try: the ends, and every point inside at which the rule may turn."""
        if isinstance(self.spread, OneOf):
            return self.spread.values
        low = 0 if self.spread.low is None else self.spread.low
        high = max(probe, low + probe) if self.spread.high is None else self.spread.high
        inside: Sequence[int] = turns(str(self.path[-1]), int(low), int(high)) if turns else ()
        return tuple(sorted({low, high, *(turn for turn in inside if low <= turn <= high)}))

    @property
    def is_open(self) -> bool:
        """Whether nothing bounds the value from above."""
        return isinstance(self.spread, Interval) and self.spread.high is None

    def __str__(self) -> str:
        return f"{written_path(self.path)} is not known: {self.spread}"


Setting = tuple[tuple[Unknown, Any], ...]


def unknowns_in(value: Any, path: tuple[Key, ...] = ()) -> Iterator[Unknown]:
    """Every range and every choice standing in some inputs, also written as {low, high}."""
    if isinstance(value, Interval | OneOf):
        yield Unknown(path, value)
    elif isinstance(value, Mapping):
        if set(value) == {"low", "high"}:
            yield Unknown(path, between(value["low"], value["high"]))
        else:
            yield from chain.from_iterable(unknowns_in(held, (*path, key)) for key, held in value.items())
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(unknowns_in(held, (*path, place)) for place, held in enumerate(value))


def put(values: Any, path: tuple[Key, ...], value: Any) -> Any:
    """A copy of some inputs with one value set.

    >>> put({"hosts": [{"sockets": None}]}, ("hosts", 0, "sockets"), 2)
    {'hosts': [{'sockets': 2}]}
    """
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(key, int):
        return [put(held, rest, value) if place == key else held for place, held in enumerate(values)]
    return {**values, key: put(values.get(key), rest, value)}


def trials(
    values: Mapping[str, Any], unknowns: Sequence[Unknown], *, probe: int = PROBE, turns: Turns | None = None
) -> Iterator[tuple[Setting, Mapping[str, Any]]]:
    """Every combination of trial values, with the inputs it makes."""
    choices = [unknown.trials(probe=probe, turns=turns) for unknown in unknowns]
    refuse_too_many(prod(map(len, choices)))
    for combination in product(*choices):
        setting = tuple(zip(unknowns, combination, strict=True))
        inputs: Mapping[str, Any] = values
        for unknown, value in setting:
            inputs = put(inputs, unknown.path, value)
        yield setting, inputs


def refuse_too_many(combinations: int) -> None:
    """Keep the work bounded: too many unknowns at once are a matter for shapes."""
    if combinations > MOST_TRIALS:
        raise TooManyUnknowns(
            f"the unknown inputs make {combinations} combinations, more than {MOST_TRIALS}: "
            "assess like subjects as shapes with counts"
        )


def spread(near: Sequence[Any], far: Sequence[Any]) -> Any:
    """One value for many results: itself where all agree, else a range or the choices.

    ``far`` holds the results with every open end tried further out: an end that moves with it is open.
    """
    everything = [*near, *far]
    if all(value == everything[0] for value in everything):
        return everything[0]
    if all(isinstance(value, Mapping) for value in everything):
        keys = dict.fromkeys(key for value in everything for key in value)
        return {key: spread([v.get(key) for v in near], [v.get(key) for v in far]) for key in keys}
    if all(isinstance(value, list) and len(value) == len(everything[0]) for value in everything):
        columns = zip(zip(*near, strict=True), zip(*far, strict=True), strict=True)
        return [spread(one, two) for one, two in columns]
    if all(value is None or _is_number(value) for value in everything):
        return _numbers(near, far)
    return OneOf(tuple(sorted({_frozen(value) for value in everything}, key=str)))


def _numbers(near: Sequence[Exact | None], far: Sequence[Exact | None]) -> Interval:
    here, there = ([value for value in values if value is not None] for values in (near, far))
    low: Exact | None = min(here)
    high: Exact | None = max(here)
    if not there or min(there) != low:
        low = None
    if not there or max(there) != high or len(here) < len(near):
        high = None
    return Interval(low, high)


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, Exact)


def _frozen(value: Any) -> Any:
    return (
        tuple(map(_frozen, value))
        if isinstance(value, list)
        else written(value)
        if isinstance(value, dict)
        else value
    )
