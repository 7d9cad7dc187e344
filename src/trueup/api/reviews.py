"""Reviews: opening, deciding, the dry run, approving and carrying out releases, closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.reviews.actions import (
    approve_releases,
    close_review,
    decide_rows,
    look_at_releases,
    open_review,
)
from trueup.reviews.columns import REVIEW_ROWS, REVIEWS
from trueup.reviews.queries import counts_of, review_for
from trueup.reviews.releasing import release_reviewed

if TYPE_CHECKING:
    from trueup.reviews.models import Review

router = Router(tags=["reviews"])


class ReviewBody(Body):
    """``kind`` is quarterly or campaign; without a name it is called after the quarter."""

    company: StrictInt
    kind: str = "quarterly"
    name: str = Field("", max_length=100)
    days: StrictInt = Field(30, le=10_000)
    idle_days: StrictInt = Field(90, le=10_000)


class DecisionBody(Body):
    """Rows by their ids, or every waiting one of a section; ``decision`` is keep, release or ask."""

    rows: list[StrictInt] = Field(default=[], max_length=5000)
    section: str = ""
    decision: str
    note: str = Field("", max_length=500)


class ApprovalBody(Body):
    """The hash the dry run answered with."""

    hash: str = Field(max_length=64)


@router.get("/reviews/", response=ListAnswer, summary="Reviews")
def list_reviews(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    return list_answer(request, REVIEWS)


@router.post("/reviews/", response={201: dict[str, Any]}, summary="Open a review")
def post_review(request: HttpRequest, body: ReviewBody) -> HttpResponse:
    """Freezes what is held today; 409 ``ReviewIsOpen`` where a quarterly one is not closed."""
    made = open_review(
        actor=actor_in(request), company_id=body.company, kind=body.kind, name=body.name, days=body.days,
        idle_days=body.idle_days, at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    return json_answer(_review(made), 201)


@router.get("/reviews/{int:review_id}/", response=dict[str, Any], summary="One review")
def get_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """With the rows of each section, and how many of them wait."""
    found = review_for(actor=actor_in(request), review_id=review_id)
    return json_answer(_review(found) | {"sections": dict(counts_of(review=found))})


@router.get("/reviews/{int:review_id}/rows/", response=ListAnswer, summary="Rows of a review")
def list_rows(request: HttpRequest, review_id: int) -> HttpResponse:
    """``section=unused``, ``decision=release`` and the like narrow them."""
    review_for(actor=actor_in(request), review_id=review_id)
    return list_answer(request, REVIEW_ROWS, review_id=review_id)


@router.post("/reviews/{int:review_id}/decide/", response=dict[str, Any], summary="Decide rows")
def post_decision(request: HttpRequest, review_id: int, body: DecisionBody) -> HttpResponse:
    """Whoever may assign decides all; a manager the rows of their own people."""
    number = decide_rows(
        actor=actor_in(request), review_id=review_id, decision=body.decision, row_ids=body.rows, section=body.section,
        note=body.note, at=timezone.now(),
    )  # fmt: skip
    return json_answer({"decided": number})


@router.post("/reviews/{int:review_id}/dry-run/", response=dict[str, Any], summary="What would be released")
def post_dry_run(request: HttpRequest, review_id: int) -> HttpResponse:
    """The hash the approval must name, and how many rows. Releases nothing."""
    digest, number = look_at_releases(actor=actor_in(request), review_id=review_id, at=timezone.now())
    return json_answer({"hash": digest, "rows": number})


@router.post("/reviews/{int:review_id}/approve/", response=dict[str, Any], summary="Approve the releases")
def post_approval(request: HttpRequest, review_id: int, body: ApprovalBody) -> HttpResponse:
    """409 ``NotLookedAt`` where decisions changed since the dry run."""
    found = approve_releases(actor=actor_in(request), review_id=review_id, seen=body.hash, at=timezone.now())
    return json_answer(_review(found))


@router.post("/reviews/{int:review_id}/release/", response={202: dict[str, Any]}, summary="Release them")
def post_release(request: HttpRequest, review_id: int) -> HttpResponse:
    """A job for each rule; every release cites the rule and who approved it."""
    jobs = release_reviewed(actor=actor_in(request), review_id=review_id, at=timezone.now())
    return json_answer({"jobs": [job.pk for job in jobs]}, 202)


@router.post("/reviews/{int:review_id}/close/", response=dict[str, Any], summary="Close a review")
def post_close(request: HttpRequest, review_id: int) -> HttpResponse:
    """With name, date and the hash of its record; 409 ``StillToDecide`` while something waits."""
    return json_answer(_review(close_review(actor=actor_in(request), review_id=review_id, at=timezone.now())))


def _review(found: Review) -> dict[str, Any]:
    names = (
        "id", "kind", "name", "idle_days", "opened_at", "opened_by", "due_on", "dry_hash", "approved_at", "approved_by",
        "closed_at", "closed_by", "sha256",
    )  # fmt: skip
    return {"company": found.company_id, **{name: getattr(found, name) for name in names}}
