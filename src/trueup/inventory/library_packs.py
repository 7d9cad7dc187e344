"""Packs of the library: newer products and rules between releases, believed only when somebody trusted signed them.

A pack is a ZIP of the library's own YAML files, `pack.json` with its serial number, and `signature`: the Ed25519 signature,
in base64, of one line for each other file, sorted by name: its SHA-256 in hexadecimal, two spaces, its name. Nothing
in a pack is parsed before the signature holds.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import Problem

FACTS, SIGNATURE = "pack.json", "signature"
FILE = re.compile(r"(?:publishers|products|titles)/[a-z0-9][a-z0-9-]{0,80}\.yaml|pack\.json|signature")
DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
MOST_FILES = 5_000
MOST_PACKED_BYTES = 16 * 1024 * 1024
MOST_BYTES = 64 * 1024 * 1024


class PackRefused(Problem):
    """A pack of the library cannot be believed or used; the library stays as it is."""

    status = 422
    title = gettext_lazy("The library pack was refused")


class _Facts(msgspec.Struct, forbid_unknown_fields=True):
    serial: int


@dataclass(frozen=True, slots=True)
class Pack:
    """What a signed pack holds: its serial number, and the library's files by name."""

    serial: int
    files: Mapping[str, bytes]


def open_pack(raw: bytes, *, keys: Sequence[str]) -> Pack:
    """The pack, its signature checked against any of the public keys (base64). Raises PackRefused."""
    if not keys:
        raise PackRefused(_("No key is trusted to sign packs. Put its public part into TRUEUP_LIBRARY_KEYS."))
    files = _unpacked(raw)
    signature = files.pop(SIGNATURE, b"")
    if not any(_holds(key, signature, signed_text(files)) for key in keys):
        raise PackRefused(
            _("The signature of the pack is not that of a trusted key, or the pack was changed.")
        )
    try:
        facts = msgspec.json.decode(files.pop(FACTS, b""), type=_Facts)
    except msgspec.MsgspecError as wrong:
        raise PackRefused(_("The pack does not tell its serial number.")) from wrong
    return Pack(facts.serial, files)


def signed_text(files: Mapping[str, bytes]) -> bytes:
    """What is signed.

    >>> signed_text({"b": b"", "a": b"1"}).decode().splitlines()[0]
    '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  a'
    """
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def _holds(key: str, signature: bytes, text: bytes) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature.strip(), validate=True), text)
    except (ValueError, InvalidSignature):
        return False
    return True


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """The files of the archive: known names only, each once, and no more of them than a library can have."""
    if len(raw) > MOST_PACKED_BYTES:
        raise PackRefused(_("The pack is larger than a library can be."))
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            if len(names) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
                raise PackRefused(_("The pack is larger than a library can be."))
            odd = sorted({name for name in names if not FILE.fullmatch(name) or names.count(name) > 1})
            if odd:
                raise PackRefused(
                    _("The pack holds “%(name)s”, which is no file of a library.") % {"name": odd[0][:80]}
                )
            if {info.compress_type for info in infos} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise zipfile.BadZipFile
            return {info.filename: _read(archive, info) for info in infos}
    except DAMAGE as wrong:
        raise PackRefused(_("The pack is not a ZIP that can be read.")) from wrong


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """As much as the archive says there is and not a byte more: what it says was added up before."""
    with archive.open(info) as file:
        content = file.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise PackRefused(_("The pack is larger than a library can be."))
    return content
