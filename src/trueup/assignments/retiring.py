"""Taking one licence out of use with everybody who holds it: all released as one batch, then retired (R-088, R-089)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from trueup.assignments.undoing import everybody_holding, release_everybody
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.licences.actions import retire_licence
from trueup.licences.queries import bare_licence_for


def retire_with_everybody(
    *, actor: Actor, licence_id: int, seen: str, at: datetime, on: date, reason: str = ""
) -> int | None:
    """Release all holders that were seen, then retire: both or neither. The batch, none where nobody held units.

    Raises HoldersChanged if the holders are others than those ``seen``.
    """
    bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.LICENCES_CHANGE)
    batch_id = None
    with transaction.atomic():
        if everybody_holding(actor=actor, licence_id=licence_id).units:
            batch_id = release_everybody(
                actor=actor,
                licence_id=licence_id,
                seen=seen,
                at=at,
                on=on,
                reason=reason,
                is_deactivated=False,
                serves=False,
            )[1]
        retire_licence(actor=actor, licence_id=licence_id, at=at, on=on)
    return batch_id
