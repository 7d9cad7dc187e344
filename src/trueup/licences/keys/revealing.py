"""Showing a key to somebody who may see it, has a reason, and is written down before it is shown."""

from __future__ import annotations

from datetime import datetime

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.licences.keys.reading import key_for, place_of_key
from trueup.vault.actions import Subject, reveal_secret
from trueup.vault.plain import Plain


def reveal_key(*, actor: Actor, key_id: int, reason: str, at: datetime) -> Plain:
    """The text of a key; the entry stands in the licence's history when this returns."""
    key = key_for(actor=actor, key_id=key_id, permission=Permission.KEYS_REVEAL)
    label = " ".join(filter(None, (key.get_kind_display(), str(key.pk), key.label)))
    subject = Subject("licence", key.licence_id, str(key.licence.product.name), label)
    return reveal_secret(
        actor=actor,
        secret_id=key.secret_id,
        place=place_of_key(key=key),
        subject=subject,
        reason=reason,
        at=at,
    )
