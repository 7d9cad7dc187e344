"""Reading about secrets, never their text: which there are, which match exactly, and how the vault is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotAllowed, NotFound
from trueup.tenancy.queries import companies_visible_to
from trueup.vault.envelope import Envelope, Place, lookup_of
from trueup.vault.keys import Health, key_provider
from trueup.vault.models import Secret
from trueup.vault.plain import Plain


@dataclass(frozen=True, slots=True)
class VaultState:
    """How the vault is: its provider, secrets by the key that wraps them, and the keys that are needed and missing."""

    health: Health
    secrets: Mapping[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys that wrap secrets and are not there."""
        return tuple(sorted(set(self.secrets) - set(self.health.key_ids)))

    @property
    def waiting(self) -> int:
        """Secrets under an older key: an interrupted rotation, or one that is due."""
        return sum(count for key_id, count in self.secrets.items() if key_id != self.health.current)

    @property
    def is_well(self) -> bool:
        """Whether everything sealed could be opened."""
        return self.health.is_well and not self.missing


def secret_for(*, actor: Actor, secret_id: int, permission: Permission) -> Secret:
    """One secret, still sealed, for whoever has the permission in its company."""
    secret: Secret | None = (
        Secret.objects.visible_to(actor, Permission.COMPANIES_VIEW).filter(pk=secret_id).first()
    )
    if secret is None:
        raise NotFound(_("There is no secret %(secret_id)s.") % {"secret_id": secret_id})
    actor.require(permission, secret.company_id)
    return secret


def secrets_matching(*, actor: Actor, kind: str, plains: Sequence[Plain]) -> QuerySet[Secret]:
    """Secrets that hold exactly one of these values, but for case and separators, in companies where the actor may reveal.

    Whoever may reveal nowhere is refused before anything is looked up: present and absent read the same.
    """
    if not actor.may_somewhere(Permission.KEYS_REVEAL):
        raise NotAllowed(
            _(
                "%(name)s lacks the permission “%(permission)s”, which looking up keys needs. An owner "
                "of the company can grant a role that has it."
            )
            % {"name": actor.name, "permission": Permission.KEYS_REVEAL},
            permission=str(Permission.KEYS_REVEAL),
        )
    keys = key_provider()
    companies = companies_visible_to(actor=actor, permission=Permission.KEYS_REVEAL).values_list(
        "pk", flat=True
    )
    hashes = [lookup_of(plain, company_id=pk, kind=kind, keys=keys) for pk in companies for plain in plains]
    rows: QuerySet[Secret] = Secret.objects.visible_to(actor, Permission.KEYS_REVEAL)
    return rows.filter(kind=kind, lookup__in=[found for found in hashes if found is not None])


def place_of(*, secret: Secret) -> Place:
    """The place a row says it belongs to; whether it is true shows when it is opened."""
    return Place(secret.company_id, secret.kind, secret.record, secret.field)


def envelope_of(*, secret: Secret) -> Envelope:
    """The sealed parts of a row."""
    return Envelope(secret.key_id, bytes(secret.wrapped), bytes(secret.nonce), bytes(secret.sealed))


def vault_state(*, actor: Actor) -> VaultState:
    """How the vault is, over all companies."""
    actor.require_everywhere(Permission.COMPANIES_MANAGE)
    counts = Secret.objects.values_list("key_id").annotate(n=Count("pk")).order_by("key_id")
    return VaultState(health=key_provider().health(), secrets=dict(counts))
