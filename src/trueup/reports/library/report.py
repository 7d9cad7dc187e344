"""What a report is: a name for ever, one line on what it answers, who may read it, and how its table is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from trueup.base.access import Permission
from trueup.reports.library.asking import Ask
from trueup.reports.render.table import Table

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

Period = Callable[[date], tuple[date, date]]


def this_year(on: date) -> tuple[date, date]:
    """From the first of January to the day."""
    return on.replace(month=1, day=1), on


def next_quarter(on: date) -> tuple[date, date]:
    """Ninety days from the day on."""
    return on, on + timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter of one report that the page offers as a choice; the first value is what it is without."""

    name: str
    label: _StrOrPromise
    values: tuple[tuple[str, _StrOrPromise], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``section`` is where the library shows it; ``takes`` are parameters besides those of every report.

    ``asks_period`` says that days from–to mean something to it, else it is about one day. ``takes_columns`` leaves names
    it does not know to the list it is built on, which refuses them itself.
    """

    key: str
    title: _StrOrPromise
    answers: _StrOrPromise
    section: str
    view: Permission
    build: Callable[[Ask], Table]
    asks_period: bool = False
    usual_period: Period = this_year
    takes: frozenset[str] = frozenset()
    takes_columns: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def parameters(self) -> frozenset[str]:
        """All it takes besides those of every report."""
        return self.takes | {choice.name for choice in self.choices}
