"""What a person says about a file where its cells cannot: orders of days, decimal signs, what a price is for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from trueup.base.problems import Invalid
from trueup.connectors.spreadsheet.values.dates import DayOrder
from trueup.connectors.spreadsheet.values.labels import PriceBasis
from trueup.connectors.spreadsheet.values.money import currency_of
from trueup.connectors.spreadsheet.values.numbers import Decimals
from trueup.connectors.spreadsheet.words import normal


class NoLimit(StrEnum):
    """What 9999 and its kin, or an empty cell, stand for."""

    UNLIMITED = "unlimited"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Answers:
    """None means not answered: cells that depend on it are refused as unclear, with their row.

    `metrics` maps labels of licence types in their comparable form to metric codes; `metric` is for rows that
    name none. `blank_units` is what an empty number of units means, unlimited if it is -1.
    """

    date_order: DayOrder | None = None
    decimals: Decimals | None = None
    currency: str | None = None
    price_basis: PriceBasis | None = None
    nines: NoLimit | None = None
    blank_units: int | None = None
    metric: str | None = None
    metrics: Mapping[str, str] = field(default_factory=dict)
    known_metrics: frozenset[str] = frozenset()


class UnknownAnswerError(Invalid):
    """An answer is none of those there are."""


LABEL = "label:"  # before the label whose licence type is answered
KINDS: Mapping[str, type[StrEnum]] = {
    "date_order": DayOrder,
    "decimals": Decimals,
    "price_basis": PriceBasis,
    "nines": NoLimit,
}


def answers_of(given: Mapping[str, str]) -> Answers:
    """Answers as forms and command lines give them, by the names of the fields; empty ones are not given.

    A licence type of a label is given as `label:` and the label. Raises UnknownAnswerError.

    >>> answers_of({"date_order": "day-first", "currency": "eur", "nines": "", "label:Bundle X": "per_device"}).metrics
    {'bundle x': 'per_device'}
    """
    said = {name: value.strip() for name, value in given.items() if value and value.strip()}
    return Answers(
        **{name: one_of(kind, said[name], name) for name, kind in KINDS.items() if name in said},  # type: ignore[arg-type]  # by name
        currency=currency_said(said.get("currency")),
        blank_units=whole(said["blank_units"]) if "blank_units" in said else None,
        metric=said.get("metric"),
        metrics={
            normal(name.removeprefix(LABEL)): value for name, value in said.items() if name.startswith(LABEL)
        },
    )


def one_of(kind: type[StrEnum], value: str, name: str) -> StrEnum:
    """The answer among those there are."""
    if value not in list(kind):
        raise UnknownAnswerError.of(
            name, _("“%(value)s” is no answer: %(kind)s is.") % {"value": value, "kind": " or ".join(kind)}
        )
    return kind(value)


def currency_said(value: str | None) -> str | None:
    """An ISO code, or nothing."""
    if value is None:
        return None
    code = currency_of(value)
    if code is None:
        raise UnknownAnswerError.of(
            "currency",
            _("“%(value)s” is no currency. Give its ISO code, for example EUR.") % {"value": value},
        )
    return code


def whole(value: str) -> int:
    """A whole number; -1 is unlimited."""
    try:
        return max(-1, int(value))
    except ValueError:
        raise UnknownAnswerError.of(
            "blank_units", _("“%(value)s” is no number of units; -1 is unlimited.") % {"value": value}
        ) from None
