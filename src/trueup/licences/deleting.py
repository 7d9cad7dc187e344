"""Deleting a licence that was written down by mistake: only while nothing has happened to it (R-090)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.audit.queries import entries_of
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict
from trueup.licences.models import Account, Licence, LicenceKey, Movement, Purchase, PurchaseShare
from trueup.licences.queries import licence_for
from trueup.licences.reducing import StillHeld
from trueup.vault.actions import destroy_secrets

BEGINNINGS = frozenset({"licences.created", "licences.keys_sealed", "licences.changed"})
"""What happens to every licence that is written down, and put right before anybody uses it."""


class HasHistory(Conflict):
    """Something refers to the licence, or happened to it: it can be retired, and not deleted."""

    title = gettext_lazy("Retire it instead")


def delete_licence(*, actor: Actor, licence_id: int, at: datetime, on: date) -> None:
    """Delete a licence nobody ever held, with its first line and its keys; its entries stay in the audit log.

    Raises StillHeld where units are held, HasHistory where anything else happened.
    """
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    try:
        with transaction.atomic():
            now = Licence.objects.select_for_update().get(pk=licence.pk)
            _refuse_used(now, actor)
            _delete(now, actor)
            happening = Happening(
                "licences.deleted",
                "licence",
                licence.pk,
                str(licence.product.name),
                {"metric": licence.metric},
            )
            record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
    except (ProtectedError, IntegrityError) as used:
        raise _has_history() from used


def _refuse_used(licence: Licence, actor: Actor) -> None:
    if licence.held:
        words = _(
            "%(held)s units are held. Release them and retire the licence: what was held stays readable."
        )
        raise StillHeld(words % {"held": licence.held}, held=licence.held)
    happened = entries_of(
        actor=actor, view=Permission.LICENCES_VIEW, subject_kind="licence", subject_id=licence.pk
    )
    moved = Movement.objects.filter(licence=licence).exclude(account=Account.GRANTED)
    if licence.retired_at or moved.exists() or happened.exclude(event__in=BEGINNINGS).exists():
        raise _has_history()


def _has_history() -> HasHistory:
    return HasHistory(
        _("This licence has a history: something happened to it, or refers to it. Retire it instead.")
    )


def _delete(licence: Licence, actor: Actor) -> None:
    """Its own rows, then itself; whatever else refers to it refuses."""
    keys = list(LicenceKey.objects.filter(licence=licence))
    LicenceKey.objects.filter(licence=licence).delete()
    destroy_secrets(
        actor=actor, permission=Permission.LICENCES_CHANGE, company_id=licence.company_id,
        secret_ids=[key.secret_id for key in keys],
    )  # fmt: skip
    Movement.objects.filter(licence=licence).delete()
    PurchaseShare.objects.filter(purchase__licence=licence).delete()
    Purchase.objects.filter(licence=licence).delete()
    licence.delete()
