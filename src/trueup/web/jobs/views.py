"""The list of jobs, one job with its progress, its rows as a file, cancelling and taking back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.chosen.register import DEEDS as CHOSEN
from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.jobs.actions import ENDED, cancel_job, send_job, undo_job
from trueup.jobs.columns import JOBS
from trueup.jobs.deeds import AT_ONCE_ROWS
from trueup.jobs.queries import job_for, rows_of
from trueup.jobs.running import run_job
from trueup.reports.render.csv import write_csv
from trueup.reports.render.table import Column, Kind, Table
from trueup.reviews.releasing import RELEASE
from trueup.web.gate import page
from trueup.web.jobs import look
from trueup.web.jobs.words import done_words, now_words, state_badge, title_of
from trueup.web.kit.asker import actor_in
from trueup.web.kit.lists import list_page, respond

if TYPE_CHECKING:
    from trueup.jobs.models import Job

VIEW = Permission.COMPANIES_VIEW
DEEDS = {**CHOSEN, RELEASE.kind: RELEASE}


@page(VIEW)
def jobs(request: HttpRequest) -> HttpResponseBase:
    """One's own jobs, and those of the companies one owns."""
    return list_page(request, JOBS, look.JOBS)


@page(VIEW)
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far a job is; a part of the page asks for itself again until it is over."""
    actor = actor_in(request)
    found = job_for(actor=actor, job_id=job_id)
    left_out = rows_of(actor=actor, job_id=found.pk, left_out=True) if found.state in ENDED else None
    context = {
        **_context(found),
        "left_out": 0 if left_out is None else left_out.count(),
        "table": None if left_out is None else look.rows_table(left_out[: look.ROWS_SHOWN]),
        "shown": look.ROWS_SHOWN,
        "may_change": found.kind not in DEEDS or actor.may(DEEDS[found.kind].permission, found.company_id),
    }
    is_part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
    answer = respond(request, "jobs/part.html" if is_part else "jobs/job.html", context)
    if is_part and context["is_over"]:
        answer["HX-Trigger"] = json.dumps({"toast": _toast(found)})
    return answer


def _context(found: Job) -> dict[str, Any]:
    is_over = found.state in ENDED
    deed = DEEDS.get(found.kind)
    is_undone = bool(found.batch and found.batch.undone_at)
    return {
        "job": found,
        "title": title_of(found.kind, undoes=found.undoes_id is not None),
        "state": state_badge(found.state),
        "sentence": now_words(found),
        "is_over": is_over,
        "is_undone": is_undone,
        "counts_rows": found.total > 1,
        "result_url": look.batch_address(found),
        "may_undo": is_over and bool(found.done) and bool(deed and deed.take_back) and not found.undoes_id and not is_undone,
        "active": "jobs",
    }  # fmt: skip


def _toast(found: Job) -> dict[str, Any]:
    if found.trouble:
        return {"text": found.trouble, "tone": "bad"}
    toast: dict[str, Any] = {"text": done_words(found)}
    if _context(found)["may_undo"]:
        toast["undo"] = reverse("job_undo", args=[found.pk])
    return toast


@page(VIEW)
def rows(request: HttpRequest, job_id: int) -> StreamingHttpResponse:
    """The rows that were not carried out, each with the reason, as CSV."""
    found = rows_of(actor=actor_in(request), job_id=job_id, left_out=True)
    columns = [
        Column("row", _("Row"), Kind.INTEGER),
        Column("id", _("Id"), Kind.INTEGER),
        Column("name", _("Name"), Kind.TEXT),
        Column("outcome", _("Outcome"), Kind.TEXT),
        Column("reason", _("Reason"), Kind.TEXT),
    ]
    lines = (
        [row.position, row.subject_id, row.name, row.outcome, row.detail] for row in found.iterator(2000)
    )
    table = Table(_("Rows left out"), columns, lines)
    response = StreamingHttpResponse(
        write_csv(table, byte_order_mark=True), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="job-{job_id}-rows-left-out.csv"'
    return response


@page(VIEW, methods=("POST",))
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop after the present chunk."""
    try:
        cancel_job(actor=actor_in(request), job_id=job_id, at=timezone.now())
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    return redirect("job", job_id)


@page(VIEW, methods=("POST",))
def undo(request: HttpRequest, job_id: int) -> HttpResponse:
    """Take back what a job did, as a job of its own."""
    actor, at = actor_in(request), timezone.now()
    known = job_for(actor=actor, job_id=job_id)
    deed = DEEDS.get(known.kind)
    if deed is None:
        raise NotFound(_("Job %(id)s cannot be taken back here.") % {"id": job_id})
    try:
        again = undo_job(actor=actor, job_id=job_id, deed=deed, at=at)
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
        return redirect("job", job_id)
    if again.total > AT_ONCE_ROWS:
        send_job(job_id=again.pk)
    else:
        done = run_job(job_id=again.pk, deeds=DEEDS, clock=timezone.now)
        messages.success(request, _("Taken back. %(what)s") % {"what": done_words(done)})
    return redirect("job", again.pk)
