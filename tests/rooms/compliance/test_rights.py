"""Rights in the runs: what purchase lines and terms say decides which licence covers which need, and why."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.cast import NOW, TODAY, a_device, a_licence, a_person, a_product
from tests.rooms.compliance.estates import an_edition, install, position_of, run_over
from trueup.audit.models import Entry
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.catalogue.models import Version
from trueup.compliance.cover_tables import PositionCover
from trueup.compliance.orders import choose_cover_order
from trueup.licences.actions import add_purchase
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase
from trueup.licences.right_tables import UseRights
from trueup.licences.use_rights import Component, RightsTerms, agree_rights


def devices(company, number, **facts):
    return [a_device(company, f"pc{n}", **facts) for n in range(number)]


def versions(product, *keys, **days):
    return {
        key: Version.objects.create(product=product, key=key, name=key, released_on=days.get(f"v{key}"))
        for key in keys
    }


def agree(stage, licence, *components, **terms):
    return agree_rights(
        actor=stage.alice,
        licence_id=licence.pk,
        terms=RightsTerms(**terms),
        components=[Component(one.pk) for one in components],
        at=NOW,
    )


def covers_of(position):
    rows = PositionCover.objects.filter(position=position).order_by("kind", "need", "pk")
    return [(one.kind, one.need, int(one.units), one.right) for one in rows]


@pytest.mark.parametrize(
    ("depth", "short"), [(3, 0), (2, 1)], ids=["three versions back", "two versions back"]
)
def test_downgrade_reaches_so_many_versions_back(stage, tmp_path, depth, short):
    """U-023: a line of version 2024 covers an installation of 2016 where its terms reach so far; the right is named."""
    product = a_product(stage.acme, metric="per_device")
    known = versions(product, "2016", "2019", "2021", "2024")
    licence = a_licence(stage.acme, 2, product=product, version_id=known["2024"].pk)
    agree(stage, licence, downgrade="some", downgrade_depth=depth)
    new, old = devices(stage.acme, 2)
    install(stage.acme, product, new, product_version=known["2024"])
    install(stage.acme, product, old, product_version=known["2016"])

    position = position_of(run_over(tmp_path), product)

    assert (position.required_point, position.short, position.unfit) == (2, short, short)
    covered = [("covered", "version 2024", 1, "own version")]
    if short:
        refusal = PositionCover.objects.get(position=position, kind="refused")
        assert "does not reach" in refusal.reason
        assert refusal.licence_id == licence.pk
    else:
        covered.insert(0, ("covered", "version 2016", 1, "downgrade from 2024"))
    assert [row for row in covers_of(position) if row[0] == "covered"] == covered


def test_without_written_rights_versions_are_not_compared_and_that_is_said(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    known = versions(product, "2019", "2024")
    a_licence(stage.acme, 1, product=product, version_id=known["2019"].pk)
    install(stage.acme, product, *devices(stage.acme, 1), product_version=known["2024"])

    position = position_of(run_over(tmp_path), product)

    assert position.state == "at_limit"
    assert any(step["rule"] == "ASM-01" for step in position.working)


@pytest.mark.parametrize(("ends", "short"), [(date(2024, 6, 1), 1), (date(2024, 6, 2), 0)])
def test_maintenance_gives_the_versions_released_while_it_ran(stage, tmp_path, ends, short):
    """U-025: a version released after cover ended is not covered; released on its last day, it is."""
    product = a_product(stage.acme, metric="per_device")
    known = versions(product, "2019", "2024", v2024=date(2024, 6, 1))
    licence = a_licence(stage.acme, 1, product=product, version_id=known["2019"].pk)
    agree(stage, licence)
    base = Purchase.objects.get(licence_id=licence.pk)
    line = LineTerms(
        kind="maintenance", units=0, covers_id=base.pk, valid_from=date(2024, 1, 1), valid_until=ends
    )
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=line, at=NOW, on=TODAY)
    install(stage.acme, product, *devices(stage.acme, 1), product_version=known["2024"])

    position = position_of(run_over(tmp_path), product)

    assert position.short == short
    if not short:
        assert covers_of(position) == [("covered", "version 2024", 1, "maintenance upgrade to 2024")]
    assert any((ends - timedelta(days=1)).isoformat() in step["says"] for step in position.working)


def suite_of_two(stage, units=2, price=None):
    writer, tables, suite = (
        a_product(stage.acme, name, metric="per_device") for name in ("Writer", "Tables", "Suite")
    )
    line = LineTerms(units=units, valid_from=date(2026, 1, 1), **(price or {}))
    licence = a_licence(stage.acme, product=suite, line=line)
    agree(stage, licence, writer, tables)
    return writer, tables, suite, licence


def test_one_unit_of_a_suite_covers_all_its_components_on_a_device(stage, tmp_path):
    """U-024: a suite on a device uses 1 unit for all its components; a component alone is shown as such."""
    writer, tables, suite, licence = suite_of_two(stage, units=3)
    both, other, alone = devices(stage.acme, 3)
    install(stage.acme, writer, both, other, alone)
    install(stage.acme, tables, both, other)

    run = run_over(tmp_path)

    position = position_of(run, suite)
    assert (position.entitled, position.lent, position.spare, position.state) == (3, 3, 0, "at_limit")
    found = position_of(run, writer)
    assert (found.entitled, found.required_point, found.borrowed, found.short) == (0, 3, 3, 0)
    rows = PositionCover.objects.filter(position=found)
    told = {(row.reason, int(row.units), row.licence_id, row.is_other) for row in rows}
    assert told == {
        ("one unit covers 2 of its products together", 2, licence.pk, True),
        ("one unit covers 1 of its products alone on its subject", 1, licence.pk, True),
    }


def test_a_suite_covers_no_more_subjects_than_it_has_units(stage, tmp_path):
    writer, tables, _suite, _licence = suite_of_two(stage, units=1)
    machines = devices(stage.acme, 2)
    install(stage.acme, writer, *machines)
    install(stage.acme, tables, *machines)

    run = run_over(tmp_path)

    assert position_of(run, writer).short == 1
    assert position_of(run, tables).short == 1


def scarce_estate(stage):
    """Enterprise units may serve Standard; used in order of consumption they are gone where only they fit."""
    product = a_product(stage.acme, "DB", metric="per_device")
    known = versions(product, "1", "2", "3")
    for version, depth in (("2", 1), ("3", 1)):
        line = LineTerms(
            units=1, valid_from=date(2026, 1, 1), price=Decimal(100), currency="EUR", basis="unit"
        )
        licence = a_licence(stage.acme, product=product, version_id=known[version].pk, line=line)
        agree(stage, licence, downgrade="some", downgrade_depth=depth)
    old, new = devices(stage.acme, 2)
    install(stage.acme, product, old, product_version=known["1"])
    install(stage.acme, product, new, product_version=known["2"])
    return product


def test_the_cheapest_lawful_cover_is_used_and_the_difference_to_the_order_shown(stage, tmp_path):
    product = scarce_estate(stage)

    position = position_of(run_over(tmp_path), product)

    assert (position.short, position.state) == (0, "at_limit")
    assert position.choice["saved"] == "100"
    assert position.choice["order_cost"] == "100"
    assert position.choice["proved"]


def test_a_company_may_demand_the_order_of_consumption(stage, tmp_path):
    """The same estate by the order of consumption is dearer, and what the cheapest would save is shown."""
    product = scarce_estate(stage)
    choose_cover_order(actor=stage.alice, company_id=stage.acme.pk, order="order", at=NOW)

    position = position_of(run_over(tmp_path), product)

    assert (position.short, position.exposure) == (1, 100)
    assert (position.choice["order"], position.choice["saved"]) == ("order", "100")
    assert any("The cheapest would save" in step["says"] for step in position.working)


def test_who_may_only_read_chooses_no_order(stage, tmp_path):
    with pytest.raises(NotAllowed):
        choose_cover_order(actor=stage.bob, company_id=stage.acme.pk, order="order", at=NOW)
    with pytest.raises(NotFound):
        choose_cover_order(actor=stage.mallory, company_id=stage.acme.pk, order="order", at=NOW)
    with pytest.raises(InvalidValue):
        choose_cover_order(actor=stage.alice, company_id=stage.acme.pk, order="dearest", at=NOW)
    product = scarce_estate(stage)
    assert position_of(run_over(tmp_path), product).choice["order"] == "cheapest"


def test_a_higher_edition_covers_a_lower_one_where_the_right_is_there(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    high, low = an_edition(product, "Enterprise", rank=20), an_edition(product, "Standard", rank=10)
    licence = a_licence(stage.acme, 3, product=product, edition_id=high.pk)
    install(stage.acme, product, *devices(stage.acme, 2), edition=low)

    assert position_of(run_over(tmp_path), product, edition=low).short == 2
    agree(stage, licence, covers_lower_editions=True)
    run = run_over(tmp_path / "again")

    found = position_of(run, product, edition=low)
    assert (found.short, found.borrowed) == (0, 2)
    owned = position_of(run, product, edition=high)
    assert (owned.lent, owned.spare) == (2, 1)


@pytest.mark.parametrize(("right", "required", "exempt"), [(True, 1, 1), (False, 2, 0)])
def test_a_second_copy_needs_no_unit_where_the_right_exists(stage, tmp_path, right, required, exempt):
    """U-026: desktop and laptop of one person use 1 unit where the right exists, 2 where not."""
    product = a_product(stage.acme, metric="per_device")
    licence = a_licence(stage.acme, 5, product=product)
    agree(stage, licence, second_use=right)
    carol = a_person(stage.acme)
    desk = a_device(stage.acme, "desk", kind="workstation", user_id=carol.pk)
    laptop = a_device(stage.acme, "laptop", kind="laptop", user_id=carol.pk)
    install(stage.acme, product, desk, laptop)

    position = position_of(run_over(tmp_path), product)

    assert (position.required_point, position.exempt) == (required, exempt)
    assert bool(PositionCover.objects.filter(position=position, kind="exempt")) is right


def test_two_virtual_machines_use_one_unit_and_the_rounding_is_shown(stage, tmp_path):
    """U-032: 1 physical or 2 virtual per unit; 3 virtual machines need 2 units; the rounding is shown."""
    product = a_product(stage.acme, metric="per_device")
    agree(stage, a_licence(stage.acme, 5, product=product), virtual_per_unit=2)
    machines = [a_device(stage.acme, f"vm{n}", is_virtual=True) for n in range(3)]
    install(stage.acme, product, *machines, a_device(stage.acme, "iron"))

    position = position_of(run_over(tmp_path), product)

    assert position.required_point == 3
    (step,) = [step for step in position.working if step["rule"] == "RGT-02"]
    assert (step["expression"], step["value"]) == ("ceil(3 / 2)", "2")
    assert step["rounding"]


def test_an_upgrade_turns_units_of_its_base_and_adds_none(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    known = versions(product, "2019", "2024")
    old = a_licence(stage.acme, 3, product=product, version_id=known["2019"].pk)
    new = a_licence(stage.acme, 0, product=product, version_id=known["2024"].pk)
    agree(stage, old)
    agree(stage, new)
    base = Purchase.objects.get(licence_id=old.pk)
    line = LineTerms(kind="upgrade", units=2, covers_id=base.pk, valid_from=date(2026, 2, 1))
    add_purchase(actor=stage.alice, licence_id=new.pk, line=line, at=NOW, on=TODAY)
    install(stage.acme, product, *devices(stage.acme, 2), product_version=known["2024"])

    position = position_of(run_over(tmp_path), product)

    assert (position.entitled, position.short, position.spare) == (3, 0, 1)
    assert {step["value"] for step in position.working if step["rule"] == "ENT-03"} == {"2", "-2"}


def test_rights_are_written_down_by_who_may_change_licences_alone(stage):
    licence = a_licence(stage.acme)

    with pytest.raises(NotAllowed):
        agree_rights(actor=stage.bob, licence_id=licence.pk, terms=RightsTerms(), at=NOW)
    with pytest.raises(NotFound):
        agree_rights(actor=stage.mallory, licence_id=licence.pk, terms=RightsTerms(), at=NOW)
    for wrong in ({"downgrade": "some"}, {"downgrade": "all"}, {"virtual_per_unit": 0}):
        with pytest.raises(InvalidValue):
            agree(stage, licence, **wrong)
    assert not UseRights.objects.exists()
    agree(stage, licence, second_use=True, clause="Product terms, 4.2")
    entry = Entry.objects.filter(event="licences.rights_agreed").get()
    assert entry.details["clause"] == "Product terms, 4.2"


def test_a_suite_has_products_of_its_company_and_not_itself(stage):
    licence = a_licence(stage.acme)
    strange = a_product(stage.globex, "Secret")

    with pytest.raises(NotFound):
        agree(stage, licence, strange)
    with pytest.raises(InvalidValue):
        agree(stage, licence, licence.product)
    assert not UseRights.objects.exists()
