"""What a run says can be done about a position: ranked by money, each with the position it leaves."""

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from tests.rooms.compliance.estates import an_edition, install, position_of, run_over
from trueup.assignments.actions import assign_units
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.catalogue.models import Product
from trueup.compliance.queries import remedies_of
from trueup.licences.lines import LineTerms
from trueup.people.models import Person


def line(units, price, until=date(2027, 1, 1)):
    return LineTerms(units, date(2026, 1, 1), valid_until=until, price=Decimal(price), currency="EUR")


def told(actor, position):
    found = remedies_of(actor=actor, position=position)
    return [(one["kind"], one["units"], one["net"] and Decimal(one["net"])) for one in found]


def test_a_shortfall_is_met_by_moving_before_buying_and_each_says_what_is_left(stage, tmp_path):
    """C-040: what closing costs; spare units of another company are told only to who sees that company."""
    product = a_product(stage.acme, metric="per_device")
    Product.objects.filter(pk=product.pk).update(company=None)
    a_licence(stage.acme, product=product, line=line(1, 100))
    a_licence(stage.globex, product=product, line=line(5, 500))
    install(stage.acme, product, *(a_device(stage.acme, f"pc{n}") for n in range(4)))
    install(stage.globex, product, *(a_device(stage.globex, f"pc{n}") for n in range(3)))
    position = position_of(run_over(tmp_path), product, company=stage.acme)
    both = Actor(name="Olga", roles={stage.acme.pk: Role.OWNER, stage.globex.pk: Role.VIEWER})

    assert told(both, position) == [("move", "2", 200), ("buy packs", "3", 0)]
    assert told(stage.alice, position) == [("buy packs", "3", 0)]
    assert told(stage.bob, position) == [("buy packs", "3", None)]
    move = remedies_of(actor=both, position=position)[0]
    assert (move["after"][0]["short"], move["company_name"]) == ("1", "Globex")
    assert "Globex" not in str(position.remedies)


def test_spare_units_are_not_renewed_and_seats_of_leavers_taken_back(stage, tmp_path):
    """R-110: idle units with money and the day to decide by."""
    product = a_product(stage.acme, metric="per_named_user")
    licence = a_licence(stage.acme, product=product, metric="per_named_user", line=line(5, 500))
    for name in ("carol", "dora"):
        person = a_person(stage.acme, name)
        assign_units(actor=ROOT, licence_id=licence.pk, holder=holder(person), units=1, at=NOW, on=TODAY)
    Person.objects.filter(username="dora").update(is_active=False, left_on=TODAY)

    position = position_of(run_over(tmp_path), product)

    assert told(stage.alice, position) == [("renew fewer", "3", 300), ("reclaim", "1", 100)]
    fewer, reclaim = position.remedies
    assert fewer["first_on"] == "2027-01-01"
    assert (fewer["after"][0]["entitled"], reclaim["after"][0]["required"]) == ("2", "1")


@pytest.mark.parametrize("rank", [1, 0], ids=["higher", "equal"])
def test_a_lower_edition_with_units_to_spare_may_serve(stage, tmp_path, rank):
    product = a_product(stage.acme, metric="per_device")
    basic, pro = an_edition(product, "Basic", rank=0), an_edition(product, "Pro", rank=rank)
    a_licence(stage.acme, product=product, edition_id=basic.pk, line=line(5, 50))
    a_licence(stage.acme, product=product, edition_id=pro.pk, line=line(1, 100))
    install(stage.acme, product, *(a_device(stage.acme, f"pc{n}") for n in range(3)), edition=pro)

    position = position_of(run_over(tmp_path), product, edition=pro)

    kinds = [one["kind"] for one in position.remedies]
    assert kinds == (["downgrade", "buy packs"] if rank else ["buy packs"])
    if rank:
        there = position.remedies[0]["after"][1]
        assert (there["product"], there["spare"]) == ("Draw Basic", "3")
