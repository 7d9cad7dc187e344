"""Contracts: their dates, what stands under them, and what follows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person
from trueup.audit.models import Entry
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Stale
from trueup.catalogue.actions import create_product
from trueup.contracts.actions import (
    ContractNumberTaken,
    ContractSuperseded,
    TermsNotJoined,
    change_contract,
    cover_devices,
    create_contract,
    retire_contract,
    succeed_contract,
    uncover_device,
)
from trueup.contracts.models import Contract
from trueup.contracts.queries import chain_of, contract_for, contracts_covering, devices_under
from trueup.contracts.terms import ContractTerms
from trueup.licences.actions import add_purchase
from trueup.licences.covering import (
    contracts_over,
    count_under,
    licences_under,
    link_licences,
    spend_under,
    unlink_licence,
)
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence
from trueup.tenancy.actions import create_company, grant_role

TERMS = ContractTerms(
    name="Server support", number="S-1", kind="support", supplier="Initech", valid_from=date(2026, 1, 1),
    valid_until=date(2027, 1, 1), service_level="24×7, 4 h",
)  # fmt: skip


def a_contract(stage, **changes):
    return create_contract(
        actor=stage.alice, company_id=stage.acme.pk, terms=replace(TERMS, **changes), at=NOW
    )


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "state"),
    [
        (date(2026, 1, 1), TODAY - timedelta(days=1), "ended"),
        (date(2026, 1, 1), TODAY, "ending"),
        (date(2026, 1, 1), TODAY + timedelta(days=1), "ending"),
        (date(2026, 1, 1), TODAY + timedelta(days=90), "ending"),
        (date(2026, 1, 1), TODAY + timedelta(days=91), "running"),
        (date(2026, 1, 1), None, "running"),
        (TODAY + timedelta(days=1), None, "ahead"),
    ],
)
def test_support_status_follows_dates(stage, valid_from, valid_to, state):
    """D-044, R-156: by the dates alone, the last day included."""
    until = valid_to and valid_to + timedelta(days=1)
    made = a_contract(stage, valid_from=valid_from, valid_until=until)

    assert contract_for(actor=stage.bob, contract_id=made.pk, on=TODAY).state == state


def test_c_025_notice_leads_where_it_renews_itself(stage):
    """C-025, U-016: with auto-renew the day to act leads, without it the last day."""
    renews = a_contract(stage, number="1", renews_itself=True, notice_days=30)
    ends = a_contract(stage, number="2", notice_days=30)

    def days(one):
        found = contract_for(actor=stage.bob, contract_id=one.pk, on=TODAY)
        return found.decide_by, found.valid_to

    assert days(renews) == (date(2026, 12, 1), date(2026, 12, 31))
    assert days(ends) == (date(2026, 12, 31), date(2026, 12, 31))


def test_r_156_a_support_covers_devices_and_licences(stage):
    """R-156."""
    made = a_contract(stage)
    device, licence = a_device(stage.acme), a_licence(stage.acme)

    assert cover_devices(actor=stage.alice, contract_id=made.pk, device_ids=[device.pk], at=NOW) == 1
    assert cover_devices(actor=stage.alice, contract_id=made.pk, device_ids=[device.pk], at=NOW) == 0
    assert link_licences(actor=stage.alice, contract_id=made.pk, licence_ids=[licence.pk], at=NOW) == 1

    assert list(devices_under(actor=stage.bob, contract_id=made.pk)) == [device]
    assert [one.pk for one in licences_under(actor=stage.bob, contract_id=made.pk, on=TODAY)] == [licence.pk]
    assert [one.pk for one in contracts_covering(actor=stage.bob, device_id=device.pk, on=TODAY)] == [made.pk]
    assert [one.pk for one in contracts_over(actor=stage.bob, licence_id=licence.pk, on=TODAY)] == [made.pk]

    uncover_device(actor=stage.alice, contract_id=made.pk, device_id=device.pk, at=NOW)
    unlink_licence(actor=stage.alice, contract_id=made.pk, licence_id=licence.pk, at=NOW)
    assert not devices_under(actor=stage.bob, contract_id=made.pk).exists()
    assert not licences_under(actor=stage.bob, contract_id=made.pk, on=TODAY).exists()
    told = Entry.objects.filter(subject_kind="contract", subject_id=made.pk).values_list("event", flat=True)
    assert set(told) == {
        "contracts.created", "contracts.devices_covered", "contracts.licences_linked", "contracts.device_uncovered",
        "contracts.licence_unlinked",
    }  # fmt: skip


def test_spend_to_date_by_currency(stage):
    """What was bought under it and its own price; later lines and those beside it are left out."""
    made = a_contract(stage, price=Decimal("1200.00"), currency="eur")
    licence = a_licence(stage.acme)
    line = LineTerms(units=10, valid_from=date(2026, 2, 1), price=Decimal(5), currency="USD", basis="unit")
    for terms in (
        replace(line, contract_id=made.pk),
        replace(line, contract_id=made.pk, price=Decimal("0.50"), currency="EUR"),
        replace(line, contract_id=made.pk, valid_from=TODAY + timedelta(days=1)),
        line,
    ):
        add_purchase(actor=stage.alice, licence_id=licence.pk, line=terms, at=NOW, on=TODAY)

    assert spend_under(actor=stage.alice, contract_id=made.pk, on=TODAY) == (
        (Decimal("1205.00"), "EUR"),
        (Decimal("50.00"), "USD"),
    )
    assert spend_under(actor=stage.bob, contract_id=made.pk, on=TODAY) == ()
    assert [one.pk for one in licences_under(actor=stage.bob, contract_id=made.pk, on=TODAY)] == [licence.pk]


def test_a_line_under_a_foreign_contract_is_refused(stage):
    licence = a_licence(stage.globex)
    made = a_contract(stage)
    before = Licence.objects.values().get(pk=licence.pk)
    line = LineTerms(units=1, valid_from=TODAY, contract_id=made.pk)

    with pytest.raises(InvalidValue, match="no contract"):
        add_purchase(actor=stage.mallory, licence_id=licence.pk, line=line, at=NOW, on=TODAY)
    assert Licence.objects.values().get(pk=licence.pk) == before


def test_r_022_an_enterprise_agreement_counts_its_children(stage):
    """R-022: baseline, count today and true-up date over a company and those below it."""
    child = create_company(actor=ROOT, name="Acme Sub", at=NOW, parent=stage.acme)
    product = create_product(actor=ROOT, company_id=None, publisher="Initech", name="Draw", at=NOW)
    top = a_licence(stage.acme, 5, product=product)
    a_licence(child, 7, product=product)
    a_licence(stage.globex, 9, product=product)
    made = a_contract(
        stage, kind="enterprise", covers_children=True, baseline_units=10, true_up_on=date(2026, 12, 1)
    )
    link_licences(actor=stage.alice, contract_id=made.pk, licence_ids=[top.pk], at=NOW)
    grant_role(actor=ROOT, user=stage.users["alice"], role="owner", company=child, at=NOW)

    def counted(actor):
        found = count_under(actor=actor, contract_id=made.pk, on=TODAY)
        return [(one.company, one.purchased) for one in found]

    assert counted(ROOT) == [("Acme", 5), ("Acme Sub", 7)]
    assert counted(stage.alice) == [("Acme", 5)], "Alice here is the actor without the child's role"
    change_contract(
        actor=stage.alice, contract_id=made.pk, changes={"covers_children": False}, revision=1, at=NOW
    )
    assert counted(ROOT) == [("Acme", 5)]


def test_a_successor_joins_or_is_confirmed(stage):
    """R-154 for contracts: no gap, no overlap, unless confirmed; devices are carried over; the chain is readable."""
    first = a_contract(stage)
    device = a_device(stage.acme)
    cover_devices(actor=stage.alice, contract_id=first.pk, device_ids=[device.pk], at=NOW)
    following = replace(TERMS, valid_from=date(2027, 1, 1), valid_until=date(2028, 1, 1))

    for start in (date(2026, 12, 31), date(2027, 1, 2)):
        with pytest.raises(TermsNotJoined):
            succeed_contract(
                actor=stage.alice, contract_id=first.pk, terms=replace(following, valid_from=start), at=NOW
            )
    assert Contract.objects.count() == 1

    second = succeed_contract(actor=stage.alice, contract_id=first.pk, terms=following, at=NOW)
    assert [one.pk for one in chain_of(actor=stage.bob, contract_id=second.pk)] == [first.pk, second.pk]
    assert [one.pk for one in chain_of(actor=stage.bob, contract_id=first.pk)] == [first.pk, second.pk]
    assert list(devices_under(actor=stage.bob, contract_id=second.pk)) == [device]
    with pytest.raises(ContractSuperseded):
        succeed_contract(actor=stage.alice, contract_id=first.pk, terms=following, at=NOW, confirmed=True)
    assert Contract.objects.count() == 2


def test_changes_are_checked_recorded_and_not_lost(stage):
    made = a_contract(stage)
    owner = a_person(stage.acme)

    def change(revision=None, **changes):
        return change_contract(
            actor=stage.alice, contract_id=made.pk, changes=changes, revision=revision, at=NOW
        )

    changed = change(revision=1, owner_id=owner.pk, tags=("b", "a", "a"))
    assert (changed.owner_id, changed.tags, changed.revision) == (owner.pk, ["a", "b"], 2)
    entry = Entry.objects.filter(event="contracts.changed").get()
    assert entry.details == {"owner_id": [None, owner.pk], "tags": [[], ["a", "b"]]}
    with pytest.raises(Stale):
        change(revision=1, name="Other")
    with pytest.raises(InvalidValue) as refused:
        change(name=" ", valid_until=date(2025, 1, 1), portal_url="javascript:alert(1)", notice_days=-1)
    assert {error.field for error in refused.value.errors} == {
        "name",
        "valid_to",
        "portal_url",
        "notice_days",
    }
    with pytest.raises(NotFound):
        change(owner_id=a_person(stage.globex, "eve").pk)
    assert Contract.objects.get().name == "Server support"


def test_a_number_stands_for_one_contract_a_term(stage):
    made = a_contract(stage)
    with pytest.raises(ContractNumberTaken):
        a_contract(stage)
    retire_contract(actor=stage.alice, contract_id=made.pk, at=NOW)
    a_contract(stage)

    assert Contract.objects.count() == 2
    with pytest.raises(ContractSuperseded):
        retire_contract(actor=stage.alice, contract_id=made.pk, at=NOW)


def test_who_may_what(stage):
    """Bob reads; Mallory does not find it; a foreign device is not found."""
    made = a_contract(stage)
    with pytest.raises(NotAllowed):
        retire_contract(actor=stage.bob, contract_id=made.pk, at=NOW)
    with pytest.raises(NotFound):
        contract_for(actor=stage.mallory, contract_id=made.pk, on=TODAY)
    foreign, other = a_device(stage.globex, "g1"), a_licence(stage.globex)
    with pytest.raises(NotFound):
        cover_devices(actor=stage.alice, contract_id=made.pk, device_ids=[foreign.pk], at=NOW)
    with pytest.raises(NotFound):
        link_licences(actor=stage.alice, contract_id=made.pk, licence_ids=[other.pk], at=NOW)
    assert Contract.objects.get().retired_at is None
    assert not devices_under(actor=stage.alice, contract_id=made.pk).exists()
