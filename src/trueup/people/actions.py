"""What is done to people: add, change, let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record, record_many
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, Stale, UnknownField
from trueup.people.models import Person
from trueup.people.queries import person_for
from trueup.tenancy.actions import ensure_departments, ensure_locations
from trueup.tenancy.queries import company_for, department_for, location_for, region_in

CHANGEABLE = frozenset(
    {"name", "email", "employee_number", "department_id", "location_id", "region_id", "manager_id"}
)


class PersonExists(Conflict):
    """The company has a person with that login or employee number already."""


@dataclass(frozen=True, slots=True)
class PersonTerms:
    """A person as given by a form, a file or a directory."""

    username: str
    name: str
    email: str = ""
    employee_number: str = ""
    department: str = ""
    location: str = ""
    region_id: int | None = None
    left_on: date | None = None
    source: str = ""
    external_id: str = ""


def add_person(*, actor: Actor, company_id: int, terms: PersonTerms, at: datetime) -> Person:
    """Add one person."""
    return add_people(actor=actor, company_id=company_id, people=[terms], at=at)[0]


def add_people(*, actor: Actor, company_id: int, people: Sequence[PersonTerms], at: datetime) -> list[Person]:
    """Add many people at once: all of them, or none and the reason."""
    company = company_for(actor=actor, company_id=company_id, permission=Permission.PEOPLE_CHANGE)
    for terms in people:
        _check(terms)
    try:
        with transaction.atomic():
            departments = ensure_departments(
                actor=actor, company_id=company.pk, names=[terms.department for terms in people], at=at
            )
            places = _ensure_places(actor, company.pk, people, at)
            regions = {
                r: region_in(company_id=company.pk, region_id=r)
                for r in {terms.region_id for terms in people}
            }
            made: list[Person] = Person.objects.bulk_create(
                [
                    Person(
                        company=company, username=terms.username.strip(), name=terms.name.strip(), email=terms.email,
                        employee_number=terms.employee_number, department_id=departments.get(terms.department.lower()),
                        location_id=places.get(terms.location.lower()),
                        region=regions[terms.region_id], is_active=terms.left_on is None, left_on=terms.left_on,
                        source=terms.source, external_id=terms.external_id,
                    )
                    for terms in people
                ],
                batch_size=1000,
            )  # fmt: skip
            happenings = [Happening("people.added", "person", person.pk, person.name) for person in made]
            record_many(actor=actor, company_id=company.pk, at=at, happenings=happenings)
    except IntegrityError as taken:
        raise PersonExists(
            _("A login or employee number is taken in this company already: each stands for one person.")
        ) from taken
    return made


def _ensure_places(
    actor: Actor, company_id: int, people: Sequence[PersonTerms], at: datetime
) -> dict[str, int]:
    """Make the locations that are missing, each in the region of the first person who names it."""
    found: dict[str, int] = {}
    for region_id in dict.fromkeys(terms.region_id for terms in people if terms.location):
        names = [one.location for one in people if one.region_id == region_id and one.location]
        found |= ensure_locations(actor=actor, company_id=company_id, names=names, region_id=region_id, at=at)
    return found


def _check(terms: PersonTerms) -> None:
    if not terms.username.strip() or not terms.name.strip():
        raise InvalidValue.of(
            "username" if terms.name.strip() else "name", _("A person needs a login and a name.")
        )
    _check_email(terms.email)


def _check_email(email: str) -> None:
    if email:
        try:
            validate_email(email)
        except ValidationError as wrong:
            raise InvalidValue.of(
                "email", _("“%(email)s” is no e-mail address.") % {"email": email}
            ) from wrong


def change_person(
    *, actor: Actor, person_id: int, changes: Mapping[str, Any], revision: int | None, at: datetime
) -> Person:
    """Change named fields of a person and leave the others alone."""
    person = person_for(actor=actor, person_id=person_id, permission=Permission.PEOPLE_CHANGE)
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise UnknownField(
            _("Fields that cannot be changed here: %(unknown)s.") % {"unknown": ", ".join(unknown)}
        )
    _check_change(changes, actor, person)
    old = {name: getattr(person, name) for name in changes}
    try:
        with transaction.atomic():
            _store_change(changes, old, person, actor, revision, at)
    except IntegrityError as taken:
        raise PersonExists(
            _("That employee number is taken in this company already: it stands for one person.")
        ) from taken
    return person_for(actor=actor, person_id=person_id)


def _check_change(changes: Mapping[str, Any], actor: Actor, person: Person) -> None:
    if "name" in changes and not str(changes["name"]).strip():
        raise InvalidValue.of("name", _("A person needs a name."))
    _check_email(changes.get("email") or "")
    if changes.get("region_id"):
        region_in(company_id=person.company_id, region_id=changes["region_id"])
    if changes.get("location_id"):
        location_for(actor=actor, location_id=changes["location_id"], company_id=person.company_id)
    if changes.get("department_id") and changes["department_id"] != person.department_id:
        department_for(actor=actor, department_id=changes["department_id"], company_id=person.company_id)
    if changes.get("manager_id"):
        person_for(actor=actor, person_id=changes["manager_id"], company_id=person.company_id)


def _store_change(
    changes: Mapping[str, Any],
    old: Mapping[str, Any],
    person: Person,
    actor: Actor,
    revision: int | None,
    at: datetime,
) -> None:
    rows = Person.objects.filter(pk=person.pk, revision=person.revision if revision is None else revision)
    if not rows.update(**changes, revision=person.revision + 1):
        raise Stale(
            _("Someone changed this person since you opened it. Look at the new values, then save again.")
        )
    details = {name: [old[name], value] for name, value in changes.items() if old[name] != value}
    happening = Happening("people.changed", "person", person.pk, person.name, details)
    record(actor=actor, company_id=person.company_id, at=at, happening=happening)


def mark_left(*, actor: Actor, person_id: int, left_on: date, at: datetime) -> None:
    """Note that a person has left. What they hold stays theirs until it is released, and shows as such."""
    person = person_for(actor=actor, person_id=person_id, permission=Permission.PEOPLE_CHANGE)
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(
            is_active=False, left_on=left_on, revision=person.revision + 1
        )
        happening = Happening("people.left", "person", person.pk, person.name, {"left_on": left_on})
        record(actor=actor, company_id=person.company_id, at=at, happening=happening)
