"""Opening reviews, deciding rows, looking at what a release would do, approving it, closing with a record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotAllowed, NotFound
from trueup.reviews.filling import Filling, about_licences, holdings
from trueup.reviews.models import Decision, Review, ReviewKind, ReviewRow, Section
from trueup.reviews.queries import open_quarterly, releases_of, review_for, rows_to_decide
from trueup.tenancy.queries import companies_visible_to, company_for

KEEPS = Permission.LICENCES_CHANGE
"""What it takes to open, approve and close."""
USUAL_DAYS, MOST_DAYS, MOST_ROWS, LONGEST_NAME = 30, 3650, 50_000, 100
RECORDED = (
    "id", "section", "subject", "product", "holder", "units", "says", "used_on", "usage_source", "reviewer_name", "proposal",
    "decision", "note", "decided_by", "decided_at", "released_at",
)  # fmt: skip


class ReviewIsOpen(Conflict):
    """The company has a quarterly review that is not closed."""

    title = gettext_lazy("A review is open")


class ReviewIsClosed(Conflict):
    """A closed review does not change."""

    title = gettext_lazy("Closed")


class NotLookedAt(Conflict):
    """What would be released now is not what was looked at in the dry run, or approved."""

    title = gettext_lazy("Look at it again")


class StillToDecide(Conflict):
    """Rows wait for a decision, or for what was decided."""

    title = gettext_lazy("Not finished")


def quarter_of(day: date) -> str:
    """What a quarter is called.

    >>> quarter_of(date(2026, 11, 21))
    '2026 Q4'
    """
    return f"{day.year} Q{(day.month + 2) // 3}"


def open_review(
    *, actor: Actor, company_id: int, at: datetime, on: date, kind: str = "quarterly", name: str = "", days: int = USUAL_DAYS,
    idle_days: int = 90,
) -> Review:  # fmt: skip
    """Freeze what is held today into a review; a company has one quarterly review open at a time."""
    company_for(actor=actor, company_id=company_id)
    actor.require(KEEPS, company_id)
    name = " ".join(name.split()) or quarter_of(on)
    _check_terms(kind, name, days, idle_days)
    if Review.objects.filter(company_id=company_id, kind=kind, name=name).exists():
        raise InvalidValue.of("name", _("There is a review “%(name)s” already.") % {"name": name})
    review = Review(
        company_id=company_id, kind=kind, name=name, idle_days=idle_days, opened_at=at, opened_by=actor.name[:200],
        due_on=on + timedelta(days=days),
    )  # fmt: skip
    with transaction.atomic():
        company_for(actor=actor, company_id=company_id)
        if kind == ReviewKind.QUARTERLY and open_quarterly(actor=actor, company_id=company_id) is not None:
            raise ReviewIsOpen(_("The review before is still open: close it first."))
        review.save(force_insert=True)
        filling = Filling(actor.narrowed_to(company_id), review, on, at)
        number = sum(len(ReviewRow.objects.bulk_create(chunk)) for chunk in holdings(filling))
        number += len(ReviewRow.objects.bulk_create(about_licences(filling)))
        _note(actor, "reviews.opened", review, at, kind=kind, rows=number, due_on=review.due_on)
    return review


def open_due_reviews(*, actor: Actor, on: date, at: datetime) -> int:
    """Open the review of the quarter where there is none, and let new findings flow into those that are open; how many opened."""
    opened = 0
    for company in companies_visible_to(actor=actor).order_by("pk"):
        standing = open_quarterly(actor=actor, company_id=company.pk)
        name = quarter_of(on)
        if standing is not None:
            add_findings(actor=actor, review_id=standing.pk, on=on, at=at)
        elif not Review.objects.filter(company=company, kind=ReviewKind.QUARTERLY, name=name).exists():
            open_review(actor=actor, company_id=company.pk, at=at, on=on)
            opened += 1
    return opened


def add_findings(*, actor: Actor, review_id: int, on: date, at: datetime) -> int:
    """Let what was found since flow into an open review; what is in it stays as it came in. How many rows came."""
    with transaction.atomic():
        review = _locked(actor, review_id)
        known = set(ReviewRow.objects.filter(review=review).values_list("subject", flat=True))
        found = about_licences(Filling(actor.narrowed_to(review.company_id), review, on, at))
        fresh = [row for row in found if row.subject not in known]
        ReviewRow.objects.bulk_create(fresh)
        if fresh:
            _note(actor, "reviews.findings_added", review, at, rows=len(fresh))
    return len(fresh)


def decide_rows(
    *, actor: Actor, review_id: int, decision: str, at: datetime, row_ids: Sequence[int] = (), section: str = "", note: str = ""
) -> int:  # fmt: skip
    """Decide some rows of a review, or all of a section that wait; a manager decides those of their own people. How many."""
    if decision not in Decision.values:
        raise InvalidValue.of("decision", _("Known are %(known)s.") % {"known": ", ".join(Decision.values)})
    if len(row_ids) > MOST_ROWS:
        raise InvalidValue.of("rows", _("At most %(most)s rows at once.") % {"most": MOST_ROWS})
    with transaction.atomic():
        review = _locked(actor, review_id)
        rows = rows_to_decide(actor=actor, review=review).filter(released_at=None)
        chosen = rows.filter(section=section, decision="") if section else rows.filter(pk__in=list(row_ids))
        if not section and chosen.count() != len(set(row_ids)):
            raise NotFound(_("Some of these rows are not there, or not yours to decide."))
        if decision == Decision.RELEASE and chosen.filter(assignment=None).exists():
            raise InvalidValue.of("decision", _("Only what is held can be released."))
        number = chosen.update(
            decision=decision, note=note.strip()[:500], decided_by=actor.name[:200], decided_at=at
        )
        if number:
            facts = {"decision": decision, "rows": number, "section": section, "note": note.strip()[:500]}
            _note(actor, "reviews.decided", review, at, **facts)
    return number


def look_at_releases(*, actor: Actor, review_id: int, at: datetime) -> tuple[str, int]:
    """The dry run: what would be released, as a hash that the approval names, and how many rows. Releases nothing."""
    with transaction.atomic():
        review = _locked(actor, review_id)
        actor.require(KEEPS, review.company_id)
        digest, number = releases_hash(review)
        Review.objects.filter(pk=review.pk).update(dry_at=at, dry_hash=digest)
        _note(actor, "reviews.looked_at", review, at, rows=number, hash=digest)
    return digest, number


def approve_releases(*, actor: Actor, review_id: int, seen: str, at: datetime) -> Review:
    """Approve exactly what was looked at: a decision changed since then needs another look."""
    with transaction.atomic():
        review = _locked(actor, review_id)
        actor.require(KEEPS, review.company_id)
        digest, number = releases_hash(review)
        if not review.dry_hash or not number or not digest == review.dry_hash == seen:
            raise NotLookedAt(
                _(
                    "Decisions changed since the dry run, or there was none: look at what would be released first."
                )
            )
        Review.objects.filter(pk=review.pk).update(
            approved_at=at, approved_by=actor.name[:200], approved_hash=digest
        )
        _note(actor, "reviews.approved", review, at, rows=number, hash=digest)
    return review_for(actor=actor, review_id=review_id)


def close_review(*, actor: Actor, review_id: int, at: datetime) -> Review:
    """Close it with a name and a date: what was looked at for a reason must be decided and done, all else is kept."""
    with transaction.atomic():
        review = _locked(actor, review_id)
        actor.require(KEEPS, review.company_id)
        rows = ReviewRow.objects.filter(review=review)
        waiting = rows.filter(decision="").exclude(section=Section.HELD).count()
        undone = releases_of(review=review).count()
        if waiting or undone:
            words = _("%(waiting)s rows wait for a decision and %(undone)s for their release.")
            raise StillToDecide(words % {"waiting": waiting, "undone": undone})
        review.closed_at, review.closed_by = at, actor.name[:200]
        review.sha256 = record_hash(review)
        review.save(update_fields=["closed_at", "closed_by", "sha256"])
        _note(actor, "reviews.closed", review, at, sha256=review.sha256)
    return review_for(actor=actor, review_id=review_id)


def releases_hash(review: Review) -> tuple[str, int]:
    """A hash of what would be released, and how many rows that are."""
    told = [[row.pk, row.assignment_id] for row in releases_of(review=review)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest(), len(told)


def record_hash(review: Review) -> str:
    """The hash of the whole record: the review, by whom it was closed, and every row in order."""
    head = {
        "company": review.company_id, "kind": review.kind, "name": review.name, "opened_at": review.opened_at,
        "opened_by": review.opened_by, "approved_by": review.approved_by, "approved_at": review.approved_at,
        "closed_at": review.closed_at, "closed_by": review.closed_by,
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps(head, default=_plain, sort_keys=True).encode())
    rows = ReviewRow.objects.filter(review=review).order_by("pk").values_list(*RECORDED)
    for row in rows.iterator(2000):
        digest.update(json.dumps(row, default=_plain, ensure_ascii=False).encode())
    return digest.hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else format(value, "f")


def _check_terms(kind: str, name: str, days: int, idle_days: int) -> None:
    if kind not in ReviewKind.values:
        raise InvalidValue.of("kind", _("Known are %(known)s.") % {"known": ", ".join(ReviewKind.values)})
    if len(name) > LONGEST_NAME or "\0" in name:
        raise InvalidValue.of("name", _("A review's name has at most 100 characters."))
    for field, value in (("days", days), ("idle_days", idle_days)):
        if not 1 <= value <= MOST_DAYS:
            raise InvalidValue.of(field, _("Give 1 to %(most)s days.") % {"most": MOST_DAYS})


def _locked(actor: Actor, review_id: int) -> Review:
    """The review, locked while it changes; a closed one does not."""
    review_for(actor=actor, review_id=review_id)
    review: Review = Review.objects.select_for_update().get(pk=review_id)
    if actor.read_only:
        raise NotAllowed(_("%(name)s may read only.") % {"name": actor.name})
    if review.closed_at is not None:
        raise ReviewIsClosed(
            _("“%(name)s” was closed by %(who)s.") % {"name": review.name, "who": review.closed_by}
        )
    return review


def _note(actor: Actor, event: str, review: Review, at: datetime, **details: Any) -> None:
    happening = Happening(event, "review", review.pk, review.name, details)
    record(actor=actor, company_id=review.company_id, at=at, happening=happening)
