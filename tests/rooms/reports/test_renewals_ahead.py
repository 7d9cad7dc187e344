"""Renewals in pages and in sums: what the database finds and adds up is what reading everything whole comes to."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Q

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_product, holder
from tests.rooms.contracts.test_contracts import TERMS
from trueup.assignments.actions import assign_units
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.contracts.actions import create_contract
from trueup.licences.lines import LineTerms
from trueup.licences.planning import PlanTerms, plan_renewal
from trueup.licences.standings import write_standings
from trueup.reports.renewals.endings import (
    CONTRACT,
    LICENCE,
    Sought,
    endings_of,
    first_endings,
    number_of_endings,
    within,
)
from trueup.reports.renewals.months import cash_by_month, due_of
from trueup.reports.renewals.totals import totals_of

PERIOD = within(TODAY, TODAY + timedelta(days=120))


@pytest.fixture
def ahead(stage: Stage):
    """Two companies, two currencies, contracts, four sorts of plan, some locked, some without a price, half with standings."""
    made = []
    for number in range(24):
        company = stage.globex if number % 5 == 4 else stage.acme
        line = LineTerms(
            units=7 + number, valid_from=TODAY - timedelta(days=300), valid_until=TODAY + timedelta(days=9 + number % 6 * 30),
            renews_itself=number % 3 == 0, notice_days=20 if number % 3 == 0 else None,
            price=None if number % 8 == 7 else Decimal(f"{1000 + number}.37"), currency="" if number % 8 == 7 else ("EUR", "USD")[number % 2],
        )  # fmt: skip
        made.append(a_licence(company, product=a_product(company, f"P{number}"), line=line))
        if number == 11:
            write_standings()
    plans = (("renew", 5, "decided"), ("renew", None, "decided"), ("drop", None, "decided"), ("negotiate", None, "decided"), ("renew", 3, "open"))  # fmt: skip
    for licence, (kind, units, state) in zip(made, plans, strict=False):
        actor = stage.mallory if licence.company_id == stage.globex.pk else stage.alice
        plan_renewal(actor=actor, terms=PlanTerms(kind=kind, units=units, state=state), at=NOW, licence_id=licence.pk)  # fmt: skip
    for number in range(5):
        terms = replace(
            TERMS, name=f"C{number}", number=f"C-{number}", valid_until=TODAY + timedelta(days=10 + number * 25),
            renews_itself=number == 0, notice_days=30 if number == 0 else None, price=Decimal(500 + number), currency="EUR",
        )  # fmt: skip
        contract = create_contract(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW)
    plan_renewal(actor=stage.alice, terms=PlanTerms(kind="drop", state="decided"), at=NOW, contract_id=contract.pk)  # fmt: skip
    assign_units(actor=stage.alice, licence_id=made[0].pk, holder=holder(a_device(stage.acme)), units=1, at=NOW, on=TODAY)  # fmt: skip
    return made


def actors(stage: Stage) -> tuple[Actor, ...]:
    both = Actor(name="Both", roles={stage.acme.pk: Role.OWNER, stage.globex.pk: Role.VIEWER})
    return stage.alice, stage.bob, stage.mallory, both


@pytest.mark.parametrize("kinds", [(LICENCE, CONTRACT), (LICENCE,), (CONTRACT,)])
def test_sums_of_the_database_are_those_of_the_rows(stage: Stage, ahead, kinds):
    """R-152, R-153: how many, how many locked and the cash by month are what the endings read whole add up to."""
    for actor in actors(stage):
        sought = Sought(actor, TODAY, PERIOD, kinds=kinds)
        endings = endings_of(sought)

        totals = totals_of(sought)

        assert totals.count == len(endings) == number_of_endings(sought, most=1000)
        assert totals.locked == sum(one.is_locked(TODAY) for one in endings)
        assert totals.cash == cash_by_month(due_of(endings))
    everything = totals_of(Sought(stage.alice, TODAY, PERIOD))
    assert everything.locked > 0
    assert {one.currency for one in everything.cash} == {"EUR", "USD"}
    assert totals_of(Sought(stage.bob, TODAY, PERIOD)).cash == ()


@pytest.mark.parametrize("words", ["", "p1"])
def test_pages_are_pieces_of_the_whole(stage: Stage, ahead, words):
    """D-078: by place and by number, licences and contracts mixed, nothing twice and nothing left out."""
    for actor in actors(stage):
        sought = Sought(actor, TODAY, PERIOD, words)
        whole = endings_of(sought)
        walked, after = [], None
        while part := first_endings(sought, after=after, most=3):
            walked += part
            after = part[-1].key
        counted = [
            one for start in range(0, len(whole), 4) for one in first_endings(sought, start=start, most=4)
        ]

        assert walked == counted == whole
        assert bool(whole) or (actor is stage.mallory and words)


def test_a_count_stops_where_it_is_told(stage: Stage, ahead):
    sought = Sought(stage.alice, TODAY, Q(valid_to__gte=TODAY))

    assert number_of_endings(sought, most=6) == 6 < number_of_endings(sought, most=1000)
