"""Reading a metric's inputs: every refusal names the key, the rule that asked for it and the way out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from licensing.problems import LicensingProblem
from licensing.quantities import Exact, NotExact, exact

Key = str | int


class BadInput(LicensingProblem, ValueError):
    """An input that the rule cannot use."""

    def __init__(self, *, path: tuple[Key, ...], rule: str, wrong: str, way_out: str) -> None:
        """Say what is wrong with which key, for which rule, and what to give instead."""
        self.path = path
        self.key = written_path(path)
        self.rule = rule
        self.way_out = way_out
        super().__init__(f"{rule}: {self.key} {wrong}; {way_out}")


class MissingInput(BadInput):
    """A needed input that is absent or unknown."""


def written_path(path: tuple[Key, ...]) -> str:
    """A key as a reader writes it.

    >>> written_path(("hosts", 0, "sockets"))
    'hosts[0].sockets'
    """
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".") or "the inputs"


@dataclass(frozen=True, slots=True)
class Given:
    """Some inputs of a rule, with the path at which they stand."""

    rule: str
    values: Mapping[str, Any]
    path: tuple[Key, ...] = ()

    def has(self, *keys: str) -> bool:
        """Whether all the keys are present, be their values null or not."""
        return all(key in self.values for key in keys)

    def raw(self, key: str) -> Any:
        """The value of a needed key, not null."""
        value = self.values.get(key)
        if value is None:
            raise MissingInput(
                path=(*self.path, key),
                rule=self.rule,
                wrong="is not known",
                way_out="give it, or a low and a high",
            )
        return value

    def number(self, key: str) -> Exact:
        """An exact number, not negative."""
        value = self.raw(key)
        try:
            number = exact(value)
        except NotExact as problem:
            raise self.refused(
                key, f"is {value!r}", "give a whole number, a Decimal or decimal text"
            ) from problem
        if number < 0:
            raise self.refused(key, f"is {value}", "give 0 or more")
        return number

    def whole(self, key: str, *, least: int = 0) -> int:
        """A whole number of at least ``least``."""
        number = self.number(key)
        if not isinstance(number, int) or number < least:
            raise self.refused(key, f"is {self.values[key]}", f"give a whole number of at least {least}")
        return number

    def flag(self, key: str) -> bool:
        """A yes or a no."""
        value = self.raw(key)
        if not isinstance(value, bool):
            raise self.refused(key, f"is {value!r}", "give true or false")
        return value

    def text(self, key: str) -> str:
        """A text."""
        value = self.raw(key)
        if not isinstance(value, str):
            raise self.refused(key, f"is {value!r}", "give a text")
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """One of the texts the rule knows."""
        value = self.text(key)
        if value not in choices:
            raise self.refused(key, f"is {value!r}", f"give one of {', '.join(choices)}")
        return value

    def day(self, key: str) -> date:
        """A day, as a date or as YYYY-MM-DD."""
        value = self.raw(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(self.text(key))
        except ValueError as problem:
            raise self.refused(key, f"is {value!r}", "give a day as YYYY-MM-DD") from problem

    def moment(self, key: str) -> datetime:
        """A local time without a zone, as a datetime or as YYYY-MM-DDTHH:MM."""
        value = self.raw(key)
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(self.text(key))
        except ValueError as problem:
            raise self.refused(key, f"is {value!r}", "give a time as YYYY-MM-DDTHH:MM") from problem
        if moment.tzinfo is not None:
            raise self.refused(key, f"is {value!r}, in a time zone", "give the local time without its zone")
        return moment

    def list_of(self, key: str) -> Sequence[Any]:
        """A list of anything."""
        value = self.raw(key)
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise self.refused(key, f"is {value!r}", "give a list")
        return value

    def rows(self, key: str) -> tuple["Given", ...]:
        """A list of objects."""
        return tuple(self._row(key, place, value) for place, value in enumerate(self.list_of(key)))

    def wholes(self, key: str, *, least: int = 0) -> tuple[int, ...]:
        """A list of whole numbers."""
        items = self._items(key)
        return tuple(items.whole(place, least=least) for place in items.values)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        items = self._items(key)
        return tuple(items.text(place) for place in items.values)

    def inner(self, key: str) -> "Given":
        """An object inside the inputs."""
        value = self.raw(key)
        if not isinstance(value, Mapping):
            raise self.refused(key, f"is {value!r}", "give an object")
        return Given(self.rule, value, (*self.path, key))

    def refused(self, key: str, wrong: str, way_out: str) -> BadInput:
        """The problem to raise when the value of a key breaks a rule."""
        return BadInput(path=(*self.path, key), rule=self.rule, wrong=wrong, way_out=way_out)

    def no_shape(self, *shapes: str) -> MissingInput:
        """The problem to raise when the keys present make none of the shapes the rule knows."""
        found = ", ".join(sorted(map(str, self.values))) or "no key"
        return MissingInput(
            path=self.path,
            rule=self.rule,
            wrong=f"hold {found}, which makes none of the shapes this rule reads",
            way_out=f"give {', or '.join(shapes)}",
        )

    def _items(self, key: str) -> "Given":
        values = {str(place): value for place, value in enumerate(self.list_of(key))}
        return Given(self.rule, values, (*self.path, key))

    def _row(self, key: str, place: int, value: Any) -> "Given":
        if not isinstance(value, Mapping):
            raise BadInput(
                path=(*self.path, key, place), rule=self.rule, wrong=f"is {value!r}", way_out="give an object"
            )
        return Given(self.rule, value, (*self.path, key, place))
