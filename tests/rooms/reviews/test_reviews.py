"""Reviews: what is frozen, what is proposed, who decides, and that nothing is released but what was approved."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from tests.rooms.compliance.estates import install, run_over
from tests.rooms.reports.asked import priced
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.models import Assignment
from trueup.audit.models import Entry
from trueup.base.problems import Invalid, NotAllowed, NotFound
from trueup.compliance.models import Finding
from trueup.devices.models import Device
from trueup.inventory.models import Installation
from trueup.jobs.models import Job
from trueup.jobs.running import run_job
from trueup.people.models import Person
from trueup.reviews.actions import (
    NotLookedAt,
    ReviewIsClosed,
    ReviewIsOpen,
    StillToDecide,
    add_findings,
    approve_releases,
    close_review,
    decide_rows,
    look_at_releases,
    open_due_reviews,
    open_review,
    record_hash,
)
from trueup.reviews.models import Review, ReviewRow
from trueup.reviews.queries import counts_of
from trueup.reviews.releasing import RELEASE, release_reviewed
from trueup.tenancy.actions import create_user, grant_role

LONG_AGO = datetime(2026, 3, 1, tzinfo=UTC)


def held_since(stage: Stage, licence, thing, at=LONG_AGO, units=1) -> Assignment:
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, at=at, on=at.date()
    )


def seen(device: Device, product, on: datetime, *, gone: bool = False) -> None:
    """An inventory that saw the product on the device; on the day it went, or until that day."""
    install(device.company, product, device)
    found = Installation.objects.filter(device=device, title__product=product)
    found.update(first_seen_at=LONG_AGO, gone_at=on if gone else None)
    Device.objects.filter(pk=device.pk).update(last_seen_at=NOW if gone else on)


def opened(stage: Stage, **more) -> Review:
    return open_review(actor=stage.alice, company_id=stage.acme.pk, at=NOW, on=TODAY, **more)


def rows_of(review: Review, *names: str, **narrow) -> list[tuple]:
    return list(ReviewRow.objects.filter(review=review, **narrow).order_by("pk").values_list(*names))


@pytest.fixture
def estate(stage: Stage) -> dict:
    """Draw on four devices: used now, gone since spring, never installed, and one that does not report."""
    draw = a_product(stage.acme, "Draw")
    licence = a_licence(stage.acme, 9, metric="per_device", product=draw)
    devices = {name: a_device(stage.acme, name) for name in ("busy", "gone", "never", "silent")}
    held = {name: held_since(stage, licence, device) for name, device in devices.items()}
    seen(devices["busy"], draw, NOW)
    seen(devices["gone"], draw, datetime(2026, 7, 1, tzinfo=UTC), gone=True)
    Device.objects.filter(hostname="never").update(last_seen_at=NOW)
    return {"licence": licence, "devices": devices, "held": held}


def test_r_127_r_128_what_lies_idle_is_preselected_with_source_and_age_and_silence_is_not(
    stage: Stage, estate
):
    review = opened(stage)
    found = {
        row[0]: row[1:] for row in rows_of(review, "holder", "section", "proposal", "used_on", "usage_source")
    }
    assert found["busy"] == ("held", "", TODAY, "Inventory of busy: installed")
    assert found["gone"] == ("unused", "release", date(2026, 7, 1), "Inventory of gone: gone since")
    assert found["never"] == ("unused", "release", None, "Inventory of never: never seen installed")
    assert found["silent"] == ("held", "", None, "")
    assert rows_of(review, "says", holder="gone") == [("Not seen in use for 143 days.",)]


def test_r_128_a_source_that_reports_use_is_believed_before_one_that_only_sees(stage: Stage, estate):
    """U-043's three values: used on a day, never, and not reported; the first two can be acted on."""
    told = Installation.objects.filter(device=estate["devices"]["busy"])
    told.update(use_is_reported=True, last_used_at=datetime(2026, 6, 1, tzinfo=UTC))
    found = rows_of(opened(stage), "section", "used_on", "usage_source", holder="busy")
    assert found == [("unused", date(2026, 6, 1), "Inventory of busy")]


def test_r_128_somebody_who_got_it_lately_is_left_in_peace(stage: Stage, estate):
    Assignment.objects.filter(pk=estate["held"]["never"].pk).update(assigned_at=NOW - timedelta(days=89))
    assert rows_of(opened(stage), "section", holder="never") == [("held",)]


def test_r_127_a_review_opens_each_quarter_and_freezes_its_list(stage: Stage, estate):
    assert open_due_reviews(actor=ROOT, on=TODAY, at=NOW) == 2
    assert open_due_reviews(actor=ROOT, on=TODAY, at=NOW) == 0
    review = Review.objects.get(company=stage.acme)
    assert (review.name, review.due_on) == ("2026 Q4", TODAY + timedelta(days=30))
    release_units(actor=stage.alice, assignment_id=estate["held"]["busy"].pk, at=NOW, on=TODAY)
    assert len(rows_of(review, "holder")) == 4
    with pytest.raises(ReviewIsOpen):
        opened(stage, name="Another")
    assert Review.objects.filter(company=stage.acme).count() == 1


def test_r_130_who_left_and_what_is_out_of_use_are_their_own_section(stage: Stage, estate):
    carol = a_person(stage.acme)
    held_since(
        stage, a_licence(stage.acme, metric="per_named_user", product=a_product(stage.acme, "Write")), carol
    )
    Person.objects.filter(pk=carol.pk).update(is_active=False, left_on=date(2026, 11, 1))
    Device.objects.filter(hostname="busy").update(status="decommissioned")
    found = rows_of(opened(stage), "holder", "proposal", "says", section="departed")
    assert found == [
        ("busy", "release", "The device is out of use."),
        ("Carol", "release", "The person has left."),
    ]


def test_r_129_over_allocated_rows_show_units_and_estimated_cost_to_buy(stage: Stage):
    product = a_product(stage.acme, "Draw")
    over = a_licence(stage.acme, product=product, metric="per_device", line=priced(2, "200"), policy="warn")
    held_since(stage, over, a_device(stage.acme, "d1"), units=5)
    found = rows_of(opened(stage), "product", "units", "money", "currency", "proposal", section="buy")
    assert found == [("Draw", Decimal(3), Decimal(300), "EUR", "")]


def test_c_037_findings_flow_into_the_open_quarterly_review(stage: Stage, estate):
    review = opened(stage)
    assert rows_of(review, "product", section="reduce") == []
    run_over(settings.HOME, stage.acme)
    over = Finding.objects.get(company=stage.acme, kind="over_licensed")
    assert add_findings(actor=ROOT, review_id=review.pk, on=TODAY, at=NOW) >= 1
    assert add_findings(actor=ROOT, review_id=review.pk, on=TODAY, at=NOW) == 0
    assert (f"finding:{over.pk}", "Draw", over.says) in rows_of(
        review, "subject", "product", "says", section="reduce"
    )


def test_u_049_nothing_is_released_without_dry_run_and_approval(stage: Stage, estate):
    """D-099: what is released is what was named, and each release cites the rule and who approved it."""
    review = opened(stage)
    asked = {"actor": stage.alice, "review_id": review.pk, "at": NOW}
    decide_rows(**asked, section="unused", decision="release", note="as agreed")
    with pytest.raises(NotLookedAt):
        release_reviewed(**asked)
    with pytest.raises(NotLookedAt):
        approve_releases(**asked, seen="")
    seen_hash, number = look_at_releases(**asked)
    assert number == 2
    [busy] = [pk for (pk,) in rows_of(review, "pk", holder="busy")]
    decide_rows(**asked, row_ids=[busy], decision="release")
    with pytest.raises(NotLookedAt):
        approve_releases(**asked, seen=seen_hash)
    decide_rows(**asked, row_ids=[busy], decision="keep")
    approve_releases(**asked, seen=seen_hash)
    assert Assignment.objects.filter(released_at=None).count() == 4
    assert not Job.objects.exists()

    jobs = [
        run_job(job_id=job.pk, deeds={RELEASE.kind: RELEASE}, clock=lambda: NOW)
        for job in release_reviewed(**asked)
    ]
    assert [(job.done, job.refused) for job in jobs] == [(2, 0)]
    gone = Assignment.objects.exclude(released_at=None)
    assert {one.pk for one in gone} == {estate["held"]["gone"].pk, estate["held"]["never"].pk}
    reason = "Review 2026 Q4: not seen in use for 90 days; approved by Alice"
    assert {one.release_reason for one in gone} == {reason}
    entry = Entry.objects.filter(event="assignments.released").latest("pk")
    assert reason in str(entry.details)


def test_d_099_somebody_who_got_the_unit_since_keeps_it(stage: Stage, estate):
    review = opened(stage)
    asked = {"actor": stage.alice, "review_id": review.pk, "at": NOW}
    decide_rows(**asked, section="unused", decision="release")
    approve_releases(**asked, seen=look_at_releases(**asked)[0])
    jobs = release_reviewed(**asked)
    release_units(actor=stage.alice, assignment_id=estate["held"]["gone"].pk, at=NOW, on=TODAY)
    again = held_since(stage, estate["licence"], estate["devices"]["gone"], NOW)
    run = run_job(job_id=jobs[0].pk, deeds={RELEASE.kind: RELEASE}, clock=lambda: NOW)
    assert (run.done, run.unchanged) == (1, 1)
    assert Assignment.objects.get(pk=again.pk).released_at is None


def test_r_127_it_closes_with_name_date_and_a_hash_and_changes_no_more(stage: Stage, estate):
    review = opened(stage)
    asked = {"actor": stage.alice, "review_id": review.pk, "at": NOW}
    with pytest.raises(StillToDecide):
        close_review(**asked)
    decide_rows(**asked, section="unused", decision="keep")
    closed = close_review(**asked)
    assert (closed.closed_by, closed.closed_at, len(closed.sha256)) == ("Alice", NOW, 64)
    assert record_hash(Review.objects.get(pk=review.pk)) == closed.sha256
    with pytest.raises(ReviewIsClosed):
        decide_rows(**asked, section="held", decision="keep")
    ReviewRow.objects.filter(review=review, holder="busy").update(note="changed behind its back")
    assert record_hash(Review.objects.get(pk=review.pk)) != closed.sha256


def test_u_051_each_manager_decides_for_their_own_people_and_for_nobody_elses(stage: Stage):
    """Snapshot, decision by the manager, execution, signed record."""
    licence = a_licence(stage.acme, metric="per_named_user", product=a_product(stage.acme, "Write"))
    boss, other = a_person(stage.acme, "boss"), a_person(stage.acme, "other")
    carol, dora = a_person(stage.acme, "carol"), a_person(stage.acme, "dora")
    Person.objects.filter(pk=carol.pk).update(manager=boss)
    Person.objects.filter(pk=dora.pk).update(manager=other)
    held = {one.name: held_since(stage, licence, one) for one in (carol, dora)}
    user = create_user(actor=ROOT, username="boss", password="x" * 20, at=NOW, name="Boss")
    grant_role(actor=ROOT, user=user, role="viewer", company=stage.acme, at=NOW)
    manager = type(stage.bob)(name="Boss", user_id=user.pk, roles=dict(stage.bob.roles))

    review = opened(stage, kind="campaign", name="Access 2026")
    ids = dict(rows_of(review, "holder", "pk"))
    assert rows_of(review, "reviewer_name", "section", holder="Carol") == [("Boss", "access")]
    asked = {"review_id": review.pk, "decision": "release", "at": NOW}
    assert decide_rows(actor=manager, row_ids=[ids["Carol"]], **asked) == 1
    for actor, name in ((manager, "Dora"), (stage.bob, "Carol")):
        with pytest.raises(NotFound):
            decide_rows(actor=actor, row_ids=[ids[name]], **asked)
    with pytest.raises(NotAllowed):
        look_at_releases(actor=manager, review_id=review.pk, at=NOW)
    decide_rows(actor=stage.alice, row_ids=[ids["Dora"]], review_id=review.pk, decision="keep", at=NOW)
    whole = {"actor": stage.alice, "review_id": review.pk, "at": NOW}
    approve_releases(**whole, seen=look_at_releases(**whole)[0])
    for job in release_reviewed(**whole):
        run_job(job_id=job.pk, deeds={RELEASE.kind: RELEASE}, clock=lambda: NOW)
    assert Assignment.objects.get(pk=held["Carol"].pk).released_at == NOW
    assert Assignment.objects.get(pk=held["Dora"].pk).released_at is None
    assert close_review(**whole).sha256
    assert rows_of(review, "decided_by", "released_at", holder="Carol") == [("Boss", NOW)]


def test_a_stranger_and_a_reader_open_and_decide_nothing(stage: Stage, estate):
    review = opened(stage)
    with pytest.raises(NotFound):
        decide_rows(actor=stage.mallory, review_id=review.pk, section="unused", decision="release", at=NOW)
    assert (
        decide_rows(actor=stage.bob, review_id=review.pk, section="unused", decision="release", at=NOW) == 0
    )
    with pytest.raises(NotAllowed):
        close_review(actor=stage.bob, review_id=review.pk, at=NOW)
    with pytest.raises(NotAllowed):
        open_review(actor=stage.bob, company_id=stage.acme.pk, at=NOW, on=TODAY, name="Mine")
    assert counts_of(review=review)["unused"]["waiting"] == 2


def test_only_what_is_held_can_be_released(stage: Stage):
    over = a_licence(stage.acme, product=a_product(stage.acme, "Draw"), line=priced(2, "200"), policy="warn")
    held_since(stage, over, a_device(stage.acme, "d1"), units=5)
    review = opened(stage)
    with pytest.raises(Invalid, match="held"):
        decide_rows(actor=stage.alice, review_id=review.pk, section="buy", decision="release", at=NOW)
    assert counts_of(review=review)["buy"]["waiting"] == 1
