"""What is done to sources: added, changed, placed, read, withdrawn; and what a run found written down."""

from trueup.sources.actions.configuring import (
    SourceNameTaken,
    SourceTerms,
    add_source,
    change_source,
    open_source,
    withdraw_source,
)
from trueup.sources.actions.placing import note_outside_companies, place_outside_company
from trueup.sources.actions.recording import record_findings
from trueup.sources.actions.running import (
    ask_source_run,
    begin_source_run,
    end_source_run,
    keep_source_page,
    start_due_sources,
)

__all__ = [
    "SourceNameTaken",
    "SourceTerms",
    "add_source",
    "ask_source_run",
    "begin_source_run",
    "change_source",
    "end_source_run",
    "keep_source_page",
    "note_outside_companies",
    "open_source",
    "place_outside_company",
    "record_findings",
    "start_due_sources",
    "withdraw_source",
]
