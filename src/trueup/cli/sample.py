"""The sample estate: loaded through the same importers as real data."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from datetime import date

    from trueup.base.actor import Actor
    from trueup.connectors.sample.fleet import Machine
    from trueup.connectors.sample.group import CompanyPlan, PersonPlan
    from trueup.connectors.sample.paper import Paper

USERNAME = "marta"


@click.group()
def sample() -> None:
    """The sample estate."""


@sample.command()
@with_database
def load() -> None:
    """Fill an empty database with the Halden group; does nothing where there is a company already."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.cli.library import bring_library_in
    from trueup.cli.sample_things import load_assets
    from trueup.tenancy.queries import companies_visible_to

    actor, at = system("sample estate", via="command"), timezone.now()
    if companies_visible_to(actor=actor).exists():
        return
    began = time.monotonic()
    bring_library_in()
    password = _first_user(actor, at)
    load_assets(actor, {plan.code: _company(actor, plan, at) for plan in _plans()}, at)
    _count(actor, at)
    click.echo(
        f"The sample estate is in ({time.monotonic() - began:.0f} s). It is invented; `trueup sample` made it."
    )
    click.echo(f"Sign in at http://{_bind()} as {USERNAME} with the password {password}")


def _bind() -> str:
    import os

    from trueup.project.environment import read_environment

    return read_environment(os.environ).bind


def _plans() -> tuple[CompanyPlan, ...]:
    from trueup.connectors.sample.group import COMPANIES

    return COMPANIES


def _first_user(actor: Actor, at: datetime) -> str:
    """An owner over all companies, with a password that is made up and shown once."""
    import secrets

    from trueup.tenancy.actions import create_user, grant_role

    password = secrets.token_urlsafe(9)
    user = create_user(actor=actor, username=USERNAME, password=password, at=at, name="Marta Lindqvist")
    grant_role(actor=actor, user=user, role="owner", company=None, at=at)
    return password


def _company(actor: Actor, plan: CompanyPlan, at: datetime) -> int:
    from trueup.cli.sample_things import load_shared_licences
    from trueup.connectors.sample.fleet import fleet_of
    from trueup.connectors.sample.group import people_of
    from trueup.connectors.sample.paper import papers_of
    from trueup.connectors.sample.things import SITES
    from trueup.tenancy.actions import create_company

    luck, on = Random(plan.code), at.date()  # noqa: S311  # invents people, keeps no secret
    company = create_company(actor=actor, name=plan.name, at=at, is_sample=True)
    people = people_of(plan, on=on, luck=luck)
    fleet = fleet_of(plan, people, luck=luck)
    papers = papers_of(plan, people, fleet, on=on, luck=luck)
    click.echo(f"{plan.name}: {len(people)} people, {len(fleet)} devices, {len(papers)} licences …")
    person_ids = _people(actor, company.pk, people, SITES[plan.code], at)
    device_ids = _devices(actor, company.pk, fleet, person_ids, at)
    licence_ids = _licences(actor, company.pk, plan, papers, at)
    _holders(actor, papers, licence_ids, person_ids, device_ids, at)
    load_shared_licences(actor, company.pk, plan, person_ids.values(), at)
    _leavers(actor, people, person_ids, at)
    _agreements(actor, company.pk, plan, at)
    return company.pk


def _people(
    actor: Actor, company_id: int, people: list[PersonPlan], site: str, at: datetime
) -> dict[str, int]:
    from trueup.people.actions import PersonTerms, add_people

    terms = [
        PersonTerms(
            username=p.username, name=p.name, email=p.email, employee_number=p.employee_number, department=p.department,
            location=site, source="sample",
        )
        for p in people
    ]  # fmt: skip
    return {
        person.username: person.pk
        for person in add_people(actor=actor, company_id=company_id, people=terms, at=at)
    }


def _devices(
    actor: Actor, company_id: int, fleet: list[Machine], person_ids: dict[str, int], at: datetime
) -> dict[str, int]:
    """Every machine's inventory goes through the agents' formats; who sits at which desk is noted afterwards."""
    from trueup.connectors.applying import import_document
    from trueup.connectors.sample.inventories import document_of
    from trueup.devices.actions import set_users
    from trueup.devices.queries import devices_visible_to

    for number, machine in enumerate(fleet):
        import_document(
            actor=actor, company_id=company_id, raw=document_of(machine, number=number, at=at), at=at
        )
    found = devices_visible_to(actor=actor).filter(company_id=company_id)
    device_ids: dict[str, int] = dict(found.values_list("hostname", "pk"))
    users = {device_ids[m.hostname]: person_ids[m.user] for m in fleet if m.user and m.hostname in device_ids}
    set_users(actor=actor, company_id=company_id, users=users, at=at)
    return device_ids


def _licences(
    actor: Actor, company_id: int, plan: CompanyPlan, papers: list[Paper], at: datetime
) -> dict[str, int]:
    from trueup.connectors.sample.paper import spreadsheet_of
    from trueup.connectors.spreadsheet.applying import apply_import
    from trueup.connectors.spreadsheet.file_rows import read_licences
    from trueup.connectors.spreadsheet.reading import read_file
    from trueup.licences.queries import licences_visible_to

    name, on = f"licences-{plan.code}.csv", at.date()
    sheet = read_file(name=name, content=spreadsheet_of(papers))[0]
    apply_import(
        actor=actor,
        company_id=company_id,
        file=read_licences(sheet, apart=True),
        file_name=name,
        at=at,
        on=on,
    )
    rows = licences_visible_to(actor=actor, on=on).filter(company_id=company_id)
    return dict(rows.values_list("external_id", "pk"))


def _holders(
    actor: Actor,
    papers: list[Paper],
    licence_ids: dict[str, int],
    person_ids: dict[str, int],
    device_ids: dict[str, int],
    at: datetime,
) -> None:
    """Units go to who needs them, over the months before today."""
    from trueup.assignments.actions import Holder, assign_many

    for number, paper in enumerate(papers):
        people = [(Holder("person", person_ids[name]), 1) for name in dict.fromkeys(paper.people)]
        devices = [
            (Holder("device", device_ids[name]), units) for name, units in paper.devices if name in device_ids
        ]
        holders = people + devices
        for part in range(3):
            then = max(at - timedelta(days=160 - 61 * part - number % 31), _start_of(paper.begun))
            chosen = holders[part::3]
            if chosen:
                assign_many(
                    actor=actor,
                    licence_id=licence_ids[paper.external_id],
                    holders=chosen,
                    at=then,
                    on=_day(then),
                )


def _agreements(actor: Actor, company_id: int, plan: CompanyPlan, at: datetime) -> None:
    """Contracts with the licences and hosts they cover."""
    from trueup.connectors.sample.agreements import agreements_of
    from trueup.contracts.actions import cover_devices, create_contract
    from trueup.contracts.terms import ContractTerms
    from trueup.devices.queries import devices_visible_to
    from trueup.licences.covering import licences_matching, link_licences

    for paper in agreements_of(plan, on=at.date()):
        deal = paper.plan
        covered = (
            licences_matching(
                actor=actor, company_id=company_id, words=deal.publisher, on=at.date(), limit=100
            )
            if deal.publisher
            else []
        )
        terms = ContractTerms(
            name=deal.name, number=paper.number, kind=deal.kind, supplier=deal.supplier, valid_from=paper.first,
            valid_until=paper.until, renews_itself=deal.renews, notice_days=deal.notice or None,
            price_cap_percent=deal.cap, price=paper.price, currency="EUR" if paper.price is not None else "",
            true_up_on=paper.true_up_on, service_level=deal.service_level, owner_id=next((one.owner_id for one in covered if one.owner_id), None),
            baseline_units=sum(one.purchased for one in covered) * 95 // 100 if paper.true_up_on else None,
        )  # fmt: skip
        made = create_contract(actor=actor, company_id=company_id, terms=terms, at=at)
        link_licences(actor=actor, contract_id=made.pk, licence_ids=[one.pk for one in covered], at=at)
        if deal.servers:
            hosts = devices_visible_to(actor=actor).filter(company_id=company_id, kind="server")
            ids = list(hosts.values_list("pk", flat=True))
            cover_devices(actor=actor, contract_id=made.pk, device_ids=ids, at=at)


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _day(moment: datetime) -> date:
    return moment.date()


def _leavers(actor: Actor, people: list[PersonPlan], person_ids: dict[str, int], at: datetime) -> None:
    from trueup.people.actions import mark_left

    for person in people:
        if person.left_on is not None:
            mark_left(actor=actor, person_id=person_ids[person.username], left_on=person.left_on, at=at)


def _count(actor: Actor, at: datetime) -> None:
    """The first counting run, over all companies, and what it and the calendar give reason to tell."""
    from django.conf import settings
    from django.utils import timezone

    from trueup.alerts.actions import tell_alerts
    from trueup.compliance.actions import carry_out_run, start_run

    run = start_run(actor=actor, company_id=None, as_of=at.date(), at=at, in_background=False)
    carry_out_run(run_id=run.pk, home=settings.HOME, library=settings.LIBRARY, clock=timezone.now)
    tell_alerts(actor=actor, on=at.date(), at=at)
