"""What each place pays of a site licence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, ROOT, TODAY, a_licence, a_person
from trueup.assignments.actions import Holder, assign_units
from trueup.assignments.splitting import set_share, split_cost
from trueup.audit.models import Entry
from trueup.base.problems import InvalidValue, NotAllowed
from trueup.licences.lines import LineTerms
from trueup.tenancy.parts import add_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(stage):
    """A site licence of 100 euros a year, held by Oslo with two people and by Design with one."""
    line = LineTerms(
        units=2, valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1), price=Decimal(100), currency="EUR"
    )
    licence = a_licence(stage.acme, metric="site_license", line=line)
    held = []
    for kind, name in (("location", "Oslo"), ("department", "Design")):
        part = add_part(actor=ROOT, company=stage.acme, kind=kind, values={"name": name}, at=NOW)
        held.append(
            assign_units(
                actor=ROOT, licence_id=licence.pk, holder=Holder(kind, part.pk), units=1, at=NOW, on=TODAY
            )
        )
    for name in ("carol", "dora"):
        a_person(stage.acme, name, location="Oslo")
    a_person(stage.acme, "emil", department="Design")
    return licence, held


def parts(stage, licence, actor=None):
    split = split_cost(actor=actor or stage.alice, licence_id=licence.pk, on=TODAY)
    return split.by, [(one.name, one.people, one.amount) for one in split.parts]


def test_the_cost_is_split_by_head_count(stage, shared):
    """U-030: two people in Oslo, one in Design; the parts add up to the cent."""
    licence, _held = shared

    assert parts(stage, licence) == (
        "head_count",
        [("Oslo", 2, Decimal("66.67")), ("Design", 1, Decimal("33.33"))],
    )


def test_the_cost_is_split_by_a_key_once_every_place_has_one(stage, shared):
    """U-030: a set key."""
    licence, (oslo, design) = shared

    set_share(actor=stage.alice, assignment_id=oslo.pk, share=1, at=NOW)
    assert parts(stage, licence)[0] == "head_count"
    set_share(actor=stage.alice, assignment_id=design.pk, share=3, at=NOW)

    assert parts(stage, licence) == ("key", [("Oslo", 2, Decimal("25.00")), ("Design", 1, Decimal("75.00"))])
    assert Entry.objects.filter(event="assignments.share_set").count() == 2


def test_amounts_are_for_who_may_see_prices_and_keys_for_who_may_change(stage, shared):
    licence, (oslo, _design) = shared

    assert parts(stage, licence, stage.bob)[1] == [("Oslo", 2, None), ("Design", 1, None)]
    with pytest.raises(NotAllowed):
        set_share(actor=stage.bob, assignment_id=oslo.pk, share=1, at=NOW)
    with pytest.raises(InvalidValue):
        set_share(actor=stage.alice, assignment_id=oslo.pk, share=-1, at=NOW)
    oslo.refresh_from_db()
    assert oslo.share is None
