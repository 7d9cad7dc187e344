"""Reading reviews and their rows: for whoever sees the licences of the company, and for the managers who decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.reviews.models import Decision, Review, ReviewRow, Section

SEEN = Permission.LICENCES_VIEW
DECIDES = Permission.ASSIGNMENTS_CHANGE


def reviews_visible_to(*, actor: Actor) -> QuerySet[Review]:
    """Reviews, open ones first, with ``rows_count`` and ``undecided``."""
    rows: QuerySet[Review] = Review.objects.visible_to(actor, SEEN)
    return rows.select_related("company").order_by("closed_at", "-opened_at", "-pk")


def review_for(*, actor: Actor, review_id: int) -> Review:
    """One review."""
    found = reviews_visible_to(actor=actor).filter(pk=review_id).first()
    if found is None:
        raise NotFound(_("There is no review %(id)s.") % {"id": review_id})
    return found


def review_rows_visible_to(*, actor: Actor, review_id: int | None = None) -> QuerySet[ReviewRow]:
    """Rows in the order in which they came in."""
    rows: QuerySet[ReviewRow] = ReviewRow.objects.visible_to(actor, SEEN)
    if review_id is not None:
        rows = rows.filter(review=review_for(actor=actor, review_id=review_id))
    return rows.select_related("company")


def rows_to_decide(*, actor: Actor, review: Review) -> QuerySet[ReviewRow]:
    """Rows the actor may decide: all of a review, or those of which they are the manager."""
    rows: QuerySet[ReviewRow] = ReviewRow.objects.filter(review=review)
    if actor.may(DECIDES, review.company_id):
        return rows
    if actor.read_only or not actor.may(SEEN, review.company_id):
        return rows.none()
    return rows.filter(reviewer_id=actor.user_id or 0)


def counts_of(*, review: Review) -> Mapping[str, Mapping[str, int]]:
    """For each section how many rows there are, how many wait for a decision, and how many are to be released."""
    waiting = Q(decision="")
    release = Q(decision=Decision.RELEASE)
    rows = ReviewRow.objects.filter(review=review).order_by().values("section")
    found = rows.annotate(
        rows=Count("pk"),
        waiting=Count("pk", filter=waiting),
        release=Count("pk", filter=release),
        released=Count("pk", filter=Q(released_at__isnull=False)),
    )
    return {one.pop("section"): one for one in found}


def releases_of(*, review: Review) -> QuerySet[ReviewRow]:
    """Holdings that were decided to be released and are not yet."""
    rows: QuerySet[ReviewRow] = ReviewRow.objects.filter(
        review=review, decision=Decision.RELEASE, assignment__isnull=False, released_at=None
    )
    return rows.order_by("section", "pk")


def open_quarterly(*, actor: Actor, company_id: int) -> Review | None:
    """The quarterly review of a company that is open."""
    rows = Review.objects.visible_to(actor, SEEN).filter(
        company_id=company_id, kind="quarterly", closed_at=None
    )
    found: Review | None = rows.first()
    return found


def sections_of(*, counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The sections that have rows, in their order."""
    return [(value, str(label)) for value, label in Section.choices if value in counts]
