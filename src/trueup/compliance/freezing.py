"""Freezes the facts of a run: tables out of PostgreSQL, the questions they raise, and the terms to count by."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from estate import DuckEngine, Freezer, Frozen, installed, over_facts, to_table
from trueup import __version__
from trueup.compliance.asking import products_from, questions
from trueup.compliance.reading import Scope, Source, open_source, rows_of
from trueup.compliance.version_order import placed

STREAMED = (
    "devices",
    "people",
    "installations",
    "assignments",
    "lines",
    "editions",
    "rights",
    "components",
    "upgrades",
)


def freeze_facts(*, scope: Scope, folder: Path, library: Path, at: datetime) -> Frozen:
    """Freeze everything a run needs into an empty folder, so that it can be counted again without the database."""
    freezer = Freezer(folder)
    with open_source() as source:
        for name in STREAMED:
            freezer.add(name, source.batches(scope.statement(name)))
        freezer.add("versions", to_table("versions", placed(rows_of(source, scope.statement("versions")))))
        asked = _questions(source, scope, freezer)
    freezer.add("questions", to_table("questions", asked))
    terms_version = _keep_terms(freezer, library)
    return freezer.seal(taken_at=at, code_version=__version__, terms_version=terms_version)


def _questions(source: Source, scope: Scope, freezer: Freezer) -> list[dict[str, object]]:
    with DuckEngine() as engine:
        over_facts(engine, freezer.paths)
        found = installed(engine=engine)
    return questions(
        licences=rows_of(source, scope.statement("licences")),
        found=found,
        products=products_from(rows_of(source, scope.statement("products"))),
        companies=rows_of(source, scope.statement("companies")),
        rights=rows_of(source, scope.statement("rights")),
        components=rows_of(source, scope.statement("components")),
    )


def _keep_terms(freezer: Freezer, library: Path) -> str:
    """Keep the terms beside the facts; their version is the hash of all of them."""
    digest = hashlib.sha256()
    for path in sorted((library / "terms").glob("*.yaml")):
        content = path.read_bytes()
        freezer.add_paper(f"terms/{path.name}", content)
        digest.update(path.name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()
