"""Every deed: the preview says what is done, the refused rows say why, one batch stands in the log, and an undo restores."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from tests.rooms.jobs.deeds import carried_out, outcomes, previewed, taken_back, told
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.models import Assignment
from trueup.audit.models import Batch, Entry
from trueup.audit.queries import first_broken_link
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.jobs.models import Job, JobRow
from trueup.licences.actions import change_licence
from trueup.licences.models import Licence
from trueup.people.actions import mark_left


def held(licence: Licence) -> int:
    return Licence.objects.get(pk=licence.pk).held


def three(stage):
    return [a_licence(stage.acme, 5, product=a_product(stage.acme, f"P{n}"), tags=("old",)) for n in range(3)]


def give(stage, licence, thing, units=1):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, at=NOW, on=TODAY
    )


EDITS = [
    ("licences.set_policy", {"policy": "warn"}, "policy", "warn"),
    ("licences.add_tags", {"tags": ["new"]}, "tags", ["new", "old"]),
    ("licences.remove_tags", {"tags": ["old"]}, "tags", []),
]


@pytest.mark.parametrize(("kind", "given", "field", "after"), EDITS)
def test_u_020_an_edit_of_many_is_previewed_done_as_one_batch_and_taken_back(
    stage, kind, given, field, after
):
    licences = three(stage)
    before = Licence.objects.values_list(field, flat=True).order_by("pk")
    was = list(before)

    assert told(previewed(stage, kind, licences, **given)) == ["done"] * 3
    assert list(before.all()) == was

    job = carried_out(stage, kind, licences, **given)
    assert (job.state, job.done, job.seen) == ("done", 3, 3)
    assert list(before.all()) == [after] * 3
    changed = Entry.objects.filter(batch_id=job.batch_id, event="licences.changed")
    assert changed.count() == 3
    assert changed.first().details[field] == [was[0], after]
    assert Licence.objects.get(pk=licences[0].pk).revision == 2

    again = carried_out(stage, kind, licences, **given)
    assert outcomes(again) == ["unchanged"] * 3

    assert taken_back(stage, job).done == 3
    assert list(before.all()) == was
    assert Batch.objects.get(pk=job.batch_id).undone_at == NOW
    assert first_broken_link(company_id=stage.acme.pk) is None


def test_an_owner_of_many_is_restored_only_where_nobody_changed_it_since(stage):
    licences, ines, tom = three(stage), a_person(stage.acme, "ines"), a_person(stage.acme, "tom")
    job = carried_out(stage, "licences.set_owner", licences, owner_id=ines.pk)
    assert set(Licence.objects.values_list("owner_id", flat=True)) == {ines.pk}
    assert "nobody → Ines" in JobRow.objects.filter(job=job).first().detail
    change_licence(
        actor=stage.alice, licence_id=licences[1].pk, changes={"owner_id": tom.pk}, revision=None, at=NOW, on=TODAY
    )  # fmt: skip

    back = taken_back(stage, job)

    assert outcomes(back) == ["done", "refused", "done"]
    assert "Changed since" in JobRow.objects.get(job=back, outcome="refused").detail
    assert list(Licence.objects.order_by("pk").values_list("owner_id", flat=True)) == [None, tom.pk, None]


def test_a_foreign_owner_or_licence_is_not_found(stage):
    """K-021: ids of another company are neither changed nor named."""
    mine, theirs = three(stage), a_licence(stage.globex, 5, tags=("old",))
    job = carried_out(stage, "licences.add_tags", [*mine, theirs], tags=["new"])
    assert outcomes(job) == ["done", "done", "done", "refused"]
    assert JobRow.objects.get(job=job, outcome="refused").name == ""
    assert Licence.objects.get(pk=theirs.pk).tags == ["old"]

    with pytest.raises((NotFound, InvalidValue)):
        previewed(stage, "licences.set_owner", mine, owner_id=a_person(stage.globex, "eve").pk)


def test_r_088_r_089_retiring_many_releases_everybody_as_one_batch(stage):
    """R-088, R-089, D-052: previewed, released, retired, one batch; taken back with the holders of before."""
    first, second, third = three(stage)
    devices = [a_device(stage.acme, f"host{n}") for n in range(2)]
    for device in devices:
        give(stage, first, device, 2)
    preview = previewed(stage, "licences.retire", [first, second, third])
    assert "0 people, 2 devices, 4 units" in preview[1].detail
    assert (held(first), Licence.objects.filter(retired_at=None).count()) == (4, 3)

    job = carried_out(stage, "licences.retire", [first, second, third])

    assert (job.done, held(first)) == (3, 0)
    assert Licence.objects.filter(retired_at=NOW).count() == 3
    events = Entry.objects.filter(batch_id=job.batch_id).values_list("event", flat=True)
    assert sorted(events) == ["assignments.released"] * 2 + ["licences.retired"] * 3

    assert taken_back(stage, job).done == 3
    assert (held(first), Licence.objects.filter(retired_at=None).count()) == (4, 3)


def test_u_021_d_071_twelve_of_twenty_fit_fill_or_nothing(stage):
    """Filled in the order of the list, or nothing at all with the reason of each row."""
    licence = a_licence(stage.acme, 12)
    devices = [a_device(stage.acme, f"host{n:02}") for n in range(20)]
    given = {"licence_id": licence.pk, "units": 1}
    preview = told(previewed(stage, "assignments.assign_devices", devices, **given))
    assert preview == ["done"] * 12 + ["refused"] * 8

    nothing = carried_out(stage, "assignments.assign_devices", devices, all_or_nothing=True, **given)
    assert (nothing.state, nothing.done, nothing.refused, held(licence)) == ("failed", 0, 8, 0)
    assert "8 of 20" in nothing.trouble
    assert outcomes(nothing) == ["left"] * 12 + ["refused"] * 8
    assert not Entry.objects.filter(event="assignments.assigned").exists()
    assert not Entry.objects.filter(batch_id=nothing.batch_id).exists()

    filled = carried_out(stage, "assignments.assign_devices", devices, **given)
    assert outcomes(filled) == preview
    assert held(licence) == 12
    assert (
        JobRow.objects.filter(job=filled, outcome="refused").first().detail
        == "1 asked for, 0 left at this row."
    )

    assert taken_back(stage, filled).done == 12
    assert held(licence) == 0


def test_assigning_to_people_leaves_who_holds_already_and_says_who_may_not(stage):
    licence = a_licence(stage.acme, 9, metric="per_named_user")
    carol, dave = a_person(stage.acme, "carol"), a_person(stage.acme, "dave")
    give(stage, licence, carol)
    job = carried_out(stage, "assignments.assign_people", [carol, dave], licence_id=licence.pk, units=2)
    assert outcomes(job) == ["unchanged", "done"]
    assert held(licence) == 3

    server = a_licence(stage.acme, 9, product=licence.product, metric="per_device")
    wrong = carried_out(stage, "assignments.assign_people", [carol, dave], licence_id=server.pk, units=1)
    assert outcomes(wrong) == ["refused", "refused"]
    assert held(server) == 0


def test_everything_somebody_holds_is_released_and_given_back(stage):
    """D-052: over several licences, told in units, restored under the rules of today."""
    first, second = three(stage)[:2]
    devices = [a_device(stage.acme, f"host{n}") for n in range(3)]
    for device in devices[:2]:
        give(stage, first, device, 2)
        give(stage, second, device, 1)
    preview = previewed(stage, "assignments.release_devices", devices)
    assert preview[1].detail == "3 units of 2 licences"
    assert told(preview) == ["done", "done", "unchanged"]

    job = carried_out(stage, "assignments.release_devices", devices, reason="gone")
    assert (job.done, job.unchanged, held(first), held(second)) == (2, 1, 0, 0)
    assert Entry.objects.filter(batch_id=job.batch_id, event="assignments.released").count() == 4
    assert set(Assignment.objects.values_list("release_reason", flat=True)) == {"gone"}

    give(stage, first, devices[0])
    back = taken_back(stage, job)
    assert outcomes(back) == ["refused", "done"]
    assert "again" in JobRow.objects.get(job=back, outcome="refused").detail
    assert (held(first), held(second)) == (3, 1)


def test_chosen_holders_are_moved_to_another_licence_as_far_as_they_fit(stage):
    """U-021: what does not fit stays where it is."""
    full, small = a_licence(stage.acme, 9), None
    small = a_licence(stage.acme, 3, product=full.product)
    devices = [a_device(stage.acme, f"host{n}") for n in range(3)]
    seats = [give(stage, full, device, 2) for device in devices]
    preview = told(previewed(stage, "assignments.move_seats", seats, licence_id=small.pk))

    job = carried_out(stage, "assignments.move_seats", seats, licence_id=small.pk)

    assert outcomes(job) == preview == ["done", "refused", "refused"]
    assert (held(full), held(small)) == (4, 2)
    assert taken_back(stage, job).done == 1
    assert (held(full), held(small)) == (6, 0)


def test_chosen_seats_released_twice_are_released_once(stage):
    licence = a_licence(stage.acme, 9)
    seats = [give(stage, licence, a_device(stage.acme, f"host{n}")) for n in range(3)]
    release_units(actor=stage.alice, assignment_id=seats[0].pk, at=NOW, on=TODAY)

    job = carried_out(stage, "assignments.release_seats", seats)

    assert outcomes(job) == ["unchanged", "done", "done"]
    assert held(licence) == 0
    assert taken_back(stage, job).done == 2
    assert held(licence) == 2


def test_d_053_a_failure_in_the_middle_is_a_result_of_its_row(stage):
    """A licence that ended cannot take its holders back: that row is refused, the others are restored."""
    ending = a_licence(stage.acme, 5, valid_until=date(2027, 1, 1))
    lasting = a_licence(stage.acme, 5, product=ending.product)
    devices = [a_device(stage.acme, f"host{n}") for n in range(2)]
    give(stage, ending, devices[0])
    give(stage, lasting, devices[1])
    job = carried_out(stage, "assignments.release_devices", devices)
    Licence.objects.filter(pk=ending.pk).update(retired_at=NOW)

    back = taken_back(stage, job)

    assert outcomes(back) == ["refused", "done"]
    assert (held(ending), held(lasting)) == (0, 1)


def test_whoever_lost_the_right_meanwhile_changes_nothing(stage):
    """The rights of the day it is carried out count, and those of whoever asked."""
    licences = three(stage)
    with pytest.raises(NotAllowed):
        carried_out(stage, "licences.add_tags", licences, actor=stage.bob, tags=["new"])
    assert not Job.objects.exists()
    stage.users["alice"].is_active = False
    stage.users["alice"].save()

    job = carried_out(stage, "licences.add_tags", licences, tags=["new"])

    assert (job.state, job.done) == ("failed", 0)
    assert "lacks the permission" in job.trouble
    assert set(map(tuple, Licence.objects.values_list("tags", flat=True))) == {("old",)}


def test_people_who_left_are_released_in_bulk(stage):
    """R-088: leavers and what they hold."""
    licence = a_licence(stage.acme, 9, metric="per_named_user")
    people = [a_person(stage.acme, f"p{n}") for n in range(3)]
    for one in people:
        give(stage, licence, one)
        mark_left(actor=ROOT, person_id=one.pk, left_on=TODAY, at=NOW)

    job = carried_out(stage, "assignments.release_people", people)

    assert (job.done, held(licence)) == (3, 0)
