"""What a keeper of keys can do. A file, a PKCS#11 token and a transit service can all do it.

The provider never sees a secret: it wraps the 32-byte data key of each one, bound to the secret's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext_lazy

from trueup.base.problems import Problem

KEY_BYTES = 32


class VaultClosed(Problem):
    """The keys of the vault are not to be had. Nothing is sealed or revealed; everything else goes on."""

    status = 503
    title = gettext_lazy("The vault is closed")


class UnwrapFailed(Exception):
    """A wrapped data key does not open: it was changed, or belongs somewhere else."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a provider is: which it is in words, its current key, the keys it has, and the trouble if there is any."""

    label: str
    current: str
    key_ids: tuple[str, ...]
    trouble: str = ""

    @property
    def is_well(self) -> bool:
        """Whether the provider can wrap and unwrap."""
        return not self.trouble


class KeyProvider(Protocol):
    """Wraps and unwraps data keys under keys it does not hand out. Every method may raise VaultClosed."""

    label: str

    def current_key_id(self) -> str:
        """The id of the key that wraps from now on; made on first use."""
        ...

    def wrap(self, data_key: bytes, bound_to: bytes, *, key_id: str) -> bytes:
        """The data key encrypted under a key, bound to a place."""
        ...

    def unwrap(self, wrapped: bytes, bound_to: bytes, *, key_id: str) -> bytes:
        """The data key again. Raises UnwrapFailed for another place or a changed value."""
        ...

    def lookup_hash(self, message: bytes) -> bytes:
        """A keyed hash for exact lookups; the key never changes while hashes are kept."""
        ...

    def add_key(self) -> str:
        """Make another generation and use it from now on; the older ones still unwrap."""
        ...

    def health(self) -> Health:
        """Wrap and unwrap something made up; never raises."""
        ...
