"""What became of each row of a list, in words a page and a program can both use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy

from trueup.assignments.holding import Thing, Who, kind_of, name_of, who, who_of
from trueup.assignments.models import Assignment
from trueup.assignments.naming import Wish
from trueup.base.problems import Conflict, InvalidValue


class Mode(StrEnum):
    """What a row that cannot be carried out means for the others: nothing at all is done, or the rest is."""

    ALL = "all"
    FILL = "fill"


class Outcome(StrEnum):
    """What becomes of a row, ``ready`` before it is carried out and ``done`` after."""

    READY = "ready"
    DONE = "done"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    REPEATED = "repeated"
    ALREADY_HOLDS = "already_holds"
    HOLDS_NOTHING = "holds_nothing"
    WRONG_KIND = "wrong_kind"
    WRONG_REGION = "wrong_region"
    WRONG_ASSET_CLASS = "wrong_asset_class"
    NOT_ELIGIBLE = "not_eligible"
    OUT_OF_SCOPE = "out_of_scope"
    WRONG_UNITS = "wrong_units"
    DOES_NOT_FIT = "does_not_fit"
    TOO_SOON = "too_soon"


class NotAllFit(Conflict):
    """Some rows cannot be carried out, and all or nothing was asked for; ``items`` says which."""

    title = gettext_lazy("Not every row can be carried out")


class TooManyRows(InvalidValue):
    """The list is longer than one step may be."""

    title = gettext_lazy("Too many rows")


@dataclass(frozen=True, slots=True)
class Item:
    """One row with its outcome; ``detail`` says why in a sentence."""

    wish: Wish
    outcome: Outcome
    detail: str = ""
    holder: Thing | None = None
    units: int = 0
    assignment_id: int | None = None

    def as_row(self) -> dict[str, Any]:
        """The row as it is answered and kept."""
        holder = self.holder
        return {
            "row": self.wish.row,
            "name": self.wish.name,
            "holder": holder and {"kind": kind_of(holder), "id": holder.pk, "name": name_of(holder)},
            "units": self.units,
            "outcome": str(self.outcome),
            "detail": self.detail,
            "assignment": self.assignment_id,
        }


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, row by row. ``free`` is how many units there were to give; empty where nothing limits them."""

    licence_id: int
    items: tuple[Item, ...]
    free: int | None
    batch_id: int | None = None

    @property
    def ready(self) -> list[Item]:
        """Rows that can be carried out."""
        return [item for item in self.items if item.outcome == Outcome.READY]

    @property
    def finished(self) -> list[Item]:
        """Rows that were carried out."""
        return [item for item in self.items if item.outcome == Outcome.DONE]

    @property
    def refused(self) -> list[Item]:
        """Rows that are neither."""
        return [item for item in self.items if item.outcome not in {Outcome.READY, Outcome.DONE}]

    @property
    def units(self) -> int:
        """Units of the rows that can be, or were, carried out."""
        return sum(item.units for item in (*self.ready, *self.finished))

    def done(self, rows: Iterable[Assignment], batch_id: int) -> Listing:
        """The list after it was carried out: each ready row with its assignment."""
        made = {who_of(row): row.pk for row in rows}
        return replace(self, items=tuple(_finished(item, made) for item in self.items), batch_id=batch_id)


def _finished(item: Item, made: dict[Who, int]) -> Item:
    if item.outcome != Outcome.READY or item.holder is None:
        return item
    return replace(item, outcome=Outcome.DONE, assignment_id=made[who(item.holder)])
