"""Keys in private files beside the database: ``vault/key-1``, ``key-2`` … and ``vault/lookup``.

The default of small installations. It protects dumps, backups and replicas of the database, and not against whoever
reads files as Trueup's own account. Files are made whole, so two processes that start at once agree on one key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext

from trueup.vault.keys.provider import KEY_BYTES, Health, UnwrapFailed, VaultClosed

NONCE_BYTES = 12
LOOKUP_BYTES = 16
OTHERS = stat.S_IRWXG | stat.S_IRWXO
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
NAMED = re.compile(r"key-(\d{1,6})")


class KeyFiles:
    """The provider over a folder. A key's id carries a print of the key, so that a lost file is never mistaken."""

    label = "key file"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, bytes] = {}

    def current_key_id(self) -> str:
        """The latest generation; the first is made when there is none."""
        return self._id(max(self._generations(), default=0) or self._make(1))

    def wrap(self, data_key: bytes, bound_to: bytes, *, key_id: str) -> bytes:
        """AES-256-GCM with a random nonce in front: 60 bytes for a data key."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._key(key_id)).encrypt(nonce, data_key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes, *, key_id: str) -> bytes:
        """The data key, or UnwrapFailed."""
        try:
            return AESGCM(self._key(key_id)).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as wrong:
            raise UnwrapFailed(key_id) from wrong

    def lookup_hash(self, message: bytes) -> bytes:
        """HMAC-SHA-256, cut to 16 bytes."""
        path = self.folder / "lookup"
        if path.name not in self._known:
            if not path.exists():
                self._keep_once(path)
            self._known[path.name] = self._read(path)
        return hmac.digest(self._known[path.name], message, "sha256")[:LOOKUP_BYTES]

    def add_key(self) -> str:
        """One generation more."""
        return self._id(self._make(max(self._generations(), default=0) + 1))

    def health(self) -> Health:
        """Try the current key."""
        current, ids = "", tuple[str, ...]()
        try:
            current = self.current_key_id()
            ids = tuple(self._id(generation) for generation in self._generations())
            probe = os.urandom(KEY_BYTES)
            is_same = (
                self.unwrap(self.wrap(probe, b"health", key_id=current), b"health", key_id=current) == probe
            )
        except (VaultClosed, UnwrapFailed) as wrong:
            return Health(self.label, current, ids, trouble=str(wrong))
        return Health(self.label, current, ids, trouble="" if is_same else "A key came back changed.")

    def _generations(self) -> list[int]:
        """Generations on disk, oldest first."""
        if not self.folder.is_dir():
            return []
        found = (NAMED.fullmatch(path.name) for path in self.folder.iterdir())
        return sorted(int(name[1]) for name in found if name)

    def _id(self, generation: int) -> str:
        key = self._read(self.folder / f"key-{generation}")
        return f"file-{generation}-{hashlib.sha256(b'trueup vault key ' + key).hexdigest()[:8]}"

    def _key(self, key_id: str) -> bytes:
        """The key of an id, if the very same one is on disk; read once for as long as this provider lives."""
        if key_id not in self._known:
            self._known[key_id] = self._found(key_id)
        return self._known[key_id]

    def _found(self, key_id: str) -> bytes:
        kind, _, rest = key_id.partition("-")
        generation = rest.partition("-")[0]
        path = self.folder / f"key-{generation}"
        if (
            kind != "file"
            or not generation.isdecimal()
            or not path.exists()
            or self._id(int(generation)) != key_id
        ):
            raise VaultClosed(
                gettext(
                    "The key “%(key_id)s” of the vault is not in %(folder)s. Bring the folder back from its "
                    "backup."
                )
                % {"key_id": key_id, "folder": self.folder}
            )
        return self._read(path)

    def _make(self, generation: int) -> int:
        self._keep_once(self.folder / f"key-{generation}")
        return generation

    def _read(self, path: Path) -> bytes:
        try:
            if path.stat().st_mode & OTHERS:
                raise VaultClosed(
                    gettext("%(path)s is open to other accounts. Close it with: chmod 600 %(path)s")
                    % {"path": path}
                )
            key = bytes.fromhex(path.read_text(encoding="ascii"))
        except (OSError, ValueError) as wrong:
            raise VaultClosed(
                gettext("%(path)s cannot be read as a key: %(reason)s.")
                % {"path": path, "reason": type(wrong).__name__}
            ) from wrong
        if len(key) != KEY_BYTES:
            raise VaultClosed(
                gettext("%(path)s holds %(key)s bytes; a key has %(needed)s.")
                % {"path": path, "key": len(key), "needed": KEY_BYTES}
            )
        return key

    def _keep_once(self, path: Path) -> None:
        """Write a key so that of two processes at once one wins and both read the same, whole file."""
        try:
            self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            draft = path.with_name(f"draft-{secrets.token_hex(8)}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w") as file:
                file.write(os.urandom(KEY_BYTES).hex() + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        except OSError as wrong:
            raise VaultClosed(
                gettext("%(path)s cannot be written: %(reason)s.")
                % {"path": path, "reason": type(wrong).__name__}
            ) from wrong
        self._settle()

    def _settle(self) -> None:
        """A key is used only once its name is on disk: losing it later would lose what it sealed."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
