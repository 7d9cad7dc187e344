"""Devices that come back into stock: nobody's name stays on them, and what they hold is released or kept by somebody's word
(U-047).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from trueup.assignments.settling import close_held, held_by, refuse_unsettled, write_closed
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.devices.actions import change_device
from trueup.devices.models import Device, Status
from trueup.devices.queries import device_for


def check_in_device(
    *,
    actor: Actor,
    device_id: int,
    at: datetime,
    on: date,
    release: bool | None = None,
    reason: str = "",
    is_deactivated: bool | None = None,
) -> tuple[Device, int]:
    """Take a device back into stock; the device, and how many units were released.

    It is nobody's to use from then on. Where it holds units, ``release`` says whether they are released or stay with it;
    HoldingsUnsettled with what is held where nobody said.
    """
    device = device_for(actor=actor, device_id=device_id, permission=Permission.DEVICES_CHANGE)
    with transaction.atomic():
        held = held_by(device)
        if release is None:
            refuse_unsettled(held)
        leaving = held if release else []
        if leaving:
            actor.require(Permission.ASSIGNMENTS_CHANGE, device.company_id)
        closed = close_held(
            actor=actor, held=leaving, at=at, on=on, reason=reason.strip() or "device checked in",
            is_deactivated=is_deactivated,
        )  # fmt: skip
        write_closed(closed)
        changes = {"status": Status.IN_STOCK, "user_id": None}
        changed = change_device(actor=actor, device_id=device_id, changes=changes, revision=None, at=at)
    return changed, sum(row.units for one in closed for row in one.rows)
