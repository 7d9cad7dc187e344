"""The working behind a number: the rules applied, in order, so that an auditor can recompute it by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from licensing.terms import Parameter


@dataclass(frozen=True, slots=True)
class Step:
    """One rule applied: what it says, what went in, how it was computed, what came out, and who says so.

    ``rounding`` names the level at which the step rounds, or is empty. ``inputs`` are (name, value as written) pairs.
    ``about`` is ``need`` for what the terms demand, ``purchase`` for packs, order minimums and money.
    """

    rule: str
    says: str
    inputs: tuple[tuple[str, str], ...]
    expression: str
    value: Any
    rounding: str = ""
    terms: tuple[str, ...] = ()
    source: str = ""
    about: str = "need"


@dataclass(frozen=True, slots=True)
class Working:
    """Steps in the order applied, the parameters chosen for the day, and what a reader must be warned of."""

    steps: tuple[Step, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    warnings: tuple[str, ...] = ()

    def without_purchase(self) -> "Working":
        """This working with the steps that find the need only."""
        return replace(self, steps=tuple(step for step in self.steps if step.about == "need"))


def cited(workings: Iterable[Working]) -> Working:
    """The parameters and warnings of many workings, each named once, without their steps."""
    parameters: dict[str, Parameter] = {}
    warnings: dict[str, None] = {}
    for working in workings:
        parameters |= {used.id: used for used in working.parameters}
        warnings |= dict.fromkeys(working.warnings)
    return Working((), tuple(parameters.values()), tuple(warnings))
