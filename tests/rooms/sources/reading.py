"""A source of Acme, and reading it as the worker does."""

from __future__ import annotations

from typing import Any

from tests.cast import NOW, ROOT, Stage
from trueup.connectors.reading import read_source
from trueup.connectors.register import suitcase_named
from trueup.sources.actions import SourceTerms, add_source, ask_source_run
from trueup.sources.models import Source, SourceRun
from trueup.vault.plain import Plain


def a_source(
    stage: Stage,
    kind: str,
    url: str,
    *,
    secrets: dict[str, str] | None = None,
    is_shared: bool = False,
    name: str = "",
    every_hours: int = 24,
    **options: str,
) -> Source:
    return add_source(
        actor=stage.alice,
        company_id=stage.acme.pk,
        suitcase=suitcase_named(kind),
        terms=SourceTerms(name or kind, url, options, is_shared=is_shared, every_hours=every_hours),
        secrets={key: Plain(text) for key, text in (secrets or {}).items()},
        at=NOW,
    )


def run(source: Source, *, at=NOW, waits: list[float] | None = None, **how: Any) -> SourceRun:
    """One run of a source, carried out; what it waited goes into ``waits``."""
    asked = ask_source_run(actor=ROOT, source_id=source.pk, at=at, **how)
    kept = [] if waits is None else waits
    found = read_source(actor=ROOT, run_id=asked.pk, clock=lambda: at, wait=kept.append)
    assert found is not None
    return found
