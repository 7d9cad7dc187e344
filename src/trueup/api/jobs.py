"""Jobs: what takes longer than a request, how far it is, and stopping it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import actor_in
from trueup.jobs.actions import cancel_job
from trueup.jobs.columns import JOBS
from trueup.jobs.queries import job_for, rows_of

if TYPE_CHECKING:
    from trueup.jobs.models import Job

router = Router(tags=["jobs"])
ROWS_TOLD = 1000


@router.get("/jobs/", response=ListAnswer, summary="Jobs")
def list_jobs(request: HttpRequest) -> HttpResponse:
    """One's own, and those of the companies one owns; latest first."""
    return list_answer(request, JOBS)


@router.get("/jobs/{int:job_id}/", response=dict[str, Any], summary="One job")
def get_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far it is, what it came to, and up to 1,000 rows that were not carried out, each with the reason."""
    actor = actor_in(request)
    found = job_for(actor=actor, job_id=job_id)
    rows = rows_of(actor=actor, job_id=job_id, left_out=True).exclude(outcome="waiting")
    told = rows.values("position", "subject_id", "name", "outcome", "detail")[:ROWS_TOLD]
    return json_answer({**_job(found), "left_out": list(told)})


@router.post("/jobs/{int:job_id}/cancel/", response=dict[str, Any], summary="Cancel a job")
def post_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """It stops after the rows it has in hand; what is done stays done."""
    return json_answer(_job(cancel_job(actor=actor_in(request), job_id=job_id, at=timezone.now())))


def _job(found: Job) -> dict[str, Any]:
    plain = (
        "kind", "label", "state", "total", "seen", "done", "unchanged", "refused", "trouble", "asked_by", "asked_at",
        "started_at", "ended_at", "cancel_asked_at",
    )  # fmt: skip
    return {
        "id": found.pk,
        "company": {"id": found.company_id, "name": found.company.name},
        **{name: getattr(found, name) for name in plain},
        "batch": found.batch_id,
        "undoes": found.undoes_id,
    }
