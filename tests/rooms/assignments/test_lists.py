"""A list of holders: who is meant, who fits, all or the rest, one batch, and back again."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_person, holder
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.bulk import MOST_ROWS, assign_list, plan_assign_list, plan_release_list, release_list
from trueup.assignments.models import Assignment
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode, NotAllFit, TooManyRows
from trueup.assignments.undoing import (
    AlreadyUndone,
    HoldersChanged,
    NothingToUndo,
    bulk_batches_of,
    everybody_holding,
    release_everybody,
    undo_batch,
)
from trueup.audit.models import Batch, Entry
from trueup.audit.queries import first_broken_link
from trueup.base.problems import NotAllowed, NotFound
from trueup.devices.actions import DeviceTerms, add_device
from trueup.licences.balances import LicenceExpired, NotEnoughUnits
from trueup.licences.models import Licence, Movement
from trueup.tenancy.models import Region


def wishes(*names: str, units: int | None = 1) -> list[Wish]:
    return [Wish(name=name, units=units, row=row) for row, name in enumerate(names, start=1)]


def outcomes(listing) -> dict[str, str]:
    return {item.wish.name: str(item.outcome) for item in listing.items}


def stored() -> tuple[int, ...]:
    """What a refusal must leave alone: assignments, batches, movements, entries, units held."""
    held = Licence.objects.aggregate(n=Sum("held"))["n"] or 0
    return (
        Assignment.objects.count(),
        Batch.objects.count(),
        Movement.objects.count(),
        Entry.objects.count(),
        held,
    )


def hosts(stage: Stage, count: int) -> list[str]:
    return [a_device(stage.acme, f"host{number}").hostname for number in range(count)]


def do(stage: Stage, licence: Licence, rows: list[Wish], mode: Mode = Mode.ALL, action=assign_list, **more):
    return action(actor=stage.alice, licence_id=licence.pk, wishes=rows, mode=mode, at=NOW, on=TODAY, **more)


def look(stage: Stage, licence: Licence, rows: list[Wish]):
    return plan_assign_list(actor=stage.alice, licence_id=licence.pk, wishes=rows, on=TODAY)


def undo(stage: Stage, batch_id: int | None):
    return undo_batch(actor=stage.alice, batch_id=batch_id or 0, at=NOW, on=TODAY)


def test_twelve_of_twenty_fit(stage):
    """U-021, D-071: the preview says it; nothing is stored by looking."""
    licence = a_licence(stage.acme, 12)
    rows = wishes(*hosts(stage, 20))
    before = stored()

    plan = look(stage, licence, rows)

    assert (len(plan.ready), len(plan.refused), plan.free) == (12, 8, 12)
    assert {str(item.outcome) for item in plan.refused} == {"does_not_fit"}
    assert stored() == before


def test_all_or_nothing_is_nothing(stage):
    """D-053: with one row too many nothing is stored, and each row says why."""
    licence = a_licence(stage.acme, 12)
    rows = wishes(*hosts(stage, 20))
    before = stored()

    with pytest.raises(NotAllFit) as refused:
        do(stage, licence, rows)

    assert stored() == before
    assert sum(item["outcome"] == "does_not_fit" for item in refused.value.facts["items"]) == 8


def test_filling_is_one_batch_with_a_result_a_row(stage):
    """U-020, U-021: twelve done, eight left out, one batch id in every entry, the ledger sums up."""
    licence = a_licence(stage.acme, 12)

    done = do(stage, licence, wishes(*hosts(stage, 20)), Mode.FILL, reason="rollout")

    assert (len(done.finished), done.units, Licence.objects.get(pk=licence.pk).held) == (12, 12, 12)
    entries = Entry.objects.filter(event="assignments.assigned")
    assert entries.count() == entries.filter(batch_id=done.batch_id).count() == 12
    batch = Batch.objects.get(pk=done.batch_id)
    assert [row["outcome"] for row in batch.summary["rows"]] == ["done"] * 12 + ["does_not_fit"] * 8
    assert Movement.objects.filter(account="held").aggregate(n=Sum("units"))["n"] == 12
    assert first_broken_link(company_id=stage.acme.pk) is None


def test_a_smaller_row_may_fit_after_a_larger_one(stage):
    """Rows take up room in the order of the list, each that still fits."""
    licence = a_licence(stage.acme, 10)
    names = hosts(stage, 3)
    rows = [
        Wish(name=names[0], units=6, row=1),
        Wish(name=names[1], units=5, row=2),
        Wish(name=names[2], units=4, row=3),
    ]

    assert list(outcomes(look(stage, licence, rows)).values()) == ["ready", "does_not_fit", "ready"]


def test_where_nothing_blocks_everybody_fits(stage):
    """Policy warn, and an unlimited licence: the excess is recorded by the balance, not refused by the list."""
    licence = a_licence(stage.acme, 1, policy="warn")

    done = do(stage, licence, wishes(*hosts(stage, 3)))

    assert len(done.finished) == 3
    assert Licence.objects.get(pk=licence.pk).excess == 2


def test_each_row_says_what_is_wrong_with_it(stage):
    """U-020: found, unknown, ambiguous, repeated, already holds, wrong kind, region, asset class, units."""
    north = Region.objects.create(company=stage.acme, name="North")
    product_licence = a_licence(stage.acme, 50)
    twins = [a_device(stage.acme, "twin"), a_device(stage.acme, "twin")]
    a_device(stage.acme, "far", region_id=north.pk)
    a_device(stage.acme, "db1", barcode="B-1", inventory_number="I-1")
    held = a_device(stage.acme, "held")
    a_person(stage.acme, "carol", email="carol@acme.example", employee_number="E7")
    assign_units(
        actor=stage.alice, licence_id=product_licence.pk, holder=holder(held), units=3, at=NOW, on=TODAY
    )

    rows = [
        *wishes("DB1", "I-1", "nobody", "twin", "held", "far", "carol@ACME.example"),
        Wish(name=twins[0].hostname, units=None, kind="device", id=twins[0].pk, row=8),
    ]
    plan = look(stage, product_licence, rows)

    assert [str(item.outcome) for item in plan.items] == [
        "ready", "repeated", "unknown", "ambiguous", "already_holds", "wrong_region", "wrong_kind", "wrong_units",
    ]  # fmt: skip
    assert plan.items[4].units == 3
    assert all(item.detail for item in plan.refused)


def test_a_device_elsewhere_is_of_the_wrong_asset_class(stage):
    """R-126 and the asset class hold in a list as they do in a single assignment."""
    from tests.cast import a_product

    licence = a_licence(stage.acme, 5, product=a_product(stage.acme, asset_class="data_centre"))
    a_device(stage.acme, "office")

    assert outcomes(look(stage, licence, wishes("office"))) == {"office": "wrong_asset_class"}


@pytest.mark.parametrize("name", ["carol", "CAROL", "Carol@Acme.example", "e7"])
def test_people_are_found_by_login_mail_or_number(stage, name):
    licence = a_licence(stage.acme, 5, metric="per_named_user")
    a_person(stage.acme, "carol", email="carol@acme.example", employee_number="E7")

    assert outcomes(look(stage, licence, wishes(name))) == {name: "ready"}


@pytest.mark.parametrize("name", ["db1", "B-1", "s-1", "I-1"])
def test_devices_are_found_by_name_barcode_serial_or_number(stage, name):
    licence = a_licence(stage.acme, 5)
    a_device(stage.acme, "db1", barcode="B-1", serial="S-1", inventory_number="I-1")

    assert outcomes(look(stage, licence, wishes(name))) == {name: "ready"}


def test_of_two_with_one_name_the_one_that_may_hold_and_is_in_use_is_meant(stage):
    """A login that is a host name too; a host name used again after the old machine was decommissioned."""
    licence = a_licence(stage.acme, 5)
    a_person(stage.acme, "build")
    a_device(stage.acme, "build")
    old = a_device(stage.acme, "web", status="decommissioned")
    new = add_device(actor=stage.alice, company_id=stage.acme.pk, terms=DeviceTerms(hostname="WEB"), at=NOW)

    plan = look(stage, licence, wishes("build", "WeB"))

    assert [str(item.outcome) for item in plan.items] == ["ready", "ready"]
    assert plan.items[1].holder == new != old


def test_a_stranger_is_nobody(stage):
    """K-021: another company's device is not found by name or id; another company's licence is not there."""
    licence = a_licence(stage.acme, 5)
    theirs = a_device(stage.globex, "theirs")
    rows = [*wishes("theirs"), Wish(kind="device", id=theirs.pk, row=2)]

    assert [str(item.outcome) for item in look(stage, licence, rows).items] == ["unknown", "unknown"]
    with pytest.raises(NotFound):
        plan_assign_list(actor=stage.mallory, licence_id=licence.pk, wishes=rows, on=TODAY)
    with pytest.raises(NotAllowed):
        plan_assign_list(actor=stage.bob, licence_id=licence.pk, wishes=rows, on=TODAY)


def test_expired_units_are_not_assigned_by_a_list_either(stage):
    """R-126, D-013: looking says it, doing refuses it, nothing is stored."""
    from datetime import date

    licence = a_licence(stage.acme, 5, valid_until=date(2026, 6, 1))
    rows = wishes(*hosts(stage, 1))
    before = stored()

    with pytest.raises(LicenceExpired):
        look(stage, licence, rows)
    with pytest.raises((LicenceExpired, NotAllFit)):
        do(stage, licence, rows)
    assert stored() == before


def test_a_list_has_an_end(stage):
    licence = a_licence(stage.acme, 5)
    with pytest.raises(TooManyRows):
        look(stage, licence, wishes(*["x"] * (MOST_ROWS + 1)))


def test_five_hundred_rows_cost_twenty_queries(stage, django_assert_max_num_queries):
    """U-020: looked up by two queries, stored by one; nothing grows with the rows."""
    licence = a_licence(stage.acme, 500)
    names = hosts(stage, 500)

    with django_assert_max_num_queries(20):
        done = do(stage, licence, wishes(*names))
    with django_assert_max_num_queries(20):
        gone = do(stage, licence, wishes(*names), action=release_list)

    assert len(done.finished) == len(gone.finished) == 500


def test_taking_a_batch_back(stage):
    """U-020: whoever was released by hand since stays released and is counted; a second time is refused."""
    licence = a_licence(stage.acme, 12)
    done = do(stage, licence, wishes(*hosts(stage, 5), units=2))
    first = done.finished[0].assignment_id or 0
    release_units(actor=stage.alice, assignment_id=first, at=NOW, on=TODAY)

    undone = undo(stage, done.batch_id)

    assert (undone.holders, undone.units, undone.left) == (4, 8, 1)
    assert Licence.objects.get(pk=licence.pk).held == 0
    before = stored()
    with pytest.raises(AlreadyUndone):
        undo(stage, done.batch_id)
    assert stored() == before


def test_releasing_by_the_list_that_assigned(stage):
    """D-051, D-052: only the licence's own rows, and the numbers told are the ledger's."""
    licence = a_licence(stage.acme, 12)
    other = a_licence(stage.acme, 12, product=licence.product)
    rows = wishes(*hosts(stage, 4), units=2)
    do(stage, licence, rows)
    do(stage, other, rows)

    plan = plan_release_list(actor=stage.alice, licence_id=licence.pk, wishes=[*rows, Wish(name="zz", row=9)])
    gone = do(stage, licence, [*rows, Wish(name="zz", row=9)], Mode.FILL, action=release_list)

    assert (plan.units, gone.units, len(gone.finished)) == (8, 8, 4)
    assert -(Movement.objects.filter(licence=licence, cause="released").aggregate(n=Sum("units"))["n"]) == 8
    assert (Licence.objects.get(pk=licence.pk).held, Licence.objects.get(pk=other.pk).held) == (0, 8)


def test_a_release_taken_back_needs_room(stage):
    """Undo assigns again under today's rules: what was given away meanwhile is not taken from anybody."""
    licence = a_licence(stage.acme, 4)
    names = hosts(stage, 6)
    do(stage, licence, wishes(*names[:4]))
    gone = do(stage, licence, wishes(*names[:4]), action=release_list)
    do(stage, licence, wishes(*names[4:]))
    before = stored()

    with pytest.raises(NotEnoughUnits):
        undo(stage, gone.batch_id)
    assert stored() == before
    assert Batch.objects.get(pk=gone.batch_id).undone_at is None

    do(stage, licence, wishes(*names[4:]), action=release_list)
    assert undo(stage, gone.batch_id).holders == 4
    assert Licence.objects.get(pk=licence.pk).held == 4


def test_releasing_everybody_after_a_look(stage):
    """R-088, D-052: one batch; somebody assigned between look and click is not released unseen (D-050)."""
    licence = a_licence(stage.acme, 10, metric="per_named_user")
    for name in ("carol", "dave"):
        a_person(stage.acme, name)
    do(stage, licence, wishes("carol"))
    seen = everybody_holding(actor=stage.alice, licence_id=licence.pk)
    do(stage, licence, wishes("dave", units=3))
    before = stored()
    asked = {"actor": stage.alice, "licence_id": licence.pk, "at": NOW, "on": TODAY, "reason": "retiring"}

    with pytest.raises(HoldersChanged) as refused:
        release_everybody(seen=seen.mark, **asked)
    assert (refused.value.facts["people"], refused.value.facts["units"]) == (2, 4)
    assert stored() == before

    now = everybody_holding(actor=stage.alice, licence_id=licence.pk)
    gone, batch_id = release_everybody(seen=now.mark, **asked)
    assert (gone.people, gone.devices, gone.units) == (2, 0, 4)
    assert Licence.objects.get(pk=licence.pk).held == 0
    assert Entry.objects.filter(batch_id=batch_id, event="assignments.released").count() == 2
    assert undo(stage, batch_id).units == 4
    assert next(one["kind"] for one in bulk_batches_of(actor=stage.alice, licence_id=licence.pk)).endswith(
        "release_all"
    )


def test_nothing_left_to_take_back(stage):
    licence = a_licence(stage.acme, 5)
    rows = wishes(*hosts(stage, 2))
    done = do(stage, licence, rows)
    do(stage, licence, rows, action=release_list)
    before = stored()

    with pytest.raises(NothingToUndo):
        undo(stage, done.batch_id)
    with pytest.raises(NotFound):
        undo_batch(actor=stage.mallory, batch_id=done.batch_id or 0, at=NOW, on=TODAY)
    assert stored() == before
