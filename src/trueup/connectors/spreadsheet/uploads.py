"""A file between being chosen and being imported: sealed on disk, bound to whoever chose it, gone within a day.

Files hold licence keys in clear. What lies on disk here is encrypted under the installation's own secret and
opens only for the user who brought it; importing or leaving it for a day deletes it.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from trueup.base.problems import NotFound

KEPT = timedelta(days=1)
NONCE_BYTES = 12
ID_BYTES = 18
ID_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@dataclass(frozen=True, slots=True)
class Upload:
    """A pending file and what its owner said about it so far."""

    id: str
    company_id: int
    name: str
    sheet: str = ""
    apart: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


def keep_upload(*, user_id: int, company_id: int, name: str, content: bytes, at: datetime) -> Upload:
    """Seal a file away until it is imported; files older than a day go at the same time."""
    sweep_uploads(at=at)
    upload = Upload(secrets.token_urlsafe(ID_BYTES), company_id, name[:200])
    write(user_id, upload, ".sheet", content)
    write(user_id, upload, ".said", json.dumps(asdict(upload)).encode())
    return upload


def upload_of(*, user_id: int, upload_id: str) -> Upload:
    """A pending file of this user; another's is not found, like one that is gone."""
    said = json.loads(read(user_id, upload_id, ".said"))
    return Upload(**said)


def content_of(*, user_id: int, upload: Upload) -> bytes:
    """The file itself."""
    return read(user_id, upload.id, ".sheet")


def answer_upload(
    *,
    user_id: int,
    upload: Upload,
    sheet: str,
    apart: bool,
    choices: Mapping[str, str],
    answers: Mapping[str, str],
) -> Upload:
    """Keep what the user said about the file."""
    said = replace(upload, sheet=sheet, apart=apart, choices=dict(choices), answers=dict(answers))
    write(user_id, said, ".said", json.dumps(asdict(said)).encode())
    return said


def drop_upload(*, upload: Upload) -> None:
    """Delete a pending file."""
    for ending in (".sheet", ".said"):
        (folder() / f"{upload.id}{ending}").unlink(missing_ok=True)


def sweep_uploads(*, at: datetime) -> None:
    """Delete what nobody came back for."""
    for path in folder().iterdir():
        if path.stat().st_mtime < (at - KEPT).timestamp():
            path.unlink(missing_ok=True)


def folder() -> Path:
    """Where pending files lie, readable by the server's user only."""
    place = Path(settings.HOME) / "uploads"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def sealing() -> AESGCM:
    """The cipher under a key of the installation that is used for nothing else."""
    return AESGCM(hashlib.sha256(b"trueup pending upload\0" + settings.SECRET_KEY.encode()).digest())


def bound_to(user_id: int, upload_id: str, ending: str) -> bytes:
    """What a sealed file is bound to: moved to another user or name, it does not open."""
    return f"{user_id}/{upload_id}{ending}".encode()


def write(user_id: int, upload: Upload, ending: str, content: bytes) -> None:
    """Seal a file."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + sealing().encrypt(nonce, content, bound_to(user_id, upload.id, ending))
    path = folder() / f"{upload.id}{ending}"
    path.touch(mode=0o600)
    path.write_bytes(sealed)


def read(user_id: int, upload_id: str, ending: str) -> bytes:
    """Open a sealed file of this user."""
    gone = NotFound(_("This file is not here any more. Choose it again."))
    if not upload_id or not set(upload_id) <= ID_LETTERS:
        raise gone
    try:
        sealed = (folder() / f"{upload_id}{ending}").read_bytes()
        return sealing().decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to(user_id, upload_id, ending)
        )
    except (FileNotFoundError, InvalidTag) as error:
        raise gone from error
