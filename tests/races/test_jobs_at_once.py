"""Forty bulk jobs at one licence, and one job in several hands: never beyond what there is, no row twice."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db.models import Sum

from tests.cast import a_device, a_licence, set_stage
from tests.races.test_bulk_at_once import at_once
from tests.rooms.jobs.deeds import asked, clock
from trueup.assignments.chosen.register import DEEDS
from trueup.assignments.models import Assignment
from trueup.audit.models import Entry
from trueup.audit.queries import first_broken_link
from trueup.jobs.deeds import Deed
from trueup.jobs.models import Job, JobRow
from trueup.jobs.running import run_job
from trueup.licences.models import Licence, Movement

pytestmark = pytest.mark.django_db(transaction=True)
JOBS = 40
EACH = 4
UNITS = 60


@pytest.fixture
def scene():
    stage = set_stage()
    licence = a_licence(stage.acme, UNITS)
    devices = [a_device(stage.acme, f"host{number:03}") for number in range(JOBS * EACH)]
    return stage, licence, devices


def held() -> int:
    return int(Assignment.objects.filter(released_at=None).aggregate(n=Sum("units"))["n"] or 0)


def assert_sound(stage, licence) -> None:
    moved = Movement.objects.filter(licence=licence, account="held").aggregate(n=Sum("units"))["n"]
    assert Licence.objects.get(pk=licence.pk).held == held() == moved
    assert first_broken_link(company_id=stage.acme.pk) is None


def test_u_021_forty_bulk_jobs_at_once_never_over_allocate(scene):
    """U-021, D-071: exactly what there is; every other row is refused with the reason."""
    stage, licence, devices = scene
    given = {"licence_id": licence.pk, "units": 1}
    jobs = [
        asked(stage, "assignments.assign_devices", devices[n * EACH : (n + 1) * EACH], **given)
        for n in range(JOBS)
    ]

    at_once(lambda n: run_job(job_id=jobs[n].pk, deeds=DEEDS, clock=clock), JOBS)

    assert held() == UNITS
    assert Counter(JobRow.objects.values_list("outcome", flat=True)) == {
        "done": UNITS,
        "refused": JOBS * EACH - UNITS,
    }
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert_sound(stage, licence)


def test_one_job_in_eight_hands_does_each_row_once(scene):
    """A worker that was only thought dead: rows in hand are passed over."""
    stage, licence, devices = scene
    few = devices[:UNITS]
    job = asked(stage, "assignments.assign_devices", few, licence_id=licence.pk, units=1)
    deed = DEEDS[job.kind]
    small = {deed.kind: Deed(deed.kind, deed.permission, deed.look, deed.carry_out, deed.take_back, 5)}

    at_once(lambda _n: run_job(job_id=job.pk, deeds=small, clock=clock))

    now = Job.objects.get(pk=job.pk)
    assert (now.state, now.seen, now.done, held()) == ("done", UNITS, UNITS, UNITS)
    assert Entry.objects.filter(event="assignments.assigned").count() == UNITS
    assert_sound(stage, licence)


def test_retiring_releasing_moving_and_assigning_at_once(scene):
    """Jobs over several licences line up in one order: nobody waits in a circle, the balances hold."""
    stage, licence, devices = scene
    others = [a_licence(stage.acme, UNITS, product=licence.product) for _ in range(3)]
    works = []
    for number in range(12):
        mine = devices[number * 10 : number * 10 + 10]
        target = (licence, *others)[number % 4]
        works.append(asked(stage, "assignments.assign_devices", mine, licence_id=target.pk, units=1))
    for job in works[:6]:
        run_job(job_id=job.pk, deeds=DEEDS, clock=clock)
    seats = list(Assignment.objects.order_by("-pk"))
    works[:6] = [
        asked(stage, "assignments.release_devices", devices[:30]),
        asked(stage, "assignments.move_seats", seats[:30], licence_id=others[0].pk),
        asked(stage, "assignments.move_seats", seats[10:40][::-1], licence_id=licence.pk),
        asked(stage, "assignments.release_seats", seats[20:50]),
        asked(stage, "licences.retire", [others[2], others[1]]),
        asked(stage, "licences.add_tags", [*others[::-1], licence], tags=["x"]),
    ]

    at_once(lambda n: run_job(job_id=works[n].pk, deeds=DEEDS, clock=clock), len(works))

    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    for one in (licence, *others):
        row = Licence.objects.get(pk=one.pk)
        open_units = (
            Assignment.objects.filter(licence=one, released_at=None).aggregate(n=Sum("units"))["n"] or 0
        )
        assert row.held == open_units <= UNITS
    assert first_broken_link(company_id=stage.acme.pk) is None
