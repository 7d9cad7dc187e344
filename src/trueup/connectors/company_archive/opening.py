"""Opening an archive: only the parts that Trueup writes, none larger than it says, each with the hash of the manifest."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import Problem
from trueup.reports.moving_out import KEYS, SCHEMA

MANIFEST = "manifest.json"
PART = re.compile(r"tables/[a-z_]{1,40}\.jsonl|files/[0-9a-f]{64}|" + re.escape(KEYS))
MOST_MANIFEST_BYTES = 64 * 1024**2
MOST_LINE_BYTES = 16 * 1024**2
MOST_BYTES = 64 * 1024**3
SMALL_BYTES = 1024**2
MOST_TIMES_SMALLER = 300
"""Text of ours is packed to a tenth or a thirtieth; a bomb to a thousandth."""
CHUNK_BYTES = 1024**2
PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED = 0x1


class ArchiveRefused(Problem):
    """The file is no archive of a company, was changed since it was written, or holds what none of ours does."""

    status = 422
    title = gettext_lazy("The archive is refused")


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive whose every part is what its manifest says."""

    zip: zipfile.ZipFile
    manifest: Mapping[str, Any]

    def lines(self, path: str) -> Iterator[Any]:
        """The JSON of each line of a part, one in memory at a time; a part that is not there has none."""
        if path not in self.zip.NameToInfo:
            return
        with self.zip.open(path) as part:
            number = 0
            while line := part.readline(MOST_LINE_BYTES + 1):
                number += 1
                yield _json(line, f"{path}:{number}", MOST_LINE_BYTES)

    def content(self, path: str) -> bytes | None:
        """The bytes of a part; none where it is not there."""
        return self.zip.read(path) if path in self.zip.NameToInfo else None


def open_archive(path: Path) -> Opened:
    """Open an archive and check all of it; raises ArchiveRefused. The caller closes ``zip``."""
    try:
        opened = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as wrong:
        raise ArchiveRefused(_("This is no ZIP file that can be read: %(why)s.") % {"why": wrong}) from wrong
    try:
        _refuse_strange_parts(opened)
        manifest = _manifest_of(opened)
        _refuse_changed_parts(opened, manifest)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError) as wrong:
        opened.close()
        raise ArchiveRefused(_("The archive is damaged: %(why)s.") % {"why": wrong}) from wrong
    except ArchiveRefused:
        opened.close()
        raise
    return Opened(opened, manifest)


def _refuse_strange_parts(opened: zipfile.ZipFile) -> None:
    """What the table of contents alone gives away, before anything is unpacked."""
    names = [entry.filename for entry in opened.infolist()]
    if strange := [name for name in names if name != MANIFEST and not PART.fullmatch(name)]:
        raise ArchiveRefused(
            _("The archive holds “%(name)s”, which no archive of a company does.")
            % {"name": strange[0][:200]}
        )
    if len(set(names)) != len(names):
        raise ArchiveRefused(_("The archive holds two parts of one name."))
    if any(entry.flag_bits & ENCRYPTED or entry.compress_type not in PACKED for entry in opened.infolist()):
        raise ArchiveRefused(_("Parts of the archive are packed in a way that Trueup does not pack."))
    if _is_bomb(opened):
        raise ArchiveRefused(_("The archive would unpack to far more than it is. Nothing was unpacked."))


def _is_bomb(opened: zipfile.ZipFile) -> bool:
    """Whether parts lie over each other, or are many times larger than they are packed."""
    parts = opened.infolist()
    packed, whole = (sum(getattr(part, size) for part in parts) for size in ("compress_size", "file_size"))
    if whole > MOST_BYTES or packed > opened.start_dir:
        return True
    return any(
        part.file_size > SMALL_BYTES and part.file_size > part.compress_size * MOST_TIMES_SMALLER
        for part in parts
    )


def _manifest_of(opened: zipfile.ZipFile) -> Mapping[str, Any]:
    if MANIFEST not in opened.NameToInfo:
        raise ArchiveRefused(_("There is no manifest: this is another kind of ZIP file."))
    with opened.open(MANIFEST) as part:
        manifest = _json(part.read(MOST_MANIFEST_BYTES + 1), MANIFEST, MOST_MANIFEST_BYTES)
    if not isinstance(manifest, dict) or manifest.get("format") != "trueup-company":
        raise ArchiveRefused(_("The manifest is not that of a company of Trueup."))
    if manifest.get("schema") != SCHEMA:
        raise ArchiveRefused(
            _("The archive is written in form %(theirs)s, and this version reads form %(ours)s. Use the version of "
              "Trueup that wrote it, and upgrade from there.")
            % {"theirs": manifest.get("schema"), "ours": SCHEMA}
        )  # fmt: skip
    return manifest


def _json(text: bytes, where: str, most_bytes: int) -> Any:
    if len(text) > most_bytes:
        raise ArchiveRefused(
            _("%(where)s is longer than %(most)s bytes.") % {"where": where, "most": most_bytes}
        )
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise ArchiveRefused(
            _("%(where)s cannot be read: %(why)s.") % {"where": where, "why": wrong}
        ) from wrong


def _no_number(word: str) -> None:
    raise ValueError(_("%(word)s is no number") % {"word": word})


def _refuse_changed_parts(opened: zipfile.ZipFile, manifest: Mapping[str, Any]) -> None:
    """Hold every part against the size and the hash the manifest keeps of it."""
    told = _told(manifest)
    there = set(opened.NameToInfo) - {MANIFEST}
    if there != told.keys():
        raise ArchiveRefused(
            _("The manifest does not name the parts that are there: %(names)s.")
            % {"names": ", ".join(sorted(there ^ told.keys())[:5])}
        )
    for path, (size, digest) in told.items():
        found, read = hashlib.sha256(), 0
        with opened.open(path) as part:
            while chunk := part.read(CHUNK_BYTES):
                found.update(chunk)
                read += len(chunk)
        if (read, found.hexdigest()) != (size, digest) or (path[:6] == "files/" and path[6:] != digest):
            raise ArchiveRefused(
                _("“%(path)s” is not what was written: its size or hash differs from the manifest.")
                % {"path": path}
            )


def _told(manifest: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    files = manifest.get("files")
    try:
        return {str(one["path"]): (int(one["bytes"]), str(one["sha256"])) for one in files or ()}
    except (KeyError, TypeError, ValueError) as wrong:
        raise ArchiveRefused(_("The manifest does not say what the parts are.")) from wrong
