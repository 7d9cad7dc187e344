"""Holding units back for a department until a day, and ending that: who may, and what is free to be held back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.licences.balances import LicenceRetired, NotEnoughUnits, roll_licence
from trueup.licences.metrics import SITE
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for
from trueup.licences.reservation_tables import Reservation
from trueup.licences.reserved import Hour, end_rows, open_reservations, reserved_words, write_reserved
from trueup.tenancy.queries import department_for

CHANGE = Permission.ASSIGNMENTS_CHANGE
MOST_UNITS = 2**53


class ReservedAlready(Conflict):
    """Units of the licence are held back for the department already."""

    title = gettext_lazy("Reserved already")


class NotReserved(Conflict):
    """The reservation ended before."""

    title = gettext_lazy("Ended already")


class NothingToReserve(InvalidValue):
    """A licence without a number of units has none to hold back."""

    title = gettext_lazy("Nothing to reserve")


@dataclass(frozen=True, slots=True)
class ReservationTerms:
    """How many units are held back for which department, the last day on which they are, and why."""

    department_id: int
    units: int
    last_on: date
    note: str = ""


def reservations_of(*, actor: Actor, licence_id: int) -> QuerySet[Reservation]:
    """What is held back of a licence now, for whoever sees the licence; oldest first."""
    rows: QuerySet[Reservation] = Reservation.objects.visible_to(actor, Permission.LICENCES_VIEW)
    rows = rows.filter(licence_id=licence_id, ended_at=None).annotate(left=F("units") - F("taken"))
    return rows.select_related("department").order_by("pk")


def reservation_for(*, actor: Actor, licence_id: int, reservation_id: int) -> Reservation:
    """One reservation that stands, for whoever may end it. Raises NotReserved where it ended before."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    rows = Reservation.objects.filter(licence=licence).select_related("department", "licence__product")
    row: Reservation | None = rows.filter(pk=reservation_id).first()
    if row is None:
        raise NotFound(_("There is no reservation %(id)s of this licence.") % {"id": reservation_id})
    if row.ended_at is not None:
        raise NotReserved(_("The reservation ended before. Load the page again."))
    return row


def reserve_units(
    *, actor: Actor, licence_id: int, terms: ReservationTerms, at: datetime, on: date
) -> Reservation:
    """Hold free units back: until the day only the department, and those that are parts of it, get them.

    Raises NotEnoughUnits with what is free, ReservedAlready, NothingToReserve, LicenceRetired.
    """
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    department = department_for(actor=actor, department_id=terms.department_id, company_id=licence.company_id)
    _check(terms, licence, on)
    with transaction.atomic():
        roll_licence(licence_id=licence.pk, actor=actor, on=on, at=at)
        now = Licence.objects.select_for_update(no_key=True).get(pk=licence.pk)
        _refuse(now, terms)
        if open_reservations([now.pk]).filter(department=department).exists():
            words = _("Units are reserved for %(department)s already. End that first.")
            raise ReservedAlready(words % {"department": department.name})
        Licence.objects.filter(pk=now.pk).update(reserved=F("reserved") + terms.units)
        made = Reservation.objects.create(
            company_id=now.company_id, licence=now, department=department, units=terms.units,
            until_on=terms.last_on + timedelta(days=1), note=terms.note.strip()[:500], made_at=at, made_by=actor.name,
        )  # fmt: skip
        write_reserved(now.pk, [(terms.units, "reserved")], Hour(actor, on, at))
        _record("licences.units_reserved", made, licence, actor, at)
    return made


def _check(terms: ReservationTerms, licence: Licence, on: date) -> None:
    if not 1 <= terms.units <= MOST_UNITS:
        words = _("%(units)s units cannot be reserved: a whole number from 1 on can.")
        raise InvalidValue.of("units", words % {"units": terms.units})
    if not on <= terms.last_on < date.max:
        raise InvalidValue.of("until", _("The last day is to be today or later: give another."))
    if licence.metric == SITE:
        raise NothingToReserve.of(
            "units", _("A site licence is used by everybody at the site: there is nothing to hold back.")
        )


def _refuse(now: Licence, terms: ReservationTerms) -> None:
    if now.retired_at or now.withdrawn_at:
        raise LicenceRetired(_("This licence is retired: nothing can be reserved of it."))
    if now.is_unlimited:
        raise NothingToReserve.of(
            "units", _("The licence is unlimited: there are always units for everybody.")
        )
    free = now.granted - now.held - now.reserved
    if now.waiting or terms.units > free:
        words = _("%(units)s asked for, %(free)s free to be reserved.") % {
            "units": terms.units,
            "free": 0 if now.waiting else max(free, 0),
        }
        if now.waiting:
            words += " " + _("Who waits for units comes first: %(n)s.") % {"n": now.waiting}
        more = reserved_words(now.pk) if now.reserved else ""
        raise NotEnoughUnits(
            f"{words} {more}".strip(),
            asked=terms.units,
            free=free,
            purchased=now.granted,
            reserved=now.reserved,
        )


def end_reservation(
    *, actor: Actor, licence_id: int, reservation_id: int, at: datetime, on: date
) -> Reservation:
    """End a reservation before its day: what of it nobody took is free for everybody, and the taken units stay held."""
    row = reservation_for(actor=actor, licence_id=licence_id, reservation_id=reservation_id)
    with transaction.atomic():
        roll_licence(licence_id=row.licence_id, actor=actor, on=on, at=at)
        Licence.objects.select_for_update(no_key=True).get(pk=row.licence_id)
        row = reservation_for(actor=actor, licence_id=licence_id, reservation_id=reservation_id)
        end_rows(row.licence_id, [row], Hour(actor, on, at), cause="ended")
        _record("licences.reservation_ended", row, row.licence, actor, at)
    return row


def end_all_reservations(*, licence_ids: Iterable[int], actor: Actor, on: date, at: datetime) -> None:
    """End what is held back of licences that are taken out of use, in the caller's transaction."""
    by_licence: dict[int, list[Reservation]] = {}
    for row in open_reservations(licence_ids):
        by_licence.setdefault(row.licence_id, []).append(row)
    for licence_id, rows in by_licence.items():
        end_rows(licence_id, rows, Hour(actor, on, at), cause="ended")


def _record(event: str, row: Reservation, licence: Licence, actor: Actor, at: datetime) -> None:
    details = {
        "reservation": row.pk, "department": row.department.name, "units": row.units, "until": row.until_on - timedelta(days=1),
        **({"reason": row.note} if row.note else {}),
    }  # fmt: skip
    happening = Happening(event, "licence", licence.pk, str(licence.product.name), details)
    record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
