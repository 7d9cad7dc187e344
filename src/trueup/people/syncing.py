"""Bringing the people of a company to what a directory says: who came, who changed, who left, who came back.

Each is an entry of its own in the log (``people.added``, ``people.changed``, ``people.left``, ``people.returned``), for
whoever acts on joiners and leavers. A directory that suddenly knows hardly anybody lets nobody go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from trueup.audit.actions import Happening, record, record_many
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Problem
from trueup.people.actions import PersonTerms, add_people
from trueup.people.models import Person
from trueup.tenancy.actions import ensure_departments
from trueup.tenancy.queries import company_for

FEW = 10
MOST_SHARE = 0.2
"""More than a few, and more than this share of a directory's people at once: that is a mistake, not a farewell."""
FIELDS = ("username", "name", "email", "employee_number", "department_id", "manager_id")


@dataclass(frozen=True, slots=True)
class DirectoryPerson:
    """A person as a directory names them. ``manager`` is the manager's ``external_id``; None and empty are not told."""

    external_id: str
    username: str
    name: str
    email: str = ""
    employee_number: str = ""
    department: str = ""
    manager: str = ""
    is_active: bool = True


@dataclass(slots=True)
class Synced:
    """How many of each, and what could not be brought over."""

    added: int = 0
    changed: int = 0
    left: int = 0
    returned: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def sync_people(
    *,
    actor: Actor,
    company_id: int,
    origin: str,
    people: Sequence[DirectoryPerson],
    is_complete: bool,
    on: date,
    at: datetime,
) -> Synced:
    """Bring a company's people to a directory. Whom a complete reading does not mention, or calls closed, has left.

    Somebody written down by hand or by an import is the directory's from now on where employee number, login or e-mail
    agree with one person only; and so is somebody who left and is back under a new id. People of another directory are
    left alone.
    """
    company_for(actor=actor, company_id=company_id, permission=Permission.PEOPLE_CHANGE)
    done = Synced()
    with transaction.atomic():
        known = list(Person.objects.select_for_update().filter(company_id=company_id).order_by("pk"))
        matched = _matched(known, people, origin, done)
        _add(
            actor,
            company_id,
            origin,
            [one for one in people if one.external_id not in matched and one.is_active],
            done,
            at,
        )
        places = ensure_departments(
            actor=actor, company_id=company_id, names=[one.department for one in people], at=at
        )
        mine = dict(
            Person.objects.filter(company_id=company_id, source=origin).values_list("external_id", "pk")
        )
        ids = {**{key: person.pk for key, person in matched.items()}, **mine}
        for one in people:
            person = matched.get(one.external_id)
            if person is not None:
                _bring(actor, person, one, origin, places, ids, done, at)
        _tie_managers(company_id, origin, people, ids)
        _let_go(actor, known, matched, people, origin, done, on, at, is_complete=is_complete)
    return done


def _matched(
    known: Sequence[Person], people: Sequence[DirectoryPerson], origin: str, done: Synced
) -> dict[str, Person]:
    """Whom each entry of the directory means: the one it was before, else the only one that fits."""
    before = {person.external_id: person for person in known if person.source == origin}
    named = {one.external_id for one in people}
    free = [
        person
        for person in known
        if not person.external_id
        or (person.source == origin and not person.is_active and person.external_id not in named)
    ]
    found: dict[str, Person] = {}
    for one in people:
        if one.external_id in before:
            found[one.external_id] = before[one.external_id]
            continue
        fitting = [person for person in free if _fits(person, one)]
        if len(fitting) == 1 and fitting[0] not in found.values():
            found[one.external_id] = fitting[0]
        elif fitting:
            done.refused.append(
                (one.username, "several people of the company fit: give each their employee number")
            )
    return found


def _fits(person: Person, one: DirectoryPerson) -> bool:
    if person.employee_number and one.employee_number:
        return bool(person.employee_number == one.employee_number)
    same_login = person.username.casefold() == one.username.casefold()
    return same_login or bool(one.email and person.email.casefold() == one.email.casefold())


def _add(
    actor: Actor, company_id: int, origin: str, new: Sequence[DirectoryPerson], done: Synced, at: datetime
) -> None:
    """Add who is new: all at once, and one by one where that is refused, so that each refusal names its person."""
    refused = {username for username, _why in done.refused}
    terms = [
        PersonTerms(
            username=one.username, name=one.name, email=one.email, employee_number=one.employee_number,
            department=one.department, source=origin, external_id=one.external_id,
        )
        for one in new if one.username not in refused
    ]  # fmt: skip
    try:
        with transaction.atomic():
            done.added += len(add_people(actor=actor, company_id=company_id, people=terms, at=at))
    except Problem:
        for one in terms:
            try:
                with transaction.atomic():
                    add_people(actor=actor, company_id=company_id, people=[one], at=at)
                    done.added += 1
            except Problem as problem:
                done.refused.append((one.username, problem.detail))


def _bring(
    actor: Actor,
    person: Person,
    one: DirectoryPerson,
    origin: str,
    places: Mapping[str, int],
    ids: Mapping[str, int],
    done: Synced,
    at: datetime,
) -> None:
    """One person brought to what the directory tells; what it does not tell is left alone."""
    told: dict[str, Any] = {
        "username": one.username, "name": one.name, "email": one.email, "employee_number": one.employee_number,
        "department_id": places.get(one.department.lower()), "manager_id": ids.get(one.manager),
    }  # fmt: skip
    changes = {name: told[name] for name in FIELDS if told[name] and told[name] != getattr(person, name)}
    returns = one.is_active and not person.is_active
    ties = {"source": origin, "external_id": one.external_id}
    is_new_here = person.source != origin or person.external_id != one.external_id
    if not (changes or returns or is_new_here):
        return
    details = {name: [getattr(person, name), value] for name, value in changes.items()}
    back = {"is_active": True, "left_on": None} if returns else {}
    taken = Person.objects.filter(company_id=person.company_id).exclude(pk=person.pk)
    if "username" in changes and taken.filter(username=one.username).exists():
        done.refused.append((one.username, "another person of the company has this login"))
        return
    Person.objects.filter(pk=person.pk).update(**changes, **ties, **back, revision=person.revision + 1)
    happening = Happening(
        "people.returned" if returns else "people.changed", "person", person.pk, person.name, details
    )
    record(actor=actor, company_id=person.company_id, at=at, happening=happening)
    done.returned += int(returns)
    done.changed += int(not returns)


def _tie_managers(
    company_id: int, origin: str, people: Iterable[DirectoryPerson], ids: Mapping[str, int]
) -> None:
    """Managers of people who came just now: theirs may have come after them."""
    waiting = Person.objects.filter(company_id=company_id, source=origin, manager=None)
    managers = {one.external_id: ids.get(one.manager) for one in people if one.manager}
    rows = [row for row in waiting if managers.get(row.external_id) not in (None, row.pk)]
    for row in rows:
        row.manager_id = managers[row.external_id]
    Person.objects.bulk_update(rows, ["manager"], batch_size=500)


def _let_go(
    actor: Actor,
    known: Sequence[Person],
    matched: Mapping[str, Person],
    people: Sequence[DirectoryPerson],
    origin: str,
    done: Synced,
    on: date,
    at: datetime,
    *,
    is_complete: bool,
) -> None:
    """Note who left: whose account is closed, and, after a complete reading, who is not there any more."""
    closed = {
        matched[one.external_id].pk for one in people if not one.is_active and one.external_id in matched
    }
    named = {one.external_id for one in people}
    here = [person for person in known if person.source == origin and person.is_active]
    missing = {person.pk for person in here if person.external_id not in named} if is_complete else set()
    leaving = [person for person in known if person.is_active and person.pk in closed | missing]
    if len(leaving) > max(FEW, MOST_SHARE * len(here)):
        done.refused.append(
            (
                f"{len(leaving)} people",
                "would have left at once, which is more than a fifth: nobody was let go",
            )
        )
        return
    ids = [person.pk for person in leaving]
    Person.objects.filter(pk__in=ids).update(is_active=False, left_on=on)
    happenings = [Happening("people.left", "person", one.pk, one.name, {"left_on": on}) for one in leaving]
    if leaving:
        record_many(actor=actor, company_id=leaving[0].company_id, at=at, happenings=happenings)
    done.left += len(leaving)
