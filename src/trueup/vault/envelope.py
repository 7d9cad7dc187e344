"""Sealing and opening one value: AES-256-GCM under a data key of its own, which the provider wraps.

Value and data key are both bound to the place by additional authenticated data, so a row that is pasted into another
company, record or field does not open.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import Conflict
from trueup.vault.keys import KeyProvider
from trueup.vault.keys.provider import UnwrapFailed
from trueup.vault.plain import Plain

FORM = 1
NONCE_BYTES = 12
LOOKUP_LEAST = 10
SEPARATORS = re.compile(r"[\s\W_]+")


class SealBroken(Conflict):
    """A sealed value was changed, or stands where it does not belong."""

    title = gettext_lazy("The seal is broken")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value belongs. ``kind`` and ``field`` are words of the code, never of a user."""

    company_id: int
    kind: str
    record: UUID
    field: str

    def bound(self, form: int = FORM) -> bytes:
        """The place as bytes, in one fixed order.

        >>> Place(7, "licence_key", UUID(int=1), "product_key").bound()
        b'tu1|7|licence_key|00000000-0000-0000-0000-000000000001|product_key'
        """
        return f"tu{form}|{self.company_id}|{self.kind}|{self.record}|{self.field}".encode()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed value: nothing in it is readable without the provider."""

    key_id: str
    wrapped: bytes
    nonce: bytes
    sealed: bytes


def close_envelope(plain: Plain, *, place: Place, keys: KeyProvider, key_id: str) -> Envelope:
    """Seal a value for its place."""
    data_key, nonce = AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
    sealed = AESGCM(data_key).encrypt(nonce, plain.expose().encode(), place.bound())
    return Envelope(key_id, keys.wrap(data_key, place.bound(), key_id=key_id), nonce, sealed)


def open_envelope(envelope: Envelope, *, place: Place, form: int, keys: KeyProvider) -> Plain:
    """The value, if the envelope is whole and the place is its own."""
    bound = place.bound(form)
    try:
        data_key = keys.unwrap(envelope.wrapped, bound, key_id=envelope.key_id)
        return Plain(AESGCM(data_key).decrypt(envelope.nonce, envelope.sealed, bound).decode())
    except (InvalidTag, UnwrapFailed) as wrong:
        raise SealBroken(
            _(
                "The sealed value was changed, or stands where it does not belong. It was not shown. "
                "Restore the record from a backup, or seal the value again."
            )
        ) from wrong


def lookup_of(plain: Plain, *, company_id: int, kind: str, keys: KeyProvider) -> bytes | None:
    """The hash under which the value is found again in its company; none for values short enough to be guessed."""
    text = spelled(plain.expose())
    if len(text) < LOOKUP_LEAST:
        return None
    return keys.lookup_hash(f"lookup1|{company_id}|{kind}|{text}".encode())


def spelled(text: str) -> str:
    """A value without the differences of typing: case, separators, compatibility forms.

    >>> spelled("abcd-efgh 1234"), spelled("ＡＢＣＤ.efgh/1234")
    ('ABCDEFGH1234', 'ABCDEFGH1234')
    """
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_told_by(words: str, plain: Plain) -> bool:
    """Whether words that will be shown give the value away; a value like “2024” is no more than a number in them.

    >>> is_told_by("the key is abcde fghij", Plain("ABCDE-FGHIJ")), is_told_by("audit of 2024", Plain("2024"))
    (True, False)
    """
    text = spelled(plain.expose())
    return len(text) >= LOOKUP_LEAST and text in spelled(words)
