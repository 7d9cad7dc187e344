"""Carries out a run of a source: asked or replayed, parsed, written down. What went wrong stays on the run.

Only a run that came to its end may end what it did not mention. One that only looks writes into a transaction that is
rolled back, so that what it says is what would have happened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.base.actor import Actor
from trueup.base.problems import Problem
from trueup.connectors.register import suitcase_named
from trueup.sources.actions import (
    begin_source_run,
    end_source_run,
    keep_source_page,
    open_source,
    record_findings,
)
from trueup.sources.actions.recording import Written
from trueup.sources.actions.running import Ending
from trueup.sources.findings import Findings, Page, Suitcase
from trueup.sources.models import RunState, SourceRun
from trueup.sources.queries import pages_of


def read_source(
    *, actor: Actor, run_id: int, clock: Callable[[], datetime], wait: Callable[[float], None]
) -> SourceRun | None:
    """Carry a run out; None when it is over already, or its source was withdrawn."""
    run = begin_source_run(run_id=run_id, at=clock())
    if run is None:
        return None
    suitcase = suitcase_named(run.source.kind)
    trouble = ""
    written = Written()
    try:
        pages, trouble = _pages(run, suitcase, wait)
        written = _written(
            actor, run, suitcase.parse(pages, _seen_at(run, clock)), clock(), is_complete=not trouble
        )
    except Exception as fault:
        ending = _ending(
            written,
            trouble or _("A fault of ours: %(fault)s.") % {"fault": type(fault).__name__},
            is_sound=False,
        )
        end_source_run(actor=actor, run=run, ending=ending, at=clock())
        raise
    return end_source_run(actor=actor, run=run, ending=_ending(written, trouble), at=clock())


def _pages(run: SourceRun, suitcase: Suitcase, wait: Callable[[float], None]) -> tuple[list[Page], str]:
    """The pages, and what stopped them from being all."""
    if run.replays is not None:
        was_whole = run.replays.state == RunState.DONE
        return list(pages_of(run=run.replays)), "" if was_whole else run.replays.trouble
    pages: list[Page] = []
    try:
        for page in suitcase.read(
            open_source(source=run.source, wait=wait, at=run.started_at or run.asked_at)
        ):
            pages.append(keep_source_page(run=run, page=page, keeps=suitcase.keeps))  # noqa: PERF401  # what was read before a fault is kept
    except Problem as problem:
        return pages, problem.detail
    return pages, ""


def _seen_at(run: SourceRun, clock: Callable[[], datetime]) -> datetime:
    """When the pages were read: a replay speaks of then, not of now."""
    return run.replays.started_at or clock() if run.replays is not None else clock()


def _written(actor: Actor, run: SourceRun, findings: Findings, at: datetime, *, is_complete: bool) -> Written:
    with transaction.atomic():
        written = record_findings(
            actor=actor, source=run.source, findings=findings, is_complete=is_complete, at=at
        )
        if run.is_dry:
            transaction.set_rollback(True)
    return written


def _ending(written: Written, trouble: str, *, is_sound: bool = True) -> Ending:
    return Ending(
        is_complete=is_sound and not trouble,
        rows=written.rows,
        unplaced=written.unplaced,
        counts=dict(written.counts),
        rejected=tuple(written.rejected),
        trouble=trouble,
    )
