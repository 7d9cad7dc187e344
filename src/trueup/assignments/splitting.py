"""What each place pays of a site licence: by the people there, or by a key somebody set (U-030)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from trueup.assignments.holding import holder_of, kind_of, name_of
from trueup.assignments.models import Assignment
from trueup.assignments.queries import assignment_for
from trueup.assignments.sites import Scope, scope_of
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.licences.prices import parted
from trueup.licences.queries import licence_for
from trueup.people.models import Person

MOST_SHARE = 1_000_000
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Part:
    """A place that holds a site licence: its people at work, its key if one is set, its part of a hundred and of the cost."""

    assignment_id: int
    kind: str
    name: str
    people: int
    share: int | None
    percent: Decimal
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Split:
    """A year's cost of a licence over the places that hold it; ``by`` is ``key`` where each place has one."""

    by: str
    total: Decimal | None
    currency: str
    parts: tuple[Part, ...]


def split_cost(*, actor: Actor, licence_id: int, on: date) -> Split:
    """The places that hold a licence with what each pays: by the key where every place has one, else by head count.

    The parts add up to the cost to the cent. Amounts are only for whoever may see prices.
    """
    licence = licence_for(actor=actor, licence_id=licence_id, on=on)
    rows = list(
        Assignment.objects.filter(licence=licence, released_at=None, person=None, device=None)
        .select_related("location", "department", "person", "device")
        .order_by("pk")
    )
    heads = _heads(licence.company_id, scope_of(licence), rows)
    is_keyed = bool(rows) and all(row.share is not None for row in rows)
    weights = [row.share or 0 if is_keyed else heads[row.pk] for row in rows]
    whole = sum(weights)
    percents = [HUNDRED * weight / whole if whole else Decimal(0) for weight in weights]
    sees = actor.may(Permission.PRICES_VIEW, licence.company_id)
    total = licence.annual_cost if sees else None
    amounts: tuple[Decimal | None, ...] = (
        parted(total, percents) if total is not None and whole else (None,) * len(rows)
    )
    parts = tuple(
        Part(row.pk, kind_of(place), name_of(place), heads[row.pk], row.share, round(percent, 2), amount)
        for row, percent, amount in zip(rows, percents, amounts, strict=True)
        if (place := holder_of(row)) is not None
    )
    return Split("key" if is_keyed else "head_count", total, licence.currency or "", parts)


def _heads(company_id: int, scope: Scope, rows: list[Assignment]) -> dict[int, int]:
    """People at work at each place; those of a department with those of its parts."""
    people = Person.objects.filter(company_id=company_id, is_active=True)
    at_location = dict(people.values_list("location_id").annotate(n=Count("pk")).order_by())
    in_department = dict(people.values_list("department_id").annotate(n=Count("pk")).order_by())
    found = {row.pk: at_location.get(row.location_id, 0) for row in rows if row.location_id}
    for row in rows:
        if row.department_id:
            theirs = [one for one, held in scope.departments.items() if held == row.pk] or [row.department_id]
            found[row.pk] = sum(in_department.get(one, 0) for one in theirs)
    return found


def set_share(*, actor: Actor, assignment_id: int, share: int | None, at: datetime) -> Assignment:
    """Set the key by which a place pays its part; empty goes back to the head count."""
    row = assignment_for(actor=actor, assignment_id=assignment_id, permission=Permission.LICENCES_CHANGE)
    if not (row.location_id or row.department_id):
        raise InvalidValue.of("share", _("Only a location or a department pays a part of a licence."))
    if share is not None and not 0 <= share <= MOST_SHARE:
        raise InvalidValue.of(
            "share", _("“%(share)s” is no key: a whole number from 0 on is.") % {"share": share}
        )
    with transaction.atomic():
        before = row.share
        Assignment.objects.filter(pk=row.pk).update(share=share)
        details = {"assignment": row.pk, "holder": name_of(holder_of(row)), "share": [before, share]}
        happening = Happening(
            "assignments.share_set", "licence", row.licence_id, str(row.licence.product.name), details
        )
        record(actor=actor, company_id=row.company_id, at=at, happening=happening)
    row.share = share
    return row
