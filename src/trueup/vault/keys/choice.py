"""Which provider this installation uses. Key files now; a token or a transit service is one more case here."""

from __future__ import annotations

from django.conf import settings

from trueup.vault.keys.keyfile import KeyFiles
from trueup.vault.keys.provider import KeyProvider


def key_provider() -> KeyProvider:
    """The provider; cheap to make, it reads nothing until it is asked."""
    return KeyFiles(settings.HOME / "vault")
