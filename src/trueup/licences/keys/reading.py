"""Reading keys as they may be seen: masked, with their seat. Finding one by its text is exact, and a right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.licences.models import KeyState, LicenceKey
from trueup.vault.envelope import Place
from trueup.vault.plain import Plain
from trueup.vault.queries import secrets_matching

KIND = "licence_key"


class Shown(TypedDict):
    """What of a key's text may be seen."""

    tail: str


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    MaskedKey = WithAnnotations[LicenceKey, Shown]
else:
    MaskedKey = LicenceKey


def keys_visible_to(
    *, actor: Actor, permission: Permission = Permission.LICENCES_VIEW
) -> QuerySet[MaskedKey]:
    """Keys of the actor's licences, each with its ``tail``: what of it may be shown."""
    rows: QuerySet[LicenceKey] = LicenceKey.objects.visible_to(actor, permission)
    return rows.filter(licence__withdrawn_at=None).annotate(tail=F("secret__tail"))


def keys_of(*, actor: Actor, licence_id: int) -> QuerySet[MaskedKey]:
    """The keys of one licence in the order they are given out."""
    return keys_visible_to(actor=actor).filter(licence_id=licence_id).order_by("kind", "pk")


def key_for(*, actor: Actor, key_id: int, permission: Permission = Permission.LICENCES_VIEW) -> MaskedKey:
    """One key, masked, for whoever has the permission in its company."""
    key = keys_visible_to(actor=actor).select_related("licence__product").filter(pk=key_id).first()
    if key is None:
        raise NotFound(_("There is no key %(key_id)s.") % {"key_id": key_id})
    actor.require(permission, key.company_id)
    return key


def keys_matching(*, actor: Actor, plains: Sequence[Plain]) -> QuerySet[MaskedKey]:
    """Keys that are exactly one of these texts, but for case and separators, where the actor may reveal; else NotAllowed."""
    found = secrets_matching(actor=actor, kind=KIND, plains=plains)
    rows = keys_visible_to(actor=actor, permission=Permission.KEYS_REVEAL).filter(secret__in=found)
    return rows.select_related("licence__product").order_by("licence__product__name", "pk")


def pool_of(*, actor: Actor, licence_id: int) -> dict[str, Any]:
    """How many keys there are for seats, by state."""
    rows = keys_visible_to(actor=actor).filter(licence_id=licence_id, per_seat=True)
    return rows.aggregate(**{state.value: Count("pk", filter=Q(state=state)) for state in KeyState})


def place_of_key(*, key: LicenceKey) -> Place:
    """Where the text of a key belongs: this very key of this company."""
    return Place(key.company_id, KIND, key.record, key.kind)
