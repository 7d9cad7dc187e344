"""Reading who holds what: today, on any day, of a licence, a person or a device."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from trueup.assignments.models import HOLDERS, Assignment
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.licences.keys.reading import MaskedKey, keys_of

NAMES = (F("person__name"), F("device__hostname"), F("location__name"), F("department__name"))
"""What a holder is called, of whatever kind."""


def assignments_visible_to(*, actor: Actor, moment: datetime | None = None) -> QuerySet[Assignment]:
    """Assignments of the actor's companies: those open now, or those open at a moment."""
    rows: QuerySet[Assignment] = Assignment.objects.visible_to(actor, Permission.LICENCES_VIEW)
    rows = rows.annotate(holder_name=Coalesce(*NAMES, Value("", output_field=CharField())))
    if moment is None:
        return rows.filter(released_at=None)
    return rows.filter(assigned_at__lte=moment).filter(Q(released_at=None) | Q(released_at__gt=moment))


def assignments_ever(*, actor: Actor) -> QuerySet[Assignment]:
    """All assignments there ever were, released ones included."""
    rows: QuerySet[Assignment] = Assignment.objects.visible_to(actor, Permission.LICENCES_VIEW)
    return rows


def assignment_for(
    *, actor: Actor, assignment_id: int, permission: Permission = Permission.LICENCES_VIEW
) -> Assignment:
    """One assignment, for whoever has the permission in its company."""
    assignment = (
        assignments_ever(actor=actor)
        .select_related("licence__product", *HOLDERS)
        .filter(pk=assignment_id)
        .first()
    )
    if assignment is None:
        raise NotFound(_("There is no assignment %(assignment_id)s.") % {"assignment_id": assignment_id})
    actor.require(permission, assignment.company_id)
    return assignment


def released_lately(*, actor: Actor, licence_id: int, limit: int = 20, kind: str = "") -> list[Assignment]:
    """The last assignments of a licence that ended, of one kind of holder (or several, “location|department”), latest first."""
    rows = assignments_ever(actor=actor).filter(licence_id=licence_id, released_at__isnull=False)
    if kind:
        rows = rows.filter(reduce(or_, (Q(**{f"{one}__isnull": False}) for one in kind.split("|"))))
    return list(rows.select_related(*HOLDERS).order_by("-released_at", "-pk")[:limit])


def held_by_kind(*, actor: Actor, licence_id: int) -> dict[str, int]:
    """Units held by each kind of holder: the subtotals of *used*, and of those within a site."""
    rows = assignments_visible_to(actor=actor).filter(licence_id=licence_id)
    sums = rows.aggregate(**{kind: Sum("units", filter=Q(**{f"{kind}__isnull": False})) for kind in HOLDERS})
    return {kind: int(units or 0) for kind, units in sums.items()}


def leavers_holding(*, actor: Actor) -> QuerySet[Assignment]:
    """Open assignments of people who have left."""
    return assignments_visible_to(actor=actor).filter(person__is_active=False)


def keys_with_holders(*, actor: Actor, licence_id: int) -> QuerySet[MaskedKey]:
    """The keys of a licence, masked, each with ``holder_name``: who has it, or had it when it was burnt (U-017)."""
    seats = assignments_ever(actor=actor).filter(pk=OuterRef("assignment_id"))
    name = seats.values_list(Coalesce(*NAMES))
    return keys_of(actor=actor, licence_id=licence_id).annotate(holder_name=Subquery(name))
