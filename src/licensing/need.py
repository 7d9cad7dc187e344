"""Need: the units a metric asks for over a whole estate, given as shapes (like subjects, counted) with their facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from licensing import register
from licensing.assessing import explore
from licensing.counting import Book, Outputs
from licensing.quantities import Exact, ceiling, packs_of, written
from licensing.ranges import Interval, Unknown
from licensing.reading import BadInput, Given, Key, MissingInput
from licensing.terms import Parameter, Terms, load_terms
from licensing.working import Working, cited


@dataclass(frozen=True, slots=True)
class Shape:
    """So many subjects that look alike to every rule.

    ``facts`` holds a value, an Interval, a OneOf, or None for what was not reported. ``key`` tells shapes apart and
    orders them.
    """

    count: int
    facts: Mapping[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class ShapeNeed:
    """What one shape needs: each of its subjects, and all of them together; a high end of None is unbounded.

    ``working`` is that of one subject at the low end, ``working_high`` at the high end where it differs.
    """

    key: str
    count: int
    low_each: Exact
    high_each: Exact | None
    causes: tuple[Unknown, ...]
    working: Working
    working_high: Working | None

    @property
    def low(self) -> Exact:
        """The least that all subjects of the shape need."""
        return self.low_each * self.count

    @property
    def high(self) -> Exact | None:
        """The most that all subjects of the shape need."""
        return None if self.high_each is None else self.high_each * self.count


@dataclass(frozen=True, slots=True)
class Need:
    """What a metric asks for on a day: between ``low`` and ``high``, ``high`` None where nothing bounds it.

    ``point`` is the one figure when nothing is unknown, else None: no figure is made up inside a range.
    ``causes`` say what is unknown, the one with the greatest effect first. ``packs`` is what to buy where units are
    sold in packs, rounded up once on the total.
    """

    metric: str
    unit: register.Unit
    low: Exact
    high: Exact | None
    point: Exact | None
    working: Working
    causes: tuple[str, ...]
    packs: Exact | Interval | None
    per_shape: tuple[ShapeNeed, ...]
    parameters: tuple[Parameter, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """No need was found: the metric asks for inputs that shapes of subjects do not carry."""

    metric: str
    reason: str
    missing: tuple[str, ...] = ()


def need(
    *,
    metric: str,
    shapes: Iterable[Shape],
    on: date | None = None,
    agreed: Mapping[str, Any] | None = None,
    terms: Terms | None = None,
) -> Need | NotAssessed:
    """The units a metric asks for over some shapes, by the terms in force on a day.

    ``agreed`` holds what the licence itself settles for every subject, such as ``max_installs_per_right`` or
    ``edition``; it goes before a shape's own facts. The order of the shapes does not matter.

    >>> hosts = Shape(3, {"virtual": False, "sockets": 2, "cores_per_socket": 8}, "two by eight")
    >>> vms = Shape(2, {"virtual": True, "vcores": None}, "VMs of unknown size")
    >>> found = need(metric="mssql_per_core", shapes=[vms, hosts])
    >>> found.low, found.high, found.causes
    (56, 560, ('vcores is not known for 2 subjects: 1 to 256',))
    """
    entry, terms = register.named(metric), terms or load_terms()
    if entry.of_shape is None:
        return _not_assessed(entry, terms=terms, on=on)
    found = []
    for shape in sorted(shapes, key=_place):
        try:
            found.append(_of_shape(entry, entry.of_shape, shape, agreed or {}, on=on, terms=terms))
        except BadInput as problem:
            return NotAssessed(metric, f"shape {shape.key}: {problem}", (problem.key,))
    return _total(entry, tuple(found), Book(terms, on))


def _not_assessed(entry: register.Metric, *, terms: Terms, on: date | None) -> NotAssessed:
    """Asked with nothing at all, a rule says what it needs."""
    needed = ""
    try:
        entry.count(Given(entry.name, {}), Book(terms, on))
    except MissingInput as missing:
        needed = missing.way_out
    return NotAssessed(
        entry.name, f"{entry.label} is not counted from devices and people alone: {needed}", (needed,)
    )


def _place(shape: Shape) -> tuple[str, int, str]:
    return shape.key, shape.count, repr(sorted((name, str(value)) for name, value in shape.facts.items()))


def _of_shape(
    entry: register.Metric,
    of_shape: register.OfShape,
    shape: Shape,
    agreed: Mapping[str, Any],
    *,
    on: date | None,
    terms: Terms,
) -> ShapeNeed:
    def run(facts: Mapping[str, Any]) -> tuple[Outputs, Working]:
        book = Book(terms, on)
        if facts.get("installs") == 0:
            return {
                entry.output: book.step("NEED-00", "nothing installed, nothing needed", 0)
            }, book.working()
        outputs = entry.count(Given(entry.name, of_shape(Given(entry.name, facts))), book)
        if entry.output not in outputs:
            wrong, way_out = f"does not follow: {book.working().steps[-1].says}", "count by another metric"
            raise BadInput(path=(entry.output,), rule=entry.name, wrong=wrong, way_out=way_out)
        return outputs, book.working()

    one = explore(entry, {**shape.facts, **agreed}, run, on=on, terms=terms, place=_leaf)
    value = one.outputs[entry.output]
    low, high = (value.low or 0, value.high) if isinstance(value, Interval) else (value, value)
    return ShapeNeed(
        shape.key,
        shape.count,
        low,
        high,
        one.causes,
        one.working.without_purchase(),
        _demand(one.working_high),
    )


def _leaf(path: tuple[Key, ...]) -> tuple[Key, ...]:
    """A fact of a shape is known by its name alone, wherever the metric's own inputs hold it."""
    return path[-1:]


def _demand(working: Working | None) -> Working | None:
    """Packs are bought for the total; in one subject's working they would mislead."""
    return working.without_purchase() if working else None


def _total(entry: register.Metric, found: tuple[ShapeNeed, ...], book: Book) -> Need:
    low = sum(shape.low for shape in found)
    high = None if any(shape.high is None for shape in found) else sum(shape.high or 0 for shape in found)
    for shape in found:
        _write(shape, book)
    says = f"{entry.unit.plural} needed, all shapes together"
    book.step(
        "NEED-02", says, _shown(low, high), expression=" + ".join(_text(s.low, s.high) for s in found) or "0"
    )
    packs = _packs(entry, low, high, book)
    own = book.working()
    every = cited(
        [*(working for shape in found for working in (shape.working, shape.working_high) if working), own]
    )
    working = replace(every, steps=own.steps)
    point = low if low == high else None
    return Need(
        entry.name,
        entry.unit,
        low,
        high,
        point,
        working,
        _causes(found),
        packs,
        found,
        working.parameters,
        working.warnings,
    )


def _packs(entry: register.Metric, low: Exact, high: Exact | None, book: Book) -> Any:
    if entry.pack is None:
        return None
    size = book.whole(entry.pack)
    ends = [None if end is None else packs_of(ceiling(end), size) for end in (low, high)]
    return book.step(
        "NEED-03",
        f"packs of {size} to buy",
        _shown(ends[0] or 0, ends[1]),
        expression=f"ceil({_text(low, high)} / {size})",
        rounding="once, on the total",
        about="purchase",
    )


def _write(shape: ShapeNeed, book: Book) -> None:
    book.step(
        "NEED-01",
        f"{shape.key}: what one needs, times their number",
        _shown(shape.low, shape.high),
        expression=f"{shape.count} x {_text(shape.low_each, shape.high_each)}",
        inputs={"subjects": shape.count},
    )


def _text(low: Exact, high: Exact | None) -> str:
    return written(low) if low == high else f"({Interval(low, high)})"


def _shown(low: Exact, high: Exact | None) -> Any:
    return low if low == high else Interval(low, high)


def _causes(found: tuple[ShapeNeed, ...]) -> tuple[str, ...]:
    """Unknown facts in words, the one with the greatest effect over all subjects first."""
    subjects: dict[str, int] = {}
    effects: dict[str, Exact] = {}
    spreads: dict[str, set[str]] = {}
    for shape in found:
        for unknown in shape.causes:
            fact = str(unknown.path[-1])
            subjects[fact] = subjects.get(fact, 0) + shape.count
            effects[fact] = effects.get(fact, 0) + unknown.effect * shape.count
            spreads.setdefault(fact, set()).add(str(unknown.spread))
    ordered = sorted(subjects, key=lambda fact: (-effects[fact], fact))
    return tuple(
        f"{fact} is not known for {subjects[fact]} {'subject' if subjects[fact] == 1 else 'subjects'}: "
        f"{', or '.join(sorted(spreads[fact]))}"
        for fact in ordered
    )
