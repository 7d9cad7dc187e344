"""The one way in to every rule: inputs and a day give outputs, exact or as ranges, with the working behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from licensing import register
from licensing.counting import Book, Outputs
from licensing.quantities import Exact
from licensing.ranges import (
    PROBE,
    Interval,
    OneOf,
    Setting,
    Turns,
    Unknown,
    between,
    put,
    refuse_too_many,
    spread,
    trials,
    unknowns_in,
)
from licensing.reading import Given, Key, MissingInput
from licensing.terms import Terms, load_terms
from licensing.working import Working

Run = Callable[[Mapping[str, Any]], tuple[Outputs, Working]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of a rule, with the values its unknown inputs were given."""

    setting: Setting
    outputs: Outputs
    working: Working


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a rule gave for some inputs on a day.

    ``outputs`` holds exact numbers, or :class:`~licensing.ranges.Interval` and ``OneOf`` where inputs are unknown.
    ``working`` is that of the low end, ``working_high`` that of the high end where it differs and is bounded.
    ``causes`` name the unknown inputs, the one with the greatest effect first.
    """

    metric: str
    on: date | None
    outputs: Mapping[str, Any]
    working: Working
    working_high: Working | None
    causes: tuple[Unknown, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the outputs must know."""
        return self.working.warnings


def evaluate(
    metric: str, inputs: Mapping[str, Any], *, on: date | None = None, terms: Terms | None = None
) -> Mapping[str, Any]:
    """The outputs of a metric or rule for some inputs, by the terms in force on a day.

    Numbers are int or Fraction, never float; without ``on`` the current terms are used. Raises UnknownMetric,
    BadInput (MissingInput among them) or NoTermsInForce, all of them LicensingProblem.

    >>> host = {"sockets": 2, "cores_per_socket": 6}
    >>> evaluate("mssql_per_core", {"layer": "physical", "hosts": [host]})["core_licenses"]
    12
    """
    return assess(metric, inputs, on=on, terms=terms).outputs


def assess(
    metric: str, inputs: Mapping[str, Any], *, on: date | None = None, terms: Terms | None = None
) -> Assessment:
    """The same as :func:`evaluate`, with the working, the warnings and the causes of every range.

    >>> found = assess("oracle_processor_cloud", {"edition": "EE", "vcpus": 7})
    >>> str(found.outputs["processor_licenses"]), found.causes[0].path
    ('4 to 7', ('hyperthreading',))
    """
    entry, terms = register.named(metric), terms or load_terms()

    def run(values: Mapping[str, Any]) -> tuple[Outputs, Working]:
        book = Book(terms, on)
        return entry.count(Given(metric, values), book), book.working()

    return explore(entry, inputs, run, on=on, terms=terms, place=lambda path: path)


def explore(
    entry: register.Metric,
    values: Mapping[str, Any],
    run: Run,
    *,
    on: date | None,
    terms: Terms,
    place: Callable[[tuple[Key, ...]], tuple[Key, ...]],
) -> Assessment:
    """Run a rule over everything its unknown inputs may be.

    A needed input that is missing takes its widest admissible values where the terms name them; where they do not,
    MissingInput is raised. ``place`` says where in ``values`` a missing input stands.
    """
    turns = entry.turns(Book(terms, on)) if entry.turns else None

    def admit(missing: MissingInput) -> Unknown:
        path = place(missing.path)
        admissible = _admissible(entry.name, path, terms=terms, on=on)
        if admissible is None:
            raise missing
        return Unknown(path, admissible)

    near = _tried(values, run, admit, probe=PROBE, turns=turns)
    unknowns = list(dict.fromkeys(unknown for trial in near for unknown, _ in trial.setting))
    far = near
    if any(unknown.is_open for unknown in unknowns):
        far = _tried(values, run, admit, probe=2 * PROBE, turns=turns)
    outputs = spread([trial.outputs for trial in near], [trial.outputs for trial in far])
    low, high = _ends(entry.output, near)
    top = outputs.get(entry.output)
    bounded = isinstance(top, Interval) and top.high is not None
    return Assessment(
        entry.name, on, outputs, low, high if bounded else None, _causes(entry.output, unknowns, near)
    )


def _tried(
    values: Mapping[str, Any],
    run: Run,
    admit: Callable[[MissingInput], Unknown],
    *,
    probe: int,
    turns: Turns | None,
) -> list[Trial]:
    """Every trial of what is given as unknown; what is found missing on the way branches only where it is asked for."""
    pending = list(trials(values, list(unknowns_in(values)), probe=probe, turns=turns))
    done: list[Trial] = []
    while pending:
        setting, inputs = pending.pop()
        try:
            done.append(Trial(setting, *run(inputs)))
        except MissingInput as missing:
            unknown = admit(missing)
            if any(known.path == unknown.path for known, _ in setting):
                raise
            branches = reversed(unknown.trials(probe=probe, turns=turns))
            pending += [
                ((*setting, (unknown, value)), put(inputs, unknown.path, value)) for value in branches
            ]
        refuse_too_many(len(done) + len(pending))
    return done


def _admissible(
    metric: str, path: tuple[Key, ...], *, terms: Terms, on: date | None
) -> Interval | OneOf | None:
    if not path:
        return None
    for term in (f"plausible.{metric}.{path[-1]}", f"plausible.{path[-1]}"):
        if terms.has(term):
            value = terms.on(term, on).value
            return (
                OneOf(tuple(value["one_of"])) if "one_of" in value else between(value["low"], value["high"])
            )
    return None


def _ends(output: str, found: Sequence[Trial]) -> tuple[Working, Working]:
    def size(trial: Trial) -> Any:
        return trial.outputs.get(output) or 0

    return min(found, key=size).working, max(found, key=size).working


def _causes(output: str, unknowns: Sequence[Unknown], found: Sequence[Trial]) -> tuple[Unknown, ...]:
    """The unknowns that make a difference, the one that moves the output most first."""
    ranked = []
    for unknown in unknowns:
        groups = _by_value(unknown, found)
        if any(len({frozenset(map(repr, one)) for one in group}) > 1 for group in groups):
            ranked.append(replace(unknown, effect=max(_moved(output, group) for group in groups)))
    return tuple(sorted(ranked, key=lambda unknown: (-unknown.effect, str(unknown))))


def _by_value(unknown: Unknown, found: Sequence[Trial]) -> list[list[list[Outputs]]]:
    """For every setting of what was asked before it, the outputs under each value of one unknown."""
    groups: dict[str, dict[str, list[Outputs]]] = {}
    for trial in found:
        order = [known for known, _ in trial.setting]
        if unknown in order:
            place = order.index(unknown)
            before = "; ".join(f"{known}: {value}" for known, value in trial.setting[:place])
            of_value = groups.setdefault(before, {}).setdefault(str(trial.setting[place][1]), [])
            of_value.append(trial.outputs)
    return [list(group.values()) for group in groups.values()]


def _moved(output: str, group: list[list[Outputs]]) -> Exact:
    """By how much the ends of the output move from one value to another."""
    sizes = [[one.get(output) or 0 for one in outputs] for outputs in group]
    lows, highs = [min(size) for size in sizes], [max(size) for size in sizes]
    moved: Exact = max(max(lows) - min(lows), max(highs) - min(highs))
    return moved
