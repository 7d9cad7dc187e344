"""What can be done to many things: the shape of a deed, and what it is told and tells of each row.

A deed lives in the room whose things it changes. It is looked at before (nothing is stored), carried out a chunk at a
time in a transaction of the job's, and, where that is lawful, taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.jobs.models import Outcome

CHUNK_ROWS = 200
AT_ONCE_ROWS = 500
"""Up to so many rows are done while the person waits; more become a job of the worker's."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Who does it, in which company, when, with which parameters; the batch is there once it is done in earnest."""

    actor: Actor
    company_id: int
    at: datetime
    on: date
    given: Mapping[str, Any] = field(default_factory=dict)
    all_or_nothing: bool = False
    batch_id: int | None = None
    job_id: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is meant: by its id, or by what was given for it."""

    position: int
    subject_id: int | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of a row (``done`` also before it is), why, and what an undo needs."""

    outcome: Outcome
    name: str = ""
    detail: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


Answers = Mapping[int, Told]
"""What is told of each row, by its position."""

Work = Callable[[Scene, Sequence[Row]], Answers]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done to many rows.

    ``look`` is the preview. ``take_back`` is given the rows that were done, each with its facts as ``given``. A deed
    ``by_itself`` brings its own transaction and batch, and is one row.
    """

    kind: str
    permission: Permission
    look: Work
    carry_out: Work
    take_back: Work | None = None
    chunk_rows: int = CHUNK_ROWS
    by_itself: bool = False


def done(name: str, detail: str = "", **facts: Any) -> Told:
    """The row can be, or was, carried out."""
    return Told(Outcome.DONE, name, detail, facts)


def unchanged(name: str, detail: str) -> Told:
    """There was nothing to do."""
    return Told(Outcome.UNCHANGED, name, detail)


def refused(name: str, detail: str) -> Told:
    """A rule stands in the way."""
    return Told(Outcome.REFUSED, name, detail)
