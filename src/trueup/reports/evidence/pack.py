"""The workbook of a run, and the evidence pack: workbook, every tab as CSV, terms, documents, hashes, as one ZIP.

`sha256sum -c SHA256SUMS` checks the pack without Trueup.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.core.serializers.json import DjangoJSONEncoder

from trueup.base.actor import Actor
from trueup.documents.queries import documents_of_licences
from trueup.reports.archive import Archive, attached
from trueup.reports.evidence import sheets
from trueup.reports.evidence.facts import Facts
from trueup.reports.evidence.scope import Scope, scope_of
from trueup.reports.render.csv import write_csv
from trueup.reports.render.table import Table
from trueup.reports.render.xlsx import NUMBER_FORMATS, OPTIONS, write_rows

CHUNK_BYTES, IN_MEMORY_BYTES = 256 * 1024, 4 * 1024 * 1024
READ_ME = """Evidence of counting run {run}, facts of {day}, made by Trueup for {who} on {at}.

elp.xlsx      the effective licence position with everything behind it, a tab each
tables/       the same tabs as CSV
terms/        the terms of publishers that the run counted by
documents/    invoices and proofs of the licences concerned
manifest.json hashes of the frozen facts, of the result and of every file, and which documents could not be put in
SHA256SUMS    check all files with: sha256sum -c SHA256SUMS

`trueup runs verify {run}` counts the run again from its frozen facts and compares the result with the stored one.
"""


def tabs_of(scope: Scope, facts: Facts) -> Iterator[Table]:
    """The tabs in their order; each is read when it is written."""
    yield sheets.summary(scope)
    yield sheets.elp(scope)
    yield facts.entitlement()
    yield facts.deployment()
    yield sheets.cover(scope)
    yield sheets.exemptions(scope)
    yield facts.unrecognised()
    yield sheets.quality(scope)
    yield sheets.rules(scope)
    yield sheets.terms(scope)
    yield sheets.manifest(scope)


def elp_workbook(
    *, actor: Actor, run_id: int, home: Path, publisher_id: int | None = None
) -> Iterator[bytes]:
    """The workbook in chunks. The same run gives the same bytes to the same actor."""
    scope = scope_of(actor=actor, run_id=run_id, home=home, publisher_id=publisher_id)
    return _workbook(scope)


def _workbook(scope: Scope) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as stream:
        facts = Facts(scope)
        try:
            _write(stream, scope, tabs_of(scope, facts))  # type: ignore[arg-type]  # a spooled file is a stream
        finally:
            facts.close()
        stream.seek(0)
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def _write(stream: BinaryIO, scope: Scope, tabs: Iterable[Table]) -> None:
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties({"title": f"Run {scope.run.pk}", "created": scope.run.finished_at})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}
    bold = book.add_format({"bold": True, "bottom": 1})
    try:
        for tab in tabs:
            write_rows(book.add_worksheet(tab.title), tab, formats, bold)
    finally:
        book.close()


def evidence_pack(
    *, actor: Actor, run_id: int, home: Path, at: datetime, publisher_id: int | None = None
) -> Iterator[bytes]:
    """The pack in chunks; what may not be had is refused before the first."""
    scope = scope_of(actor=actor, run_id=run_id, home=home, publisher_id=publisher_id)
    return _packed(scope, at)


def _packed(scope: Scope, at: datetime) -> Iterator[bytes]:
    archive, run = Archive(at), scope.run
    told = READ_ME.format(run=run.pk, day=run.as_of, who=scope.actor.name, at=at.isoformat())
    yield from archive.add("README.txt", [told.encode()])
    yield from archive.add("elp.xlsx", _workbook(scope))
    facts = Facts(scope)
    licences: dict[int, str] = {}
    try:
        for tab in tabs_of(scope, facts):
            name = tab.title.lower().replace(" ", "-")
            yield from archive.add(f"tables/{name}.csv", write_csv(tab))
        for row in facts.entitlement().rows:
            licences[int(str(row[2]))] = str(row[1])
    finally:
        facts.close()
    for path in sorted(scope.frozen.papers):
        yield from archive.add(path, [(scope.frozen.folder / path).read_bytes()])
    documents = []
    for document in documents_of_licences(actor=scope.actor, licence_ids=licences):
        line, path, pieces = attached(document, folder="documents")
        documents.append(line)
        if path:
            yield from archive.add(path, pieces)
    manifest = json.dumps(
        _manifest(scope, archive, documents, at), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1
    )
    yield from archive.add("manifest.json", [manifest.encode()])
    sums = "".join(f"{entry.sha256}  {entry.path}\n" for entry in archive.files)
    yield from archive.add("SHA256SUMS", [sums.encode()])
    yield archive.close()


def _manifest(
    scope: Scope, archive: Archive, documents: list[dict[str, Any]], at: datetime
) -> dict[str, Any]:
    run = scope.run
    proof = ("manifest_hash", "facts_hash", "result_hash", "terms_version", "code_version")
    return {
        "format": "trueup-evidence",
        "run": run.pk,
        "facts_of": run.as_of,
        "publisher": scope.publisher or None,
        "made_by": f"Trueup, for {scope.actor.name}",
        "made_at": at,
        **{name: getattr(run, name) for name in proof},
        "facts": {one.name: one.as_json() for one in scope.frozen.tables},
        "files": [asdict(entry) for entry in archive.files],
        "documents": documents,
    }
