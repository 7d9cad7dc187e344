"""Secrets on their way to another installation: opened here, sealed under a passphrase, and sealed anew there.

The passphrase travels another way than the archive. Its key is stretched by scrypt (RFC 7914) with parameters that are
ours and not the archive's, so that no archive can ask for a machine's memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.vault.envelope import NONCE_BYTES, open_envelope
from trueup.vault.keys import key_provider
from trueup.vault.models import Secret
from trueup.vault.plain import Plain
from trueup.vault.queries import envelope_of, place_of

SALT_BYTES = 16
COST, BLOCK, LANES = 2**16, 8, 1  # 64 MiB and some tenths of a second for each guess
LEAST_PASSPHRASE = 12


class WrongPassphrase(InvalidValue):
    """The passphrase does not open what travelled, or it was changed on the way."""

    title = gettext_lazy("The passphrase does not fit")


@dataclass(frozen=True, slots=True)
class TravelSeal:
    """A passphrase stretched for one archive: closes and opens values, each bound to the record it is of."""

    salt: bytes
    _cipher: AESGCM = field(repr=False)

    def close(self, plain: Plain, *, record_id: UUID, name: str) -> tuple[bytes, bytes]:
        """A nonce and the sealed value."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce, self._cipher.encrypt(nonce, plain.expose().encode(), _bound(record_id, name))

    def open(self, nonce: bytes, sealed: bytes, *, record_id: UUID, name: str) -> Plain:
        """The value again, or WrongPassphrase."""
        try:
            return Plain(self._cipher.decrypt(nonce, sealed, _bound(record_id, name)).decode())
        except (InvalidTag, ValueError) as wrong:
            raise WrongPassphrase.of(
                "passphrase",
                _("The keys do not open: the passphrase is another one, or the archive was changed."),
            ) from wrong


def travel_seal(passphrase: Plain, *, salt: bytes | None = None) -> TravelSeal:
    """The seal of a passphrase; without a salt, for a new archive."""
    if len(passphrase.expose()) < LEAST_PASSPHRASE:
        raise InvalidValue.of(
            "passphrase",
            _("A passphrase for keys has at least %(least)s characters.") % {"least": LEAST_PASSPHRASE},
        )
    salt = os.urandom(SALT_BYTES) if salt is None else salt
    stretched = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=LANES).derive(passphrase.expose().encode())
    return TravelSeal(salt, AESGCM(stretched))


def _bound(record_id: UUID, name: str) -> bytes:
    return f"trueup-travel1|{record_id}|{name}".encode()


def note_departure(*, actor: Actor, company_id: int, at: datetime) -> int:
    """Write down that the secrets of a company are about to leave, before one is opened; how many there are.

    For whoever runs the installation: it is no reveal to a person, so the limits of reveals do not count it.
    """
    actor.require_everywhere(Permission.COMPANIES_MANAGE)
    actor.require(Permission.KEYS_REVEAL, company_id)
    with transaction.atomic():
        count: int = Secret.objects.filter(company_id=company_id).count()
        happening = Happening("vault.secrets_moved_out", "company", company_id, "Vault", {"secrets": count})
        record(actor=actor, company_id=company_id, at=at, happening=happening)
    return count


def departing_secrets(*, actor: Actor, company_id: int, kind: str) -> Iterator[tuple[UUID, str, Plain]]:
    """Every secret of one kind of a company, opened one at a time, with the record and the field it is of."""
    actor.require_everywhere(Permission.COMPANIES_MANAGE)
    actor.require(Permission.KEYS_REVEAL, company_id)
    keys = key_provider()
    rows = Secret.objects.filter(company_id=company_id, kind=kind)
    for secret in rows.order_by("pk").iterator(chunk_size=500):
        place = place_of(secret=secret)
        plain = open_envelope(envelope_of(secret=secret), place=place, form=secret.form, keys=keys)
        yield secret.record, secret.field, plain
