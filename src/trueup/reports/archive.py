"""The archive for an audit: records of licences, every attachment, and a manifest with hashes, as one ZIP (R-133).

It is written while it is sent: no more than one attachment is in memory at a time. What cannot be put in (in quarantine,
removed, damaged) is named in the manifest with the reason, and so are licences and lines without proof of purchase.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from trueup.assets.telling import told_of_licences
from trueup.base.actor import Actor
from trueup.base.problems import Problem
from trueup.base.registers import Listing
from trueup.documents.models import Document
from trueup.documents.queries import content_for, documents_of_licences, proved_by
from trueup.licences.columns import LICENCES, PURCHASES
from trueup.licences.queries import purchases_visible_to
from trueup.reports.holding import holders_table, keys_table
from trueup.reports.lists import exporting, table_of
from trueup.reports.render.csv import write_csv
from trueup.reports.render.table import Cell, Column, Kind, Table
from trueup.reports.render.xlsx import write_xlsx

CHUNK_BYTES = 256 * 1024
IN_MEMORY_BYTES = 4 * 1024 * 1024
EARLIEST_YEAR = 1980  # a ZIP knows no earlier one
REDUCTION = "reduction"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the archive and what its bytes must come to."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MissingProof:
    """A licence, or one line of it, for which there is neither an invoice nor another proof."""

    licence: int
    product: str
    line: int | None = None
    line_kind: str = ""
    valid_from: date | None = None
    order_number: str = ""
    invoice_number: str = ""


class Passage(io.RawIOBase):
    """What the ZIP is written into: bytes wait here until they are sent on."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        """It can be written, and neither read nor wound back."""
        return True

    def write(self, chunk: Any) -> int:
        """Take bytes in."""
        self._waiting += chunk
        return len(chunk)

    def drained(self) -> bytes:
        """What waited."""
        chunk = bytes(self._waiting)
        self._waiting.clear()
        return chunk


@dataclass(slots=True)
class Archive:
    """A ZIP on its way out, with a line for the manifest about each file."""

    at: datetime
    files: list[FileEntry] = field(default_factory=list)
    passage: Passage = field(default_factory=Passage)
    zip: zipfile.ZipFile = field(init=False)

    def __post_init__(self) -> None:
        self.zip = zipfile.ZipFile(self.passage, "w", zipfile.ZIP_DEFLATED)

    def add(self, path: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """One file more, in pieces."""
        stamp = (
            max(self.at.year, EARLIEST_YEAR),
            self.at.month,
            self.at.day,
            self.at.hour,
            self.at.minute,
            0,
        )
        entry = zipfile.ZipInfo(path, stamp)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self.zip.open(entry, "w") as target:
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                yield self.passage.drained()
        self.files.append(FileEntry(path, size, digest.hexdigest()))
        yield self.passage.drained()

    def close(self) -> bytes:
        """The end of the ZIP: its table of contents."""
        self.zip.close()
        return self.passage.drained()


def licence_archive(*, actor: Actor, listing: Listing, at: datetime, on: date) -> Iterator[bytes]:
    """The archive of the licences that a list shows, in chunks.

    Raises NotAllowed without the right to export, and only holds companies in which the actor has it.
    """
    actor = exporting(actor)
    licences = table_of(LICENCES, actor=actor, listing=listing, on=on)
    return _written(actor=actor, licences=licences, at=at, on=on)


def _written(*, actor: Actor, licences: Table, at: datetime, on: date) -> Iterator[bytes]:
    archive = Archive(at)
    rows = [list(row) for row in licences.rows]
    names = {int(str(row[0])): str(row[1]) for row in rows}
    documents = list(documents_of_licences(actor=actor, licence_ids=names))
    missing = list(missing_proofs(actor=actor, names=names))
    for path, table in (
        ("records/licences", replace(licences, rows=rows)),
        ("records/purchases", _purchases(actor, names, on)),
        ("records/holders", holders_table(actor=actor, names=names)),
        ("records/keys", keys_table(actor=actor, names=names)),
        ("records/terms", _terms(actor, names)),
        ("missing-proofs", _missing_table(missing)),
    ):
        yield from _table(archive, path, table)
    told = []
    for document in documents:
        line, path, pieces = attached(document, folder="attachments")
        told.append(line)
        if path:
            yield from archive.add(path, pieces)
    manifest = {
        "made_by": f"Trueup, for {actor.name}",
        "made_at": at,
        "day_of_figures": on,
        "filters": [list(pair) for pair in licences.filters],
        "licences": len(rows),
        "files": [asdict(entry) for entry in archive.files],
        "documents": told,
        "missing_proofs": [asdict(one) for one in missing],
    }
    text = json.dumps(manifest, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    yield from archive.add("manifest.json", [text.encode()])
    yield archive.close()


def attached(document: Document, *, folder: str) -> tuple[dict[str, Any], str, Iterator[bytes]]:
    """What a manifest says of a document, where its bytes go (nowhere, with the reason in the manifest), and the bytes."""
    left_out, content = _content(document)
    path = "" if left_out else f"{folder}/{document.licence_id}/{document.pk}-{document.name}"
    return _told(document, path, left_out), path, _pieces(content)


def missing_proofs(*, actor: Actor, names: dict[int, str]) -> Iterator[MissingProof]:
    """Licences and lines nobody can show a paper for.

    A standing invoice or proof on the licence covers all its lines. Without one, each line that bought something needs
    its own, and a licence without lines is missing as a whole.
    """
    standing = proved_by(actor=actor, licence_ids=names)
    covered = {licence_id for licence_id, line_id in standing if line_id is None}
    proved = {line_id for _licence_id, line_id in standing}
    lines = purchases_visible_to(actor=actor).filter(licence_id__in=set(names) - covered)
    bought: set[int] = set()
    for line in lines.exclude(kind=REDUCTION).order_by("licence_id", "valid_from", "pk"):
        bought.add(line.licence_id)
        if line.pk not in proved:
            yield MissingProof(
                line.licence_id, names[line.licence_id], line.pk, line.kind, line.valid_from, line.order_number,
                line.invoice_number,
            )  # fmt: skip
    for licence_id in sorted(set(names) - covered - bought):
        yield MissingProof(licence_id, names[licence_id])


def _content(document: Document) -> tuple[str, bytes]:
    """Why the bytes are left out, or the bytes."""
    if document.removed_at is not None:
        return f"removed: {document.removal_reason}", b""
    try:
        return "", content_for(document=document)
    except Problem as problem:
        return f"{problem.title}: {problem.detail}", b""


def _told(document: Document, path: str, left_out: str) -> dict[str, Any]:
    """What the manifest says of a document."""
    state = "removed" if document.removed_at else "replaced" if document.replaced_at else "current"
    return {
        "id": document.pk, "licence": document.licence_id, "purchase": document.purchase_id, "kind": document.kind,
        "name": document.name, "media_type": document.media_type, "bytes": document.size_bytes,
        "sha256": document.sha256, "scan": document.scan, "version": document.version,
        "replaces": document.replaces_id, "added_at": document.added_at, "added_by": document.added_by,
        "state": state, "path": path or None, "left_out": left_out or None,
    }  # fmt: skip


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]


def _purchases(actor: Actor, licence_ids: Collection[int], on: date) -> Table:
    """The standing lines of these licences."""
    table = table_of(PURCHASES, actor=actor, listing=Listing(), on=on, licence_ids=licence_ids)
    return replace(table, rows=[list(row) for row in table.rows], filters=())


def _terms(actor: Actor, names: Mapping[int, str]) -> Table:
    """Notes on terms and conditions, and vendors' portals, as the assets of these licences tell them."""
    columns = [
        Column("licence", "Licence", Kind.INTEGER), Column("product", "Product"), Column("asset", "Asset", Kind.INTEGER),
        Column("name", "Name"), Column("portal", "Portal"), Column("notes", "Notes"),
    ]  # fmt: skip
    told = told_of_licences(actor=actor, licence_ids=names)
    rows: list[list[Cell]] = [
        [one.licence_id, names[one.licence_id], one.asset_id, one.title, one.portal, one.notes]
        for one in told
    ]
    return Table("Terms and conditions", columns, rows)


def _missing_table(missing: Collection[MissingProof]) -> Table:
    columns = [
        Column("licence", "Licence", Kind.INTEGER),
        Column("product", "Product"),
        Column("line", "Line", Kind.INTEGER),
        Column("line_kind", "Kind"),
        Column("valid_from", "Valid from", Kind.DATE),
        Column("order_number", "Order"),
        Column("invoice_number", "Invoice"),
    ]
    rows: list[list[Cell]] = [list(asdict(one).values()) for one in missing]
    return Table("Missing proofs", columns, rows)


def _table(archive: Archive, path: str, table: Table) -> Iterator[bytes]:
    """A table as CSV and as XLSX. A workbook is finished at its end only, so it waits in a temporary file."""
    yield from archive.add(f"{path}.csv", write_csv(table))
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        write_xlsx(table, file)  # type: ignore[arg-type]  # spooled files are binary streams
        file.seek(0)
        yield from archive.add(f"{path}.xlsx", iter(lambda: file.read(CHUNK_BYTES), b""))
