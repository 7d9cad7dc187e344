"""People and devices that go to another company of the group, with what they hold (U-045).

The record of the old company stays there with its history, as left or decommissioned; the new company gets one of its own.
Of each holding somebody says whether its units go along, as a transfer between the companies, or are released. No key of
the database crosses the wall between companies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.assignments.actions import Holder, assign_units
from trueup.assignments.models import Assignment
from trueup.assignments.settling import close_held, held_by, refuse_unsettled, write_closed
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.devices.actions import DeviceTerms, add_device, change_device
from trueup.devices.models import Device, Status
from trueup.devices.queries import device_for
from trueup.licences.queries import licences_visible_to
from trueup.licences.transfers import TransferTerms, transfer_units
from trueup.people.actions import PersonTerms, add_person, mark_left
from trueup.people.models import Person
from trueup.people.queries import person_for
from trueup.tenancy.queries import company_for

CARRIED = (
    "hostname", "kind", "environment", "status", "barcode", "serial", "inventory_number", "manufacturer", "model",
    "processors", "cores_per_processor", "threads_per_core", "cores", "processor_name", "is_virtual", "operating_system",
)  # fmt: skip
"""What is true of a device in any company; people, hosts and clusters beside it stay where they are."""


class Fate(StrEnum):
    """What becomes of a holding when its holder goes to another company."""

    MOVE = "move"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where to, what becomes of each assignment by its id, and why."""

    company_id: int
    fates: Mapping[int, str] = field(default_factory=dict)
    reason: str = ""


def move_device_to_company(
    *, actor: Actor, device_id: int, crossing: Crossing, at: datetime, on: date
) -> Device:
    """Let a device go on in another company; the one of the old company is decommissioned and keeps its history.

    Raises HoldingsUnsettled with what is held where of one of them nothing was said.
    """
    device = device_for(actor=actor, device_id=device_id, permission=Permission.DEVICES_CHANGE)
    _require_both(actor, device.company_id, crossing, Permission.DEVICES_CHANGE)
    terms = DeviceTerms(**{name: getattr(device, name) for name in CARRIED})
    with transaction.atomic():
        moving = _settle(actor, device, crossing, at=at, on=on)
        retired = {"status": Status.DECOMMISSIONED, "user_id": None}
        change_device(actor=actor, device_id=device.pk, changes=retired, revision=None, at=at)
        made = add_device(actor=actor, company_id=crossing.company_id, terms=terms, at=at)
        _give_again(actor, moving, Holder("device", made.pk), crossing, at=at, on=on)
        _tell(actor, "device", (device.company_id, device.pk), (made.company_id, made.pk), made.hostname, at)
    return device_for(actor=actor, device_id=made.pk)


def move_person_to_company(
    *, actor: Actor, person_id: int, crossing: Crossing, at: datetime, on: date
) -> Person:
    """Let a person go on in another company; in the old one they have left, and their history stays.

    Raises HoldingsUnsettled with what is held where of one of them nothing was said.
    """
    person = person_for(actor=actor, person_id=person_id, permission=Permission.PEOPLE_CHANGE)
    _require_both(actor, person.company_id, crossing, Permission.PEOPLE_CHANGE)
    terms = PersonTerms(person.username, person.name, person.email, person.employee_number)
    with transaction.atomic():
        moving = _settle(actor, person, crossing, at=at, on=on)
        mark_left(actor=actor, person_id=person.pk, left_on=on, at=at)
        made = add_person(actor=actor, company_id=crossing.company_id, terms=terms, at=at)
        _give_again(actor, moving, Holder("person", made.pk), crossing, at=at, on=on)
        _tell(actor, "person", (person.company_id, person.pk), (made.company_id, made.pk), made.name, at)
    return person_for(actor=actor, person_id=made.pk)


def _require_both(actor: Actor, company_id: int, crossing: Crossing, permission: Permission) -> None:
    company_for(actor=actor, company_id=crossing.company_id, permission=permission)
    if crossing.company_id == company_id:
        raise InvalidValue.of("company", _("It is in that company already. Choose another one."))
    if wrong := sorted(set(crossing.fates.values()) - {*Fate}):
        words = _("“%(given)s” is no fate of a holding: move or release is.")
        raise InvalidValue.of("settle", words % {"given": wrong[0]})
    if crossing.fates:
        actor.require(Permission.ASSIGNMENTS_CHANGE, company_id)


def _settle(
    actor: Actor, thing: Person | Device, crossing: Crossing, *, at: datetime, on: date
) -> list[Assignment]:
    """Release everything that is held, each with its entry; those whose units go along."""
    held = held_by(thing)
    refuse_unsettled([row for row in held if row.pk not in crossing.fates])
    reason = crossing.reason.strip() or "moved to another company"
    moving = [row for row in held if crossing.fates[row.pk] == Fate.MOVE]
    closed = close_held(actor=actor, held=held, at=at, on=on, reason=reason)
    write_closed(closed, passed_on=[row.pk for row in moving])
    return moving


def _give_again(
    actor: Actor,
    moving: Collection[Assignment],
    holder: Holder,
    crossing: Crossing,
    *,
    at: datetime,
    on: date,
) -> None:
    """Transfer the units of each holding and assign them there: into a licence like it, or into a new one."""
    for row in moving:
        which: dict[str, Any] = {"edition_id": row.licence.edition_id, "version_id": row.licence.version_id}
        alike = licences_visible_to(actor=actor, on=on).filter(
            company_id=crossing.company_id, product_id=row.licence.product_id, metric=row.licence.metric,
            region__is_default=True, retired_at=None, unlimited=False, **which,
        )  # fmt: skip
        target = alike.order_by("pk").first()
        terms = TransferTerms(
            units=row.units, to_company_id=crossing.company_id, moved_on=on,
            to_licence_id=target.pk if target else None, reason=crossing.reason,
        )  # fmt: skip
        taken = transfer_units(actor=actor, licence_id=row.licence_id, terms=terms, at=at, on=on).taken
        assign_units(
            actor=actor, licence_id=taken.licence_id, holder=holder, units=row.units, at=at, on=on,
            reason=crossing.reason, is_ahead=True,
        )  # fmt: skip


def _tell(
    actor: Actor, kind: str, old: tuple[int, int], new: tuple[int, int], name: str, at: datetime
) -> None:
    """An entry in each company; neither names the other to its readers."""
    entries = [
        (old[0], Happening("assignments.holder_went", kind, old[1], name, {})),
        (new[0], Happening("assignments.holder_came", kind, new[1], name, {})),
    ]
    for company_id, happening in sorted(entries, key=lambda entry: entry[0]):
        record(actor=actor, company_id=company_id, at=at, happening=happening)
