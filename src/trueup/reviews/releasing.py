"""Releasing what a review decided: as jobs, one for each rule, each release citing the rule and who approved it (U-049).

Nothing is released that was not approved as it was looked at. A seat is named by its assignment: whoever got the unit since
keeps it, and the row says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.assignments.chosen.releasing import RELEASE_SEATS
from trueup.base.actor import Actor
from trueup.jobs.actions import ask_job, send_job
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told, unchanged
from trueup.jobs.models import Job, Outcome
from trueup.reviews.actions import NotLookedAt, releases_hash
from trueup.reviews.models import Review, ReviewRow, Section
from trueup.reviews.queries import DECIDES, releases_of, review_for


def release_reviewed(*, actor: Actor, review_id: int, at: datetime) -> list[Job]:
    """Ask a job for each rule under which rows are released; refuses what was not approved as it stands now."""
    review = review_for(actor=actor, review_id=review_id)
    actor.require(DECIDES, review.company_id)
    jobs: list[Job] = []
    with transaction.atomic():
        review = Review.objects.select_for_update().get(pk=review.pk)
        digest, number = releases_hash(review)
        if review.closed_at is not None or not number or digest != review.approved_hash:
            raise NotLookedAt(
                _("What would be released is not what was approved: look at it and approve it again.")
            )
        rows = list(releases_of(review=review))
        for section in dict.fromkeys(row.section for row in rows):
            mine = [row for row in rows if row.section == section]
            jobs.append(_asked(actor, review, section, mine, at))
    return jobs


def _asked(actor: Actor, review: Review, section: str, rows: Sequence[ReviewRow], at: datetime) -> Job:
    words = {"review": review.name, "rule": rule_of(review, section), "who": review.approved_by}
    reason = _("Review %(review)s: %(rule)s; approved by %(who)s") % words
    job = ask_job(
        actor=actor, company_id=review.company_id, deed=RELEASE, at=at, label=review.name, given={"reason": reason[:500]},
        rows=[Row(position, row.pk) for position, row in enumerate(rows, start=1)],
    )  # fmt: skip
    transaction.on_commit(lambda: send_job(job_id=job.pk))
    return job


def rule_of(review: Review, section: str) -> str:
    """The rule by which rows of a section are proposed, in words for the reason of a release."""
    if section == Section.UNUSED:
        return _("not seen in use for %(days)s days") % {"days": review.idle_days}
    if section == Section.DEPARTED:
        return _("the holder has left or is out of use")
    return _("decided row by row")


def _seats(scene: Scene, rows: Sequence[Row]) -> dict[int, ReviewRow]:
    """The rows of reviews that are still to be released, by their position."""
    known = ReviewRow.objects.filter(
        company_id=scene.company_id, pk__in=[row.subject_id for row in rows], decision="release", released_at=None
    ).in_bulk()  # fmt: skip
    return {row.position: known[row.subject_id] for row in rows if row.subject_id in known}


def look(scene: Scene, rows: Sequence[Row]) -> Answers:
    """What would become of each seat."""
    seats = _seats(scene, rows)
    told = RELEASE_SEATS.look(scene, [Row(at, seat.assignment_id) for at, seat in seats.items()])
    return {row.position: told.get(row.position) or _gone() for row in rows}


def carry_out(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Release the seats that were named, and note on each row that it was done."""
    seats = _seats(scene, rows)
    told = RELEASE_SEATS.carry_out(scene, [Row(at, seat.assignment_id) for at, seat in seats.items()])
    settled = [seat.pk for at, seat in seats.items() if told[at].outcome != Outcome.REFUSED]
    ReviewRow.objects.filter(pk__in=settled).update(released_at=scene.at)
    with_rows = {at: replace(one, facts={**one.facts, "row": seats[at].pk}) for at, one in told.items()}
    return {row.position: with_rows.get(row.position) or _gone() for row in rows}


def take_back(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Give the seats again, and let the rows wait for a release again."""
    give_back = RELEASE_SEATS.take_back
    if give_back is None:
        raise TypeError("seats can be given back")
    answers = give_back(scene, rows)
    again = [row.given["row"] for row in rows if answers[row.position].outcome == Outcome.DONE]
    ReviewRow.objects.filter(company_id=scene.company_id, pk__in=again, review__closed_at=None).update(
        released_at=None
    )
    return answers


def _gone() -> Told:
    return unchanged("", _("Decided otherwise, or released since."))


RELEASE = Deed("reviews.release", DECIDES, look, carry_out, take_back)
