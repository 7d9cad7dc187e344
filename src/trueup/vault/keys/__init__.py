"""Where the keys are kept that wrap data keys: a provider behind one protocol, chosen in one place."""

from trueup.vault.keys.choice import key_provider
from trueup.vault.keys.provider import Health, KeyProvider, VaultClosed

__all__ = ["Health", "KeyProvider", "VaultClosed", "key_provider"]
