"""What a run gives reason to settle: each kind with its money, its owner and its day; the same one over many runs."""

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from tests.rooms.compliance.estates import heard_from, install, run_over
from trueup.assignments.actions import assign_units
from trueup.compliance.finding_tables import Finding, FindingKind
from trueup.compliance.queries import findings_of_kinds, findings_visible_to
from trueup.compliance.resting import set_over_licensed_share
from trueup.devices.models import Device
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase
from trueup.people.models import Person
from trueup.tenancy.actions import add_region

YEAR = {"valid_from": date(2026, 1, 1), "valid_until": date(2027, 1, 1)}


def devices(company, number, **facts):
    return [a_device(company, f"pc{n}", **facts) for n in range(number)]


def hold(licence, thing, units=1):
    return assign_units(
        actor=ROOT, licence_id=licence.pk, holder=holder(thing), units=units, at=NOW, on=TODAY
    )


def found(stage, kind):
    return list(findings_visible_to(actor=stage.bob).filter(kind=kind))


def yearly(units, price, **more):
    return LineTerms(units=units, price=Decimal(price), currency="EUR", **YEAR | more)


def test_a_shortfall_has_units_money_owner_and_since_when(stage, tmp_path):
    """C-038, C-040: units short, money, since when; counted by rule, not typed; with the cost to close and the owner."""
    product, dora = a_product(stage.acme, metric="per_device"), a_person(stage.acme, "dora")
    a_licence(stage.acme, product=product, owner_id=dora.pk, line=yearly(2, 200))
    install(stage.acme, product, *devices(stage.acme, 5))

    run_over(tmp_path)

    (one,) = findings_of_kinds(actor=stage.bob, on=TODAY, kinds=["short"])
    assert (one.units, one.of_units, one.money, one.currency) == (3, 2, 300, "EUR")
    assert (one.owner_id, one.opened_at, one.saving) == (dora.pk, NOW, None)


def test_over_licensed_is_what_is_used_below_the_share(stage, tmp_path):
    """C-035, C-036: used below 70 %, with spare units, the yearly saving and the first day a reduction is possible."""
    product, dora = a_product(stage.acme, metric="per_device"), a_person(stage.acme, "dora")
    line = yearly(10, 1000, renews_itself=True, notice_days=30)
    licence = a_licence(stage.acme, product=product, owner_id=dora.pk, line=line)
    install(stage.acme, product, *devices(stage.acme, 4))

    run_over(tmp_path)

    (one,) = findings_of_kinds(actor=stage.bob, on=TODAY, kinds=["over_licensed"])
    assert (one.licence_id, one.units, one.of_units, one.used_percent) == (licence.pk, 6, 10, 40)
    assert (one.saving, one.currency, one.money) == (600, "EUR", None)
    assert (one.reducible_on, one.owner_id) == (date(2027, 1, 1), dora.pk)


@pytest.mark.parametrize(("used", "is_found"), [(7, False), (6, True)], ids=["at the share", "below it"])
def test_the_share_itself_is_not_below_it(stage, tmp_path, used, is_found):
    """C-035: 70 % unless set."""
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, 10, product=product)
    install(stage.acme, product, *devices(stage.acme, used))

    run_over(tmp_path)

    assert bool(found(stage, "over_licensed")) is is_found


def test_a_company_says_what_it_calls_over_licensed(stage, tmp_path):
    """C-035: the share can be set."""
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, 10, product=product)
    install(stage.acme, product, *devices(stage.acme, 4))
    set_over_licensed_share(actor=stage.alice, company_id=stage.acme.pk, percent=40, at=NOW)

    run_over(tmp_path)

    assert found(stage, "over_licensed") == []


def test_once_notice_is_missed_the_next_end_is_the_first_day(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, product=product, line=yearly(10, 1000, renews_itself=True, notice_days=90))
    install(stage.acme, product, *devices(stage.acme, 1))

    run_over(tmp_path)

    (one,) = found(stage, "over_licensed")
    assert one.reducible_on == date(2028, 1, 1)


def test_the_dearest_of_two_licences_gives_first_and_held_units_are_not_spare(stage, tmp_path):
    """Three are needed of ten and ten; the cheap ones are held by four devices."""
    product = a_product(stage.acme, metric="per_device")
    cheap = a_licence(stage.acme, product=product, line=yearly(10, 100))
    dear = a_licence(stage.acme, product=product, line=yearly(10, 900))
    machines = devices(stage.acme, 4)
    install(stage.acme, product, *machines[:3])
    for one in machines:
        hold(cheap, one)

    run_over(tmp_path)

    given = {one.licence_id: one.units for one in found(stage, "over_licensed")}
    assert given == {dear.pk: 10, cheap.pk: 6}


def test_units_of_people_that_nobody_holds_and_nothing_needs_are_not_deployed(stage, tmp_path):
    """C-051: licence, units never assigned or installed, money, decide-by."""
    product = a_product(stage.acme, metric="per_named_user")
    licence = a_licence(stage.acme, product=product, metric="per_named_user", line=yearly(5, 500))

    run_over(tmp_path)

    (one,) = found(stage, "not_deployed")
    assert (one.licence_id, one.units, one.saving, one.reducible_on) == (licence.pk, 5, 500, date(2027, 1, 1))


@pytest.mark.parametrize("metric", ["per_device", "site_license"])
def test_units_no_person_holds_are_never_called_unused(stage, tmp_path, metric):
    """U-058: device- or tenant-level units are used where nobody holds them."""
    product = a_product(stage.acme, metric=metric)
    a_licence(stage.acme, product=product, metric=metric, line=yearly(5, 500))
    heard_from(a_device(stage.acme))

    run_over(tmp_path)

    assert found(stage, "not_deployed") == found(stage, "idle") == []
    assert Finding.objects.filter(kind__in=["not_deployed", "idle"]).count() == 0


def test_units_of_people_who_left_and_of_devices_that_are_gone(stage, tmp_path):
    product = a_product(stage.acme, metric="per_named_user")
    licence = a_licence(stage.acme, product=product, metric="per_named_user", line=yearly(5, 500))
    disk = a_licence(stage.acme, 3, product=a_product(stage.acme, "Disk", metric="per_device"))
    carol, box = a_person(stage.acme), a_device(stage.acme)
    hold(licence, carol)
    hold(disk, box, 2)
    Person.objects.filter(pk=carol.pk).update(is_active=False, left_on=TODAY)
    Device.objects.filter(pk=box.pk).update(status="decommissioned")

    run_over(tmp_path)

    (left,) = found(stage, "leavers")
    assert (left.licence_id, left.units, left.saving) == (licence.pk, 1, 100)
    assert left.records == [{"kind": "person", "id": carol.pk, "units": 1}]
    (gone,) = found(stage, "decommissioned")
    assert (gone.licence_id, gone.units, gone.records[0]["id"]) == (disk.pk, 2, box.pk)


def test_held_and_not_installed_is_said_only_of_who_told_what_is_installed(stage, tmp_path):
    """U-043: what was never reported is not idle."""
    product = a_product(stage.acme, metric="per_device")
    licence = a_licence(stage.acme, 3, product=product)
    with_it, without, silent = devices(stage.acme, 3)
    install(stage.acme, product, with_it)
    heard_from(without)
    for one in (with_it, without, silent):
        hold(licence, one)

    run_over(tmp_path)

    (one,) = found(stage, "idle")
    assert [record["id"] for record in one.records] == [without.pk]


def test_what_is_held_after_the_end_is_a_finding(stage, tmp_path):
    """R-126: holders left on an expired licence are a finding; its units count 0."""
    line = LineTerms(3, date(2025, 1, 1), valid_until=date(2027, 1, 1), price=Decimal(90), currency="EUR")
    licence = a_licence(stage.acme, product=a_product(stage.acme, metric="per_device"), line=line)
    hold(licence, a_device(stage.acme), 2)
    Purchase.objects.filter(licence=licence).update(valid_until=TODAY)

    run_over(tmp_path)

    (one,) = found(stage, "expired")
    assert (one.licence_id, one.units, one.money) == (licence.pk, 2, 60)


def test_more_held_than_owned_is_a_finding_where_the_policy_allows_it(stage, tmp_path):
    """U-022, D-003: an excess that is allowed is stored and flagged."""
    licence = a_licence(stage.acme, policy="allow", line=yearly(2, 20))
    hold(licence, a_device(stage.acme), 7)

    run_over(tmp_path)

    (one,) = found(stage, "over_held")
    assert (one.units, one.of_units, one.money) == (5, 7, 50)


def test_an_installation_in_a_region_no_line_covers_is_a_finding(stage, tmp_path):
    """R-074: with device and title; in the region of the line, and where nobody knows the region, it is none."""
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, product=product, line=yearly(9, 90))
    asia = add_region(actor=stage.alice, company=stage.acme, name="Asia", at=NOW)
    install(
        stage.acme, product, a_device(stage.acme, "home"), a_device(stage.acme, "away", region_id=asia.pk)
    )

    run_over(tmp_path)

    (one,) = found(stage, "wrong_region")
    assert (one.region_id, one.units, one.money) == (asia.pk, 1, 10)
    away = Device.objects.get(hostname="away")
    assert one.records == [{"kind": "device", "id": away.pk, "title": "Draw"}]


def test_the_same_finding_stays_itself_and_one_cured_closes(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    licence = a_licence(stage.acme, 10, product=product)
    machines = devices(stage.acme, 9)
    install(stage.acme, product, *machines[:2])
    run_over(tmp_path)
    (first,) = found(stage, "over_licensed")

    run_over(tmp_path)
    (again,) = found(stage, "over_licensed")
    assert (again.pk, again.opened_at) == (first.pk, first.opened_at)

    install(stage.acme, product, *machines[2:])
    run_over(tmp_path)
    assert found(stage, "over_licensed") == []
    closed = Finding.objects.get(pk=first.pk)
    assert (closed.closed_at, closed.licence_id) == (NOW, licence.pk)


def test_a_run_over_one_company_leaves_the_findings_of_others(stage, tmp_path):
    for company in (stage.acme, stage.globex):
        product = a_product(company, f"Draw {company.name}", metric="per_device")
        install(company, product, a_device(company, f"pc {company.name}"))
    run_over(tmp_path)

    run_over(tmp_path, stage.acme)

    assert Finding.objects.filter(closed_at=None, kind=FindingKind.UNLICENSED).count() == 2
    assert [one.company_id for one in findings_visible_to(actor=stage.mallory)] == [stage.globex.pk]
