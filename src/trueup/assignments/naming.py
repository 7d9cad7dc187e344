"""Who is meant: people by login, mail or employee number, devices by host name, barcode, serial or inventory number,
locations and departments by name.

A list of any length costs one query for people and one for devices, and one for each kind of place that may hold while a
name is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from trueup.assignments.holding import Thing, kind_of
from trueup.base.actor import Actor
from trueup.devices.models import Device, Status
from trueup.devices.queries import devices_visible_to
from trueup.licences.metrics import DEPARTMENT, DEVICE, LOCATION, PERSON
from trueup.people.models import Person
from trueup.people.queries import people_visible_to
from trueup.tenancy.queries import departments_ever, locations_ever

OF_PEOPLE = ("username", "email", "employee_number")
OF_DEVICES = ("hostname", "barcode", "serial", "inventory_number")
OF_PARTS = ("name",)


@dataclass(frozen=True, slots=True)
class Wish:
    """One row of a list: a holder by name or by id, and how many units; empty where the row gave no whole number.

    Without ``kind`` a name may be a person's or a device's.
    """

    name: str = ""
    units: int | None = 1
    kind: str = ""
    id: int | None = None
    row: int = 0


@dataclass(slots=True)
class Directory:
    """The holders of one company that a list may mean."""

    by_id: dict[tuple[str, int], Thing] = field(default_factory=dict)
    exact: dict[str, list[Thing]] = field(default_factory=dict)
    lowered: dict[str, list[Thing]] = field(default_factory=dict)

    def add(self, kind: str, things: Iterable[Thing], fields: Sequence[str]) -> None:
        """Take in what was found, under each of its names."""
        for thing in things:
            self.by_id[kind, thing.pk] = thing
            for name in {getattr(thing, one) for one in fields} - {""}:
                self.exact.setdefault(name, []).append(thing)
            for name in {getattr(thing, one).lower() for one in fields} - {""}:
                self.lowered.setdefault(name, []).append(thing)

    def meant_by(self, wish: Wish, holders: Iterable[str]) -> list[Thing]:
        """Whoever the row can mean, narrowed while more than one is left: as spelt, of a kind that may hold, in use."""
        if wish.id is not None:
            thing = self.by_id.get((wish.kind, wish.id))
            return [thing] if thing else []
        found = self.lowered.get(wish.name.lower(), [])
        if wish.kind:
            found = [thing for thing in found if kind_of(thing) == wish.kind]
        as_spelt = self.exact.get(wish.name, [])
        for fits in (lambda one: one in as_spelt, lambda one: kind_of(one) in holders, is_in_use):
            if len(found) > 1:
                found = [thing for thing in found if fits(thing)] or found
        return found


def is_in_use(thing: Thing) -> bool:
    """Whether the person is still there, the device not decommissioned, the place not retired."""
    if isinstance(thing, Person):
        return thing.is_active
    return thing.status != Status.DECOMMISSIONED if isinstance(thing, Device) else thing.retired_at is None


def directory_of(
    *, actor: Actor, company_id: int, wishes: Sequence[Wish], holders: Iterable[str] = ()
) -> Directory:
    """Everybody and everything of the company that the rows may mean; places only where they are among ``holders``."""
    directory = Directory()
    names = {wish.name.lower() for wish in wishes if wish.id is None and wish.name}
    sources: tuple[tuple[str, QuerySet[Any], tuple[str, ...]], ...] = (
        (PERSON, people_visible_to(actor=actor), OF_PEOPLE),
        (DEVICE, devices_visible_to(actor=actor), OF_DEVICES),
        (LOCATION, locations_ever(actor=actor), OF_PARTS),
        (DEPARTMENT, departments_ever(actor=actor), OF_PARTS),
    )
    for kind, rows, fields in sources:
        ids = {wish.id for wish in wishes if wish.id is not None and wish.kind == kind}
        if kind in {LOCATION, DEPARTMENT}:
            wanted = names - set(directory.lowered) if kind in holders else set()
            wanted |= {wish.name.lower() for wish in wishes if wish.kind == kind and wish.name}
        else:
            wanted = names
        if wanted or ids:
            directory.add(kind, _named(rows.filter(company_id=company_id), fields, wanted, ids), fields)
    return directory


def _named(rows: QuerySet[Any], fields: Sequence[str], names: set[str], ids: set[int]) -> QuerySet[Any]:
    lowered = {f"{name}_lowered": Lower(name) for name in fields}
    matches = Q(pk__in=ids)
    for name in lowered:
        matches |= Q(**{f"{name}__in": names})
    found: QuerySet[Any] = rows.alias(**lowered).filter(matches)
    return found
