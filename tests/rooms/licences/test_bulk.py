"""Many licences at once obey the rules of one: walls, lines, balances, the ledger. Alice runs Acme; Bob reads it."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.audit.models import Entry
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, UnknownField
from trueup.catalogue.actions import ensure_choices
from trueup.licences.actions import NumberTaken, StillHolds
from trueup.licences.balances import roll_balances
from trueup.licences.bulk import (
    NewLicence,
    Scene,
    change_licences,
    change_lines,
    create_licences,
    withdraw_licences,
)
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.models import Licence, Movement, Purchase
from trueup.licences.reducing import StillHeld

TOMORROW = TODAY + timedelta(days=1)


def scene(stage: Stage, actor=None, on: date = TODAY) -> Scene:
    return Scene(actor=actor or stage.alice, company_id=stage.acme.pk, batch_id=None, at=NOW, on=on)


def new(product, *lines: LineTerms, **terms) -> NewLicence:
    return NewLicence(
        LicenceTerms(product_id=product.pk, metric="per_device", **terms), lines or (bought(5),)
    )


def bought(units: int, start: date = date(2026, 1, 1), end: date | None = None, **more) -> LineTerms:
    return LineTerms(units=units, valid_from=start, valid_until=end, **more)


def balance(licence_id: int) -> int:
    """What is granted, and proof that it is the sum of its movements."""
    licence = Licence.objects.get(pk=licence_id)
    moved = (
        Movement.objects.filter(licence=licence, account="granted").aggregate(units=Sum("units"))["units"]
        or 0
    )
    assert moved == licence.granted
    return licence.granted


def test_licences_are_made_in_order_with_ledger_and_history(stage: Stage):
    draw, paint = a_product(stage.acme, "Draw"), a_product(stage.acme, "Paint")
    past = bought(7, date(2024, 1, 1), date(2025, 1, 1))
    ids = create_licences(
        scene=scene(stage), wanted=[new(draw, bought(5), past), new(paint, bought(9, TOMORROW))]
    )
    assert [balance(pk) for pk in ids] == [5, 0]
    assert list(Movement.objects.filter(licence=ids[0]).order_by("pk").values_list("balance", flat=True)) == [
        7,
        0,
        5,
    ]
    assert Entry.objects.filter(event="licences.created", subject_id__in=ids).count() == 2
    roll_balances(actor=stage.alice, on=TOMORROW, at=NOW)
    assert balance(ids[1]) == 9


def test_one_wrong_licence_and_none_is_made(stage: Stage):
    draw, theirs = a_product(stage.acme, "Draw"), a_product(stage.globex, "Draw")
    edition = ensure_choices(kind="edition", wanted=[(theirs.pk, "Pro")])[(theirs.pk, "pro")]
    for wrong, refusal in (
        (new(theirs), NotFound),
        (new(draw, edition_id=edition), InvalidValue),
        (new(draw, bought(-1)), InvalidValue),
        (new(draw, policy="maybe"), InvalidValue),
        (NewLicence(LicenceTerms(product_id=draw.pk, metric="per_dream"), (bought(1),)), InvalidValue),
        (new(draw, bought(5), bought(-6, kind="reduction")), StillHeld),
    ):
        with pytest.raises(refusal):
            create_licences(scene=scene(stage), wanted=[new(draw), wrong])
    with pytest.raises(NotAllowed):
        create_licences(scene=scene(stage, stage.bob), wanted=[new(draw)])
    with pytest.raises(NotFound):
        create_licences(scene=scene(stage, stage.mallory), wanted=[new(draw)])
    a_licence(stage.acme, product=draw, inventory_number="INV-1")
    with pytest.raises(NumberTaken):
        create_licences(scene=scene(stage), wanted=[new(draw), new(draw, inventory_number="INV-1")])
    assert Licence.objects.count() == Purchase.objects.count() == 1


def test_lines_are_added_and_taken_back_together(stage: Stage):
    one, other = (a_licence(stage.acme, 5, product=a_product(stage.acme, name)) for name in ("Draw", "Paint"))
    line = Purchase.objects.get(licence=one)
    unlimited = LineTerms(units=0, is_unlimited=True, valid_from=TODAY)
    change_lines(scene=scene(stage), added=[(one.pk, bought(8)), (other.pk, unlimited)], voided=[line.pk])
    assert balance(one.pk) == 8
    other.refresh_from_db()
    assert other.is_unlimited
    with pytest.raises(NumberTaken):
        change_lines(scene=scene(stage), added=[], voided=[line.pk])
    theirs = a_licence(stage.globex, 5, product=a_product(stage.globex, "Draw"))
    with pytest.raises(NotFound):
        change_lines(scene=scene(stage), added=[(theirs.pk, bought(1))])
    assert balance(theirs.pk) == 5


def test_lines_cannot_take_away_what_is_held(stage: Stage):
    licence = a_licence(stage.acme, 5)
    assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_device(stage.acme)),
        units=4,
        at=NOW,
        on=TODAY,
    )
    line = Purchase.objects.get()
    with pytest.raises(StillHeld, match="4 units of Draw are held and only 3"):
        change_lines(scene=scene(stage), added=[(licence.pk, bought(3))], voided=[line.pk])
    assert balance(licence.pk) == 5
    with pytest.raises(StillHolds):
        withdraw_licences(scene=scene(stage), licence_ids=[licence.pk])
    assert not Licence.objects.exclude(withdrawn_at=None).exists()


def test_a_balance_of_yesterday_is_brought_to_the_day_first(stage: Stage):
    """A line that ended since is rolled in before a new one counts."""
    licence = a_licence(stage.acme, 5, valid_until=TOMORROW)
    change_lines(scene=scene(stage, on=TOMORROW), added=[(licence.pk, bought(2, TOMORROW))])
    assert balance(licence.pk) == 2
    withdraw_licences(scene=scene(stage, on=TOMORROW), licence_ids=[licence.pk])
    assert balance(licence.pk) == 0


def test_fields_are_changed_together(stage: Stage):
    one, other = (a_licence(stage.acme, 5, product=a_product(stage.acme, name)) for name in ("Draw", "Paint"))
    change_licences(scene=scene(stage), changes={one.pk: {"remarks": "a"}, other.pk: {"tags": ["b"]}})
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.remarks, one.tags, one.revision, other.remarks, other.tags) == ("a", [], 2, "", ["b"])
    with pytest.raises(UnknownField):
        change_licences(scene=scene(stage), changes={one.pk: {"granted": 99}})
    assert balance(one.pk) == 5
