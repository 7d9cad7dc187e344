"""The standing cast: Alice runs Acme, Bob reads Acme, Mallory belongs to Globex. You read a test and know who may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from trueup.assignments.actions import Holder
from trueup.base.access import Role
from trueup.base.actor import Actor, system
from trueup.catalogue.actions import create_product
from trueup.catalogue.models import Product
from trueup.devices.actions import DeviceTerms, add_device
from trueup.devices.models import Device
from trueup.licences.actions import create_licence
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.models import Licence
from trueup.people.actions import PersonTerms, add_person
from trueup.people.models import Person
from trueup.tenancy.actions import create_company, create_user, grant_role
from trueup.tenancy.models import Company, User

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "correct horse battery staple"
ROOT = system("the stage", via="test")


@dataclass(frozen=True, slots=True)
class Stage:
    """Two companies and who is who."""

    acme: Company
    globex: Company
    alice: Actor
    bob: Actor
    mallory: Actor
    users: dict[str, User]


def set_stage() -> Stage:
    acme = create_company(actor=ROOT, name="Acme", at=NOW)
    globex = create_company(actor=ROOT, name="Globex", at=NOW)
    users, actors = {}, {}
    for name, role, company in (
        ("alice", Role.OWNER, acme),
        ("bob", Role.VIEWER, acme),
        ("mallory", Role.OWNER, globex),
    ):
        users[name] = create_user(actor=ROOT, username=name, password=PASSWORD, at=NOW, name=name.title())
        grant_role(actor=ROOT, user=users[name], role=role, company=company, at=NOW)
        actors[name] = Actor(name=name.title(), user_id=users[name].pk, roles={company.pk: role})
    return Stage(acme=acme, globex=globex, users=users, **actors)


def a_product(company: Company, name: str = "Draw", publisher: str = "Initech", **facts: Any) -> Product:
    return create_product(actor=ROOT, company_id=company.pk, publisher=publisher, name=name, at=NOW, **facts)


def a_licence(
    company: Company,
    units: int = 5,
    *,
    metric: str = "per_device",
    product: Product | None = None,
    valid_from: date = date(2026, 1, 1),
    valid_until: date | None = None,
    line: LineTerms | None = None,
    **terms: Any,
) -> Licence:
    product = product or a_product(company)
    line = line or LineTerms(units=units, valid_from=valid_from, valid_until=valid_until)
    return create_licence(
        actor=ROOT,
        company_id=company.pk,
        terms=LicenceTerms(product_id=product.pk, metric=metric, **terms),
        line=line,
        at=NOW,
        on=TODAY,
    )


def a_person(company: Company, username: str = "carol", **facts: Any) -> Person:
    terms = PersonTerms(username=username, name=facts.pop("name", username.title()), **facts)
    return add_person(actor=ROOT, company_id=company.pk, terms=terms, at=NOW)


def a_device(company: Company, hostname: str = "db1", **facts: Any) -> Device:
    return add_device(
        actor=ROOT, company_id=company.pk, terms=DeviceTerms(hostname=hostname, **facts), at=NOW
    )


def holder(thing: Person | Device) -> Holder:
    return Holder("person" if isinstance(thing, Person) else "device", thing.pk)
