"""Who arriving holders are here: people by login, e-mail, name; devices by serial, barcode, hostname.

Whoever is not there yet can be made; a word that two of them share is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from trueup.base.problems import Problem
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.devices.actions import DeviceTerms, add_device
from trueup.devices.queries import devices_visible_to
from trueup.licences.arrivals import ArrivingDevice, ArrivingPerson
from trueup.people.actions import PersonTerms, add_people
from trueup.people.queries import people_visible_to

if TYPE_CHECKING:
    from trueup.base.actor import Actor

Holder = ArrivingPerson | ArrivingDevice
Known = dict[tuple[str, str], int | None]
SHARED_WORD = "several are called so"


@dataclass(frozen=True, slots=True)
class Directory:
    """People and devices of a company by each of their words."""

    people: Known
    devices: Known

    def kind_of(self, holder: Holder) -> str:
        """Whether a person or a device."""
        return "person" if isinstance(holder, ArrivingPerson) else "device"

    def find(self, holder: Holder) -> int | None:
        """The holder's id; None if it is not there. Raises RefusedValueError when two are called so."""
        known = self.people if isinstance(holder, ArrivingPerson) else self.devices
        for word in words_of(holder):
            if word not in known:
                continue
            if (found := known[word]) is None:
                raise RefusedValueError(
                    SHARED_WORD, _("Give them different names, e-mails or serial numbers; or assign by hand.")
                )
            return found
        return None

    def is_missing(self, holder: Holder) -> bool:
        """Whether nobody here is called so."""
        try:
            return self.find(holder) is None
        except RefusedValueError:
            return False


def words_of(holder: Holder) -> list[tuple[str, str]]:
    """What a holder is known by, the surest first."""
    given: Iterable[tuple[str, str]]
    if isinstance(holder, ArrivingPerson):
        given = (("login", holder.login), ("email", holder.email), ("name", holder.name))
    else:
        given = (("serial", holder.serial), ("barcode", holder.barcode), ("hostname", holder.hostname))
    return [(column, word.lower()) for column, word in given if word]


def called(holder: Holder) -> str:
    """A holder as reports name it."""
    return next((word for _column, word in words_of(holder)), "?")


def look_around(*, actor: Actor, company_id: int) -> Directory:
    """Everybody and everything a company has that may hold units."""
    people = people_visible_to(actor=actor).filter(company_id=company_id)
    devices = devices_visible_to(actor=actor).filter(company_id=company_id)
    return Directory(
        gathered(("login", "email", "name"), people.values_list("pk", "username", "email", "name")),
        gathered(
            ("serial", "barcode", "hostname"), devices.values_list("pk", "serial", "barcode", "hostname")
        ),
    )


def gathered(columns: tuple[str, ...], rows: Iterable[tuple[int, *tuple[str, ...]]]) -> Known:
    """Ids by column and word."""
    found: Known = {}
    for pk, *words in rows:
        for column, word in zip(columns, words, strict=True):
            if word:
                key = (column, word.lower())
                found[key] = pk if found.get(key, pk) == pk else None
    return found


def missing_in(directory: Directory, holders: Iterable[tuple[Holder, str]]) -> dict[Holder, str]:
    """Holders who are not there, each once, with the region they are first met in."""
    found: dict[tuple[str, str], tuple[Holder, str]] = {}
    for holder, region in holders:
        if words_of(holder) and directory.is_missing(holder):
            found.setdefault(words_of(holder)[0], (holder, region))
    return dict(found.values())


@dataclass(frozen=True, slots=True)
class Place:
    """Where holders are made: the company, the system they come from, the regions by lower-case name."""

    company_id: int
    source: str
    regions: dict[str, int]


def make_holders(
    *, actor: Actor, place: Place, directory: Directory, missing: Mapping[Holder, str], at: datetime
) -> list[tuple[Holder, Problem]]:
    """Make people and devices who are not there yet; devices that cannot be made, with the reason."""
    people: dict[str, PersonTerms] = {}
    for holder, region in missing.items():
        if isinstance(holder, ArrivingPerson):
            terms = person_terms(holder, place.source, place.regions.get(region.lower()))
            if ("login", terms.username.lower()) not in directory.people:
                people.setdefault(terms.username.lower(), terms)
    if people:
        add_people(actor=actor, company_id=place.company_id, people=[*people.values()], at=at)
    refused: list[tuple[Holder, Problem]] = []
    for holder, region in missing.items():
        if isinstance(holder, ArrivingDevice):
            wanted = device_terms(holder, place.regions.get((holder.region or region).lower()))
            try:
                add_device(actor=actor, company_id=place.company_id, terms=wanted, at=at)
            except Problem as problem:
                refused.append((holder, problem))
    return refused


def person_terms(person: ArrivingPerson, source: str, region_id: int | None) -> PersonTerms:
    """A person to add; an e-mail that is none is left out."""
    email = person.email
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    login = person.login or person.email or person.name
    return PersonTerms(
        username=login[:150],
        name=(person.name or login)[:200],
        email=email,
        department=person.department,
        region_id=region_id,
        source=source,
        external_id=person.external_id,
    )


def device_terms(device: ArrivingDevice, region_id: int | None) -> DeviceTerms:
    """A device to add."""
    return DeviceTerms(
        hostname=(device.hostname or device.serial or device.barcode)[:200],
        serial=device.serial[:150],
        barcode=device.barcode[:100],
        kind=device.kind,
        environment=device.environment,
        region_id=region_id,
        is_virtual=device.kind == "virtual",
    )
