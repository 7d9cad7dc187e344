"""Granted, held, free: the ledger keeps them, on every day."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, holder
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.models import Assignment
from trueup.base.problems import NotFound
from trueup.licences.actions import add_purchase, change_licence, retire_licence, void_purchase
from trueup.licences.balances import LicenceExpired, LicenceRetired, NotEnoughUnits, roll_balances
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Movement, Purchase
from trueup.licences.queries import granted_on, licence_for
from trueup.licences.reducing import StillHeld
from trueup.tenancy.models import Region
from trueup.tenancy.parts import add_part

TOMORROW = TODAY + timedelta(days=1)


def figures(stage: Stage, licence: Licence, on: date = TODAY) -> tuple[int, int, int | None]:
    seen = licence_for(actor=stage.alice, licence_id=licence.pk, on=on)
    return seen.purchased, seen.used, seen.free


def give(stage: Stage, licence: Licence, thing, units: int = 1, on: date = TODAY) -> Assignment:
    at = NOW + (on - TODAY)
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, at=at, on=on
    )


def test_free_is_purchased_minus_assigned(stage):
    """R-061: 100 purchased, 30 to people, 12 to devices: free 58."""
    licence = a_licence(stage.acme, 100, metric="concurrent_peak")
    give(stage, licence, a_person(stage.acme), 30)
    give(stage, licence, a_device(stage.acme), 12)

    assert figures(stage, licence) == (100, 42, 58)


def test_ten_cores_lower_what_is_free_by_ten(stage):
    """R-055."""
    licence = a_licence(stage.acme, 24, metric="mssql_per_core")
    give(stage, licence, a_device(stage.acme, environment="data_centre"), 10)

    assert figures(stage, licence) == (24, 10, 14)


def test_one_oversized_quantity_is_refused_and_nothing_stored(stage):
    """D-002, K-027."""
    licence = a_licence(stage.acme, 5)
    with pytest.raises(NotEnoughUnits) as refused:
        give(stage, licence, a_device(stage.acme), 1000)

    assert refused.value.facts == {"asked": 1000, "free": 5, "purchased": 5}
    assert not Assignment.objects.exists()
    assert figures(stage, licence) == (5, 0, 5)


def test_expiry_lowers_the_balance_on_its_day_without_a_job(stage):
    """R-005, D-074: the last covered day is the day before valid_until."""
    licence = a_licence(stage.acme, 5, valid_until=TOMORROW)

    assert figures(stage, licence, TODAY) == (5, 0, 5)
    assert figures(stage, licence, TOMORROW) == (0, 0, 0)


def test_the_nightly_roll_writes_the_expiry_as_a_movement(stage):
    licence = a_licence(stage.acme, 5, valid_until=TOMORROW)
    device = a_device(stage.acme)
    give(stage, licence, device, 3)

    assert roll_balances(actor=ROOT, on=TOMORROW, at=NOW) == 1
    assert roll_balances(actor=ROOT, on=TOMORROW, at=NOW) == 0

    row = Licence.objects.get(pk=licence.pk)
    assert (row.granted, row.held, row.excess) == (0, 3, 3)
    last = Movement.objects.filter(account="granted").order_by("-id")[0]
    assert (last.units, last.balance, last.cause, last.effective_on) == (-5, 0, "expired", TOMORROW)


def test_an_expired_licence_takes_no_new_holder(stage):
    """R-126, D-007, even where over-allocation is allowed."""
    licence = a_licence(stage.acme, 5, valid_until=TODAY, policy="allow")
    with pytest.raises(LicenceExpired):
        give(stage, licence, a_device(stage.acme))

    assert not Assignment.objects.exists()


def test_a_retired_licence_takes_no_new_holder(stage):
    """R-089."""
    licence = a_licence(stage.acme, 5)
    retire_licence(actor=stage.alice, licence_id=licence.pk, at=NOW, on=TODAY)
    with pytest.raises(LicenceRetired):
        give(stage, licence, a_device(stage.acme))


def test_allow_records_the_excess_and_block_refuses_it(stage):
    """R-067, U-022."""
    licence = a_licence(stage.acme, 5, policy="allow")
    give(stage, licence, a_device(stage.acme), 10)

    assert figures(stage, licence) == (5, 10, -5)
    assert Licence.objects.get(pk=licence.pk).excess == 5


def test_an_unlimited_licence_has_no_free_number_and_never_runs_out(stage):
    """U-029: unlimited is a value of its own."""
    line = LineTerms(units=0, is_unlimited=True, valid_from=date(2026, 1, 1))
    licence = a_licence(stage.acme, line=line)
    give(stage, licence, a_device(stage.acme), 1_000_000)

    assert figures(stage, licence) == (0, 1_000_000, None)


def test_lines_count_from_their_first_day_only(stage):
    """U-001."""
    licence = a_licence(stage.acme, 5)
    later = LineTerms(units=7, valid_from=TOMORROW)
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=later, at=NOW, on=TODAY)

    assert figures(stage, licence, TODAY)[0] == 5
    assert figures(stage, licence, TOMORROW)[0] == 12
    assert granted_on(actor=stage.alice, licence_id=licence.pk, day=TODAY) == 5
    assert granted_on(actor=stage.alice, licence_id=licence.pk, day=TOMORROW) == 12


def test_lowering_purchased_below_used_follows_the_policy(stage):
    """D-003."""
    licence = a_licence(stage.acme, 5)
    give(stage, licence, a_device(stage.acme), 5)
    fewer = LineTerms(units=-2, kind="reduction", valid_from=TODAY)
    with pytest.raises(StillHeld):
        add_purchase(actor=stage.alice, licence_id=licence.pk, line=fewer, at=NOW, on=TODAY)
    assert figures(stage, licence) == (5, 5, 0)

    Licence.objects.filter(pk=licence.pk).update(policy="allow")
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=fewer, at=NOW, on=TODAY)
    assert figures(stage, licence) == (3, 5, -2)


def test_no_day_ever_grants_less_than_nothing(stage):
    licence = a_licence(stage.acme, 5, valid_until=TOMORROW)
    outlives = LineTerms(units=-2, kind="reduction", valid_from=TODAY)
    with pytest.raises(StillHeld, match="no later than the lines"):
        add_purchase(actor=stage.alice, licence_id=licence.pk, line=outlives, at=NOW, on=TODAY)

    assert Purchase.objects.count() == 1


def test_a_line_taken_back_stays_readable_and_counts_no_more(stage):
    licence = a_licence(stage.acme, 5)
    line = Purchase.objects.get()
    void_purchase(
        actor=stage.alice, licence_id=licence.pk, purchase_id=line.pk, reason="typed twice", at=NOW, on=TODAY
    )

    assert figures(stage, licence) == (0, 0, 0)
    assert Purchase.objects.get().voided_at == NOW


def test_the_sum_of_the_movements_is_the_balance(stage):
    licence = a_licence(stage.acme, 9, valid_until=TOMORROW)
    held = give(stage, licence, a_device(stage.acme), 4)
    give(stage, licence, a_device(stage.acme, "db2"), 2)
    release_units(actor=stage.alice, assignment_id=held.pk, at=NOW, on=TODAY)
    roll_balances(actor=ROOT, on=TOMORROW, at=NOW)

    row = Licence.objects.get(pk=licence.pk)
    sums = dict(Movement.objects.values_list("account").annotate(Sum("units")))
    assert sums == {"granted": row.granted, "held": row.held} == {"granted": 0, "held": 2}


def test_the_database_itself_refuses_to_over_hold(stage):
    licence = a_licence(stage.acme, 5)
    with pytest.raises(IntegrityError, match="never_over_held"), transaction.atomic():
        Licence.objects.filter(pk=licence.pk).update(held=F("granted") + 1)


def test_reading_writes_nothing(stage, django_assert_num_queries):
    """D-046."""
    licence = a_licence(stage.acme, 5, valid_until=TOMORROW)
    with django_assert_num_queries(1), connection.execute_wrapper(refuse_writes):
        figures(stage, licence, TOMORROW)


def refuse_writes(execute, sql, params, many, context):
    assert sql.startswith("SELECT"), sql
    return execute(sql, params, many, context)


def test_an_ended_unlimited_line_counts_zero_and_not_as_unlimited(stage):
    """D-074, U-044."""
    line = LineTerms(units=0, is_unlimited=True, valid_from=date(2026, 1, 1), valid_until=TOMORROW)
    licence = a_licence(stage.acme, line=line)

    assert licence_for(actor=stage.alice, licence_id=licence.pk, on=TODAY).state == "unlimited"
    assert licence_for(actor=stage.alice, licence_id=licence.pk, on=TOMORROW).state == "expired"
    assert figures(stage, licence, TOMORROW) == (0, 0, 0)


def test_both_kinds_of_holders_enter_used_and_over_use(stage):
    """D-073: 3 bought, 2 held by a person and 4 by a device: 6 used, 3 of them beyond what was bought."""
    licence = a_licence(stage.acme, 3, metric="concurrent_peak", policy="allow")
    give(stage, licence, a_person(stage.acme), 2)
    assert figures(stage, licence) == (3, 2, 1)
    held = give(stage, licence, a_device(stage.acme), 4)

    assert figures(stage, licence) == (3, 6, -3)
    assert Licence.objects.get(pk=licence.pk).excess == 3

    release_units(actor=stage.alice, assignment_id=held.pk, at=NOW, on=TODAY)
    assert figures(stage, licence) == (3, 2, 1)
    assert Licence.objects.get(pk=licence.pk).excess == 0


def test_there_is_no_licence_without_a_region(stage):
    """R-077: none named is the default one, none by a change neither, and the database refuses NULL by itself."""
    licence = a_licence(stage.acme, 5)
    default = Region.objects.get(company=stage.acme, is_default=True)
    assert licence.region_id == default.pk

    north = add_part(actor=stage.alice, company=stage.acme, kind="region", values={"name": "North"}, at=NOW)
    for wanted, found in ((north.pk, north.pk), (None, default.pk)):
        change_licence(
            actor=stage.alice,
            licence_id=licence.pk,
            changes={"region_id": wanted},
            revision=None,
            at=NOW,
            on=TODAY,
        )
        assert Licence.objects.get(pk=licence.pk).region_id == found

    with pytest.raises(IntegrityError, match=r"region_id.*not-null"), transaction.atomic():
        Licence.objects.filter(pk=licence.pk).update(region_id=None)
    theirs = Region.objects.get(company=stage.globex, is_default=True)
    with pytest.raises(NotFound):
        change_licence(
            actor=stage.alice,
            licence_id=licence.pk,
            changes={"region_id": theirs.pk},
            revision=None,
            at=NOW,
            on=TODAY,
        )
    assert Licence.objects.get(pk=licence.pk).region_id == default.pk
