"""Asking for a run, and its life: begun, its pages kept, ended with what it came to."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict
from trueup.sources.findings import Page, Rejected
from trueup.sources.models import RunState, Source, SourcePage, SourceRun
from trueup.sources.queries import run_for, source_for

READ = "sources.read"
"""The background task that carries a run out; it is told its id."""
RUNS_WITH_PAGES = 5
REJECTS_KEPT = 100
LONGEST_TROUBLE = 2000


class NoPages(Conflict):
    """The pages of that run are no longer kept."""

    title = gettext_lazy("Nothing to replay")


@dataclass(frozen=True, slots=True)
class Ending:
    """What a run came to."""

    is_complete: bool
    rows: int = 0
    unplaced: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    rejected: tuple[Rejected, ...] = ()
    trouble: str = ""


def ask_source_run(
    *, actor: Actor, source_id: int, at: datetime, is_dry: bool = False, replays_id: int | None = None
) -> SourceRun:
    """Have a source read soon: in earnest, only to look (dry), or again from the pages of an earlier run."""
    source = source_for(actor=actor, source_id=source_id, permission=Permission.INVENTORY_IMPORT)
    earlier = None if replays_id is None else run_for(actor=actor, run_id=replays_id, source_id=source.pk)
    if earlier is not None and not SourcePage.objects.filter(run=earlier).exists():
        raise NoPages(_("The pages of this run are no longer kept. Read the source anew."))
    with transaction.atomic():
        run = SourceRun.objects.create(
            company_id=source.company_id,
            source=source,
            replays=earlier,
            is_dry=is_dry,
            asked_by=actor.name[:200],
            asked_at=at,
        )
        details = {"run": run.pk, "dry": is_dry, "replays": replays_id}
        happening = Happening("sources.run_asked", "source", source.pk, source.name, details)
        record(actor=actor, company_id=source.company_id, at=at, happening=happening)
        _send(run)
    return run


def _send(run: SourceRun) -> None:
    name = f"sources/{run.pk}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(READ, lock=f"sources/{run.source_id}/all", queueing_lock=name).defer(run_id=run.pk)


def start_due_sources(*, actor: Actor, at: datetime) -> int:
    """Ask for a run of every source whose hour has come; how many. What was asked for and lost is asked for again."""
    due = list(
        Source.objects.filter(withdrawn_at=None, due_at__lte=at)
        .order_by("due_at")
        .values_list("pk", "every_hours")
    )
    started = 0
    for source_id, every_hours in due:
        with transaction.atomic():
            mine = Source.objects.filter(pk=source_id, due_at__lte=at)
            if mine.update(due_at=at + timedelta(hours=every_hours)):
                ask_source_run(actor=actor, source_id=source_id, at=at)
                started += 1
    return started


def begin_source_run(*, run_id: int, at: datetime) -> SourceRun | None:
    """The run, now under way; None when it is over. One whose worker was killed begins anew."""
    with transaction.atomic():
        run: SourceRun | None = (
            SourceRun.objects.select_for_update(of=("self",))
            .select_related("source__secret", "replays")
            .filter(pk=run_id, state__in=(RunState.WAITING, RunState.RUNNING), source__withdrawn_at=None)
            .first()
        )
        if run is not None:
            SourcePage.objects.filter(run=run).delete()
            run.state, run.started_at, run.pages = RunState.RUNNING, at, 0
            run.save(update_fields=["state", "started_at", "pages"])
    return run


def keep_source_page(*, run: SourceRun, page: Page, keeps: Mapping[str, frozenset[str]]) -> Page:
    """Store a page with the fields that are read and no other; the page as it is read from now on."""
    names = keeps[page.kind]
    rows = [_cut(row, names) for row in page.rows]
    told = json.dumps({"rows": rows, "about": dict(page.about)}, ensure_ascii=False).encode()
    run.pages += 1
    SourcePage.objects.create(
        company_id=run.company_id, run=run, number=run.pages, kind=page.kind, content=zlib.compress(told),
        digest=hashlib.sha256(told).hexdigest(),
    )  # fmt: skip
    SourceRun.objects.filter(pk=run.pk).update(pages=run.pages)
    return Page(page.kind, rows, page.about)


def _cut(value: Any, names: frozenset[str], before: str = "") -> Any:
    """What is named of a row: ``general.name`` keeps one field of a part, ``general`` all of it."""
    if isinstance(value, list):
        return [_cut(one, names, before) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, inner in value.items():
        path = f"{before}{key}"
        if path in names:
            kept[key] = inner
        elif any(name.startswith(f"{path}.") for name in names):
            kept[key] = _cut(inner, names, f"{path}.")
    return kept


def end_source_run(*, actor: Actor, run: SourceRun, ending: Ending, at: datetime) -> SourceRun:
    """Write down what a run came to, and forget the pages of old ones."""
    state = RunState.DONE if ending.is_complete else RunState.PARTIAL if ending.rows else RunState.FAILED
    changes: dict[str, Any] = {
        "state": state, "ended_at": at, "rows": ending.rows, "rejected": len(ending.rejected), "unplaced": ending.unplaced,
        "counts": dict(ending.counts), "trouble": ending.trouble[:LONGEST_TROUBLE],
        "rejects": [{"row": one.row[:200], "reason": one.reason[:300]} for one in ending.rejected[:REJECTS_KEPT]],
    }  # fmt: skip
    with transaction.atomic():
        SourceRun.objects.filter(pk=run.pk).update(**changes)
        kept = (
            SourceRun.objects.filter(source_id=run.source_id, pages__gt=0)
            .order_by("-pk")
            .values("pk")[:RUNS_WITH_PAGES]
        )
        SourcePage.objects.filter(run__source_id=run.source_id).exclude(
            run_id__in=list(kept.values_list("pk", flat=True))
        ).delete()
        details = {"run": run.pk, "state": str(state), "dry": run.is_dry, **ending.counts}
        happening = Happening("sources.run_ended", "source", run.source_id, run.source.name, details)
        record(actor=actor, company_id=run.company_id, at=at, happening=happening)
    for name, value in changes.items():
        setattr(run, name, value)
    return run
