"""Units that go from one company to another: both halves or none, and the wall stands."""

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.audit.models import Entry
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.catalogue.models import Product
from trueup.licences.actions import HalfOfTransfer, add_purchase, void_purchase
from trueup.licences.bulk import Scene, change_lines
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Movement, Purchase
from trueup.licences.reducing import StillHeld
from trueup.licences.transfers import TransferTerms, other_half_of, transfer_units


def both(stage: Stage, theirs: Role = Role.OWNER) -> Actor:
    return Actor(name="Olga", user_id=1, roles={stage.acme.pk: Role.OWNER, stage.globex.pk: theirs})


@pytest.fixture
def shared(stage) -> Product:
    product = a_product(stage.acme)
    Product.objects.filter(pk=product.pk).update(company=None)
    product.publisher.company_id = None
    product.publisher.save()
    return Product.objects.get(pk=product.pk)


def moved(stage, licence, units=4, actor=None, **terms):
    wanted = TransferTerms(units=units, to_company_id=stage.globex.pk, moved_on=TODAY, **terms)
    return transfer_units(actor=actor or both(stage), licence_id=licence.pk, terms=wanted, at=NOW, on=TODAY)


def test_units_leave_one_company_and_arrive_in_the_other(stage, shared):
    """U-001, R-041: two lines, two movements, an entry in each company, the price a credit on one side."""
    licence = a_licence(stage.acme, 10, product=shared, valid_until=date(2027, 1, 1))
    done = moved(stage, licence, price=Decimal("40.00"), currency="EUR", reason="sold the plant")

    assert (done.given.units, done.taken.units, done.given.transfer) == (-4, 4, done.taken.transfer)
    assert done.taken.valid_until == date(2027, 1, 1)
    granted = {row.company_id: row.granted for row in Licence.objects.all()}
    assert granted == {stage.acme.pk: 6, stage.globex.pk: 4}
    entries = Entry.objects.filter(event="licences.units_transferred")
    assert {entry.company_id for entry in entries} == {stage.acme.pk, stage.globex.pk}
    assert "Globex" not in str([entry.details for entry in entries.filter(company_id=stage.acme.pk)])
    assert sorted(Movement.objects.filter(cause="transfer").values_list("units", flat=True)) == [-4, 4]
    assert other_half_of(actor=both(stage), line=done.given) == done.taken
    assert other_half_of(actor=stage.alice, line=done.given) is None


def test_units_that_are_held_do_not_leave(stage, shared):
    """D-003: refused by the policy, and neither company has a line more."""
    licence = a_licence(stage.acme, 5, product=shared)
    device = holder(a_device(stage.acme))
    assign_units(actor=stage.alice, licence_id=licence.pk, holder=device, units=4, at=NOW, on=TODAY)
    with pytest.raises(StillHeld):
        moved(stage, licence, 2)
    assert (Purchase.objects.count(), Licence.objects.count()) == (1, 1)

    moved(stage, licence, 1)
    assert Licence.objects.get(pk=licence.pk).held == 4


def test_more_than_there_is_does_not_leave(stage, shared):
    licence = a_licence(stage.acme, 3, product=shared)
    with pytest.raises(StillHeld):
        moved(stage, licence, 4)
    assert Licence.objects.count() == 1


def test_the_other_company_has_to_be_seen_and_writable(stage, shared):
    licence = a_licence(stage.acme, 10, product=shared)
    with pytest.raises(NotFound):
        moved(stage, licence, actor=stage.alice)
    with pytest.raises(NotAllowed):
        moved(stage, licence, actor=both(stage, Role.VIEWER))
    with pytest.raises(NotFound):
        moved(stage, licence, actor=stage.mallory)
    assert Purchase.objects.count() == 1


def test_units_go_to_a_licence_of_the_same_product(stage):
    """A product of one company's own needs its counterpart in the other."""
    licence = a_licence(stage.acme, 10)
    with pytest.raises(InvalidValue, match="alone"):
        moved(stage, licence)
    other = a_licence(stage.globex, 1, product=a_product(stage.globex, "Write"))
    with pytest.raises(InvalidValue, match="same product"):
        moved(stage, licence, to_licence_id=other.pk)
    same = a_licence(stage.globex, 1)
    moved(stage, licence, to_licence_id=same.pk)
    assert Licence.objects.get(pk=same.pk).granted == 5


def test_neither_half_is_taken_back_or_written_alone(stage, shared):
    licence = a_licence(stage.acme, 10, product=shared)
    done = moved(stage, licence)
    with pytest.raises(HalfOfTransfer):
        void_purchase(
            actor=ROOT, licence_id=licence.pk, purchase_id=done.given.pk, reason="no", at=NOW, on=TODAY
        )
    scene = Scene(actor=ROOT, company_id=stage.acme.pk, batch_id=None, at=NOW, on=TODAY)
    with pytest.raises(HalfOfTransfer):
        change_lines(scene=scene, added=[], voided=[done.given.pk])
    line = LineTerms(units=1, valid_from=TODAY, kind="transfer")
    with pytest.raises(InvalidValue, match="two lines"):
        add_purchase(actor=ROOT, licence_id=licence.pk, line=line, at=NOW, on=TODAY)
    assert Purchase.objects.filter(voided_at=None).count() == 3
