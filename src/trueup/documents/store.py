"""The bytes of documents, outside the database: named by their hash, written whole or not at all, checked when read.

Layout under ``TRUEUP_HOME/documents``: ``store/ab/<sha256>`` may be handed out, ``quarantine/<sha256>`` may not, and
``drafts`` holds what is being received.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import Problem

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class DocumentDamaged(Problem):
    """The bytes in the store are missing, or are not what was put there."""

    status = 500
    title = gettext_lazy("The file is damaged")


@dataclass(frozen=True, slots=True)
class Draft:
    """Bytes on disk that belong to nothing yet."""

    sha256: str
    path: Path


@dataclass(frozen=True, slots=True)
class Store:
    """The store in one folder."""

    folder: Path

    def draft(self, content: bytes) -> Draft:
        """Put bytes on disk, for a scanner to look at."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._in("drafts", f"{digest}.{secrets.token_hex(8)}")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return Draft(digest, path)

    def keep(self, draft: Draft) -> None:
        """Move a draft into the store."""
        _move(draft.path, self._kept(draft.sha256))

    def quarantine(self, draft: Draft) -> None:
        """Move a draft to where nothing is handed out from."""
        _move(draft.path, self._in("quarantine", draft.sha256))

    def discard(self, draft: Draft) -> None:
        """Forget a draft."""
        draft.path.unlink(missing_ok=True)

    def in_quarantine(self, sha256: str) -> Path:
        """Where quarantined bytes are; another document with the same bytes may have taken them out already."""
        held = self._in("quarantine", sha256)
        return held if held.exists() else self._kept(sha256)

    def release(self, sha256: str) -> None:
        """Take bytes out of quarantine."""
        held = self._in("quarantine", sha256)
        if held.exists():
            _move(held, self._kept(sha256))

    def read(self, sha256: str) -> bytes:
        """The bytes of that hash, or DocumentDamaged; never others."""
        try:
            content = self._kept(sha256).read_bytes()
        except FileNotFoundError:
            content = b""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DocumentDamaged(
                _(
                    "The file with the hash %(sha256)s is missing from the store or was changed there. Bring "
                    "TRUEUP_HOME/documents back from a backup."
                )
                % {"sha256": sha256}
            )
        return content

    def _kept(self, sha256: str) -> Path:
        return self._in("store", sha256[:2], sha256)

    def _in(self, *parts: str) -> Path:
        path = self.folder.joinpath(*parts)
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        return path


def document_store() -> Store:
    """The store of this installation."""
    return Store(Path(settings.HOME) / "documents")


def _move(source: Path, target: Path) -> None:
    """Rename, and see to it that the new name outlives a power cut. The same bytes there already are no conflict."""
    source.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
