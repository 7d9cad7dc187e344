"""Changing people and devices that may hold units: whoever moves to another region, or stands elsewhere, must still fit
what they hold. What does not fit is named, and nothing is changed (D-011).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.assignments.holding import Thing
from trueup.assignments.models import Assignment
from trueup.assignments.sites import OutOfScope, scope_of
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, FieldError
from trueup.catalogue.models import AssetClass
from trueup.devices.actions import change_device
from trueup.devices.models import Device
from trueup.devices.queries import device_for
from trueup.people.actions import change_person
from trueup.people.models import Person
from trueup.people.queries import person_for

NAMED_AT_MOST = 5


class HoldingsMisfit(Conflict):
    """What the holder holds would not fit any more."""

    title = gettext_lazy("Holds units that would not fit")


def change_person_holding(
    *, actor: Actor, person_id: int, changes: Mapping[str, Any], revision: int | None, at: datetime
) -> Person:
    """Change a person; another region is refused while units of this one are held. Raises HoldingsMisfit."""
    person = person_for(actor=actor, person_id=person_id, permission=Permission.PEOPLE_CHANGE)
    with transaction.atomic():
        changed = change_person(actor=actor, person_id=person_id, changes=changes, revision=revision, at=at)
        if changed.region_id != person.region_id:
            _refuse_misfits(_open(person_id=person_id).exclude(licence__region_id=changed.region_id))
        _refuse_out_of_scope(_open(person_id=person_id), changes, changed)
    return changed


def change_device_holding(
    *, actor: Actor, device_id: int, changes: Mapping[str, Any], revision: int | None, at: datetime
) -> Device:
    """Change a device; another region or asset class is refused while units bound to this one are held."""
    device = device_for(actor=actor, device_id=device_id, permission=Permission.DEVICES_CHANGE)
    with transaction.atomic():
        changed = change_device(actor=actor, device_id=device_id, changes=changes, revision=revision, at=at)
        held = _open(device_id=device_id)
        if changed.region_id != device.region_id:
            _refuse_misfits(held.exclude(licence__region_id=changed.region_id))
        if changed.environment != device.environment:
            fits = Q(licence__product__asset_class__in=[AssetClass.ALL, changed.environment])
            _refuse_misfits(held.exclude(fits), field="environment")
        _refuse_out_of_scope(held, changes, changed)
    return changed


def _open(**holder: int) -> QuerySet[Assignment]:
    rows: QuerySet[Assignment] = Assignment.objects.filter(released_at=None, **holder)
    return rows.select_related("licence__product", "licence__region").order_by("pk")


def _refuse_out_of_scope(held: QuerySet[Assignment], changes: Mapping[str, Any], moved: Thing) -> None:
    """Whoever goes elsewhere must not hold a site licence of where they were."""
    if not {"location_id", "department_id"} & set(changes):
        return
    outside = []
    for row in held.filter(within__isnull=False):
        try:
            scope_of(row.licence).through(moved)
        except OutOfScope:
            outside.append(row.pk)
    _refuse_misfits(held.filter(pk__in=outside), field="location_id")


def _refuse_misfits(misfits: QuerySet[Assignment], *, field: str = "region_id") -> None:
    """Name the licences that stand in the way. The caller's transaction takes its change back."""
    names = [f"{row.licence.product.name} ({row.licence.region.name})" for row in misfits[:NAMED_AT_MOST]]
    if not names:
        return
    more = misfits.count() - len(names)
    if more:
        names.append(ngettext("%(n)s more", "%(n)s more", more) % {"n": more})
    words = _("Units are held that would not fit any more: %(names)s. Release or move them first.")
    detail = words % {"names": ", ".join(names)}
    raise HoldingsMisfit(detail, errors=(FieldError(field, detail),), misfits=names)
