"""What a rule counts with: the terms of the day and the page on which it writes its working."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from licensing.quantities import Exact, exact, written
from licensing.terms import Parameter, Terms
from licensing.working import Step, Working

AnyValue = TypeVar("AnyValue")
Outputs = dict[str, Any]


@dataclass(slots=True)
class Book:
    """The terms in force on one day, open at a blank page.

    A rule asks for a term by name and writes each step down; the step remembers the terms asked for since the
    step before, so that no number stands without its source.
    """

    terms: Terms
    on: date | None
    source: str = ""
    _steps: list[Step] = field(default_factory=list)
    _used: dict[str, Parameter] = field(default_factory=dict)
    _since: dict[str, tuple[Parameter, Any]] = field(default_factory=dict)
    _warnings: dict[str, None] = field(default_factory=dict)

    def term(self, name: str, *, on: date | None = None) -> Any:
        """The value of a term: the contract's where a clause sets one, else the list's on the day."""
        parameter = self.terms.on(name, on or self.on)
        clause = self.terms.clauses.get(name)
        chosen = parameter.value if clause is None else clause.value
        self._used[parameter.id] = parameter
        self._since[parameter.id] = (parameter, chosen)
        if clause is not None:
            self.warn(f"{clause.reference} sets {name} to {clause.value}; the list rule is {parameter.value}")
        if parameter.status == "disputed":
            self.warn(f"{name} is disputed: {parameter.remark}")
        return chosen

    def number(self, name: str, *, on: date | None = None) -> Exact:
        """The value of a term that is a number."""
        return exact(self.term(name, on=on))

    def whole(self, name: str, *, on: date | None = None) -> int:
        """The value of a term that is a whole number."""
        return int(self.number(name, on=on))

    def step(
        self,
        rule: str,
        says: str,
        value: AnyValue,
        *,
        expression: str = "",
        rounding: str = "",
        inputs: Mapping[str, Any] | None = None,
        about: str = "need",
    ) -> AnyValue:
        """Write a step down and hand its value straight back."""
        asked = {name: written(held) for name, held in (inputs or {}).items()}
        asked |= {used.term: written(value) for used, value in self._since.values() if _is_short(value)}
        sources = [self.source, *(used.source for used, _ in self._since.values())]
        self._steps.append(
            Step(
                rule=rule,
                says=says,
                inputs=tuple(asked.items()),
                expression=expression,
                value=value,
                rounding=rounding,
                terms=tuple(self._since),
                source="; ".join(dict.fromkeys(filter(None, sources))),
                about=about,
            )
        )
        self._since.clear()
        return value

    def warn(self, says: str) -> None:
        """Note what a reader of the number must know; the same note is kept once."""
        self._warnings[says] = None

    def working(self) -> Working:
        """The page as written so far."""
        return Working(tuple(self._steps), tuple(self._used.values()), tuple(self._warnings))


def _is_short(value: object) -> bool:
    return isinstance(value, int | str)
