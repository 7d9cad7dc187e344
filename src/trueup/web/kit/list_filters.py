"""Filters of a list as chips that open in place: every column, with the comparisons of its kind. No script is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from trueup.base.lists.conditions import parts
from trueup.base.registers import LOOKUPS, Column, Condition, Kind, Register
from trueup.web.kit.asking import Asked
from trueup.web.kit.figures import day

Words = str | Promise
AMOUNTS = frozenset({Kind.NUMBER, Kind.MONEY})
DAYS = frozenset({Kind.DAY, Kind.MOMENT})
EMPTY, FILLED, BETWEEN = "empty", "filled", "between"
OF_AMOUNTS: Final[Mapping[str, Words]] = {
    BETWEEN: gettext_lazy("is between"), "": gettext_lazy("is"), "gte": gettext_lazy("is at least"),
    "lte": gettext_lazy("is at most"), "gt": gettext_lazy("is more than"), "lt": gettext_lazy("is less than"),
}  # fmt: skip
OF_DAYS: Final[Mapping[str, Words]] = {
    BETWEEN: gettext_lazy("is between"), "": gettext_lazy("is"), "gte": pgettext_lazy("a day", "from"),
    "lte": gettext_lazy("up to"), "gt": gettext_lazy("is after"), "lt": gettext_lazy("is before"),
}  # fmt: skip
OF_WORDS: Final[Mapping[str, Words]] = {
    "contains": gettext_lazy("contains"), "": gettext_lazy("is"), "in": gettext_lazy("is one of"),
}  # fmt: skip
OF_TAGS: Final[Mapping[str, Words]] = {"": gettext_lazy("has")}
NOTHING: Final[Mapping[str, Words]] = {EMPTY: gettext_lazy("is empty"), FILLED: gettext_lazy("is not empty")}
INPUTS: Final[Mapping[Kind, str]] = {
    Kind.DAY: "date",
    Kind.MOMENT: "date",
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
}


@dataclass(frozen=True, slots=True)
class Editor:
    """A filter that is open for editing."""

    key: str
    label: Words
    comparisons: Sequence[tuple[str, Words, bool]]
    control: str
    value: str = ""
    until: str = ""
    choices: Sequence[tuple[str, Words, bool]] = ()
    keep: Mapping[str, str] = field(default_factory=dict)
    cancel_url: str = ""
    step: str = ""


def comparisons_of(column: Column) -> dict[str, Words]:
    """What can be asked of a column, in the order in which it is offered."""
    words: Mapping[str, Words] = OF_WORDS
    if column.kind in AMOUNTS:
        words = OF_AMOUNTS
    elif column.kind in DAYS:
        words = OF_DAYS
    elif column.kind is Kind.TAGS:
        words = OF_TAGS
    lookups = LOOKUPS[column.kind]
    found = {
        name: label
        for name, label in words.items()
        if name in lookups or (name == BETWEEN and "gte" in lookups)
    }
    return found | (dict(NOTHING) if "isnull" in lookups else {})


def name_of(condition: Condition) -> str:
    """The condition's name in the address."""
    return f"{condition.key}__{condition.lookup}" if condition.lookup else condition.key


def chips_of(register: Register, asked: Asked) -> list[dict[str, Any]]:
    """One chip a condition: what it says, where it is edited, and the address without it."""
    found = []
    for condition in asked.listing.conditions:
        column = _column(register, condition.key)
        label, value = spoken(column, condition)
        name = name_of(condition)
        found.append(
            {
                "label": label,
                "value": value,
                "edit_url": asked.url(edit=name),
                "remove_url": asked.url(**{name: None}),
            }
        )
    return found


def spoken(column: Column, condition: Condition) -> tuple[str, str]:
    """A condition as people read it: the field with its comparison, and the value."""
    if condition.lookup == "isnull":
        words = NOTHING[EMPTY if condition.value.lower() in {"true", "1", "yes"} else FILLED]
        return str(column.label), str(words)
    comparison = comparisons_of(column)[condition.lookup] if condition.lookup != "in" else OF_WORDS["in"]
    return f"{column.label} {comparison}", _value(column, condition.value)


def _value(column: Column, value: str) -> str:
    if column.kind is Kind.FLAG:
        return _("yes") if value.lower() in {"true", "1", "yes"} else _("no")
    if column.kind is Kind.DAY:
        return day(date.fromisoformat(value))
    words = {str(key): str(label) for key, label in column.choices}
    if column.kind in {*AMOUNTS, *DAYS, Kind.TAGS}:
        return value
    return _(" or ").join(words.get(part, part) for part in parts(value))


def offered(register: Register, asked: Asked) -> list[tuple[Words, str]]:
    """Every column that can be filtered, with the address that opens its editor."""
    return [
        (column.label, asked.url(edit=f"{column.key}__")) for column in register.columns if column.filterable
    ]


def editor_of(register: Register, asked: Asked, wanted: str) -> Editor | None:
    """The filter the address wants to edit: an existing one by its name, a new one by its column."""
    key, _mark, lookup = wanted.partition("__")
    column = register.column(key)
    if column is None or not column.filterable:
        return None
    value = asked.given.get(wanted, "")
    chosen = lookup
    if lookup == "isnull":
        chosen = EMPTY if value.lower() in {"true", "1", "yes"} else FILLED
    comparisons = comparisons_of(column)
    if wanted.endswith("__") or chosen not in comparisons:
        chosen = next(iter(comparisons))
    picked = set(parts(value)) if value else set()
    return Editor(
        key=key,
        label=column.label,
        comparisons=[(name, label, name == chosen) for name, label in comparisons.items()],
        control=_control(column),
        value="" if lookup == "isnull" else value,
        choices=[(choice, label, choice in picked) for choice, label in _choices(column)],
        keep=asked.carried(wanted, "edit"),
        cancel_url=asked.url(),
        step="any" if column.kind in AMOUNTS else "",
    )


def _control(column: Column) -> str:
    if column.kind is Kind.FLAG or (column.kind is Kind.CHOICE and column.choices):
        return "choices" if column.kind is Kind.CHOICE else "flag"
    return INPUTS.get(column.kind, "text")


def _choices(column: Column) -> Sequence[tuple[str, Words]]:
    if column.kind is Kind.FLAG:
        return (("true", gettext_lazy("yes")), ("false", gettext_lazy("no")))
    return column.choices


def edited(register: Register, sent: QueryDict) -> dict[str, str] | None:
    """What the editor's form comes to, as parameters of the address; None where no such form was sent."""
    column = register.column(str(sent.get("filter_on", "")))
    if column is None:
        return None
    comparison = str(sent.get("filter_by", ""))
    value = "|".join(str(value).strip() for value in sent.getlist("filter_value") if str(value).strip())
    if comparison in {EMPTY, FILLED}:
        return {f"{column.key}__isnull": "true" if comparison == EMPTY else "false"}
    if comparison == BETWEEN:
        until = str(sent.get("filter_until", "")).strip()
        return {f"{column.key}__gte": value, f"{column.key}__lte": until}
    return {f"{column.key}__{comparison}" if comparison else column.key: value}


def _column(register: Register, key: str) -> Column:
    column = register.column(key)
    assert column is not None  # noqa: S101 - parse_listing let only known columns through
    return column
