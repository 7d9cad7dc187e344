"""The whole way of a large sheet: read, planned, imported as one batch, taken back."""

import time

import pytest
from django.db import connection
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, TODAY, Stage
from tests.connectors.spreadsheet.big_sheet import as_csv, as_xlsx, rows_of, with_errors
from trueup.audit.models import Batch, Entry
from trueup.audit.queries import first_broken_link
from trueup.connectors.spreadsheet.applying import NothingToImportError, apply_import
from trueup.connectors.spreadsheet.file_rows import FileRows, read_licences
from trueup.connectors.spreadsheet.reading import read_file
from trueup.connectors.spreadsheet.undoing import undo_import
from trueup.licences.models import Licence, Movement, Purchase
from trueup.licences.queries import licences_visible_to

SECONDS = 20


def opened(content: bytes) -> FileRows:
    return read_licences(read_file(name="lizenzen", content=content)[0])


def brought_in(stage: Stage, file: FileRows):
    return apply_import(
        actor=stage.alice, company_id=stage.acme.pk, file=file, file_name="lizenzen", at=NOW, on=TODAY
    )


def test_five_thousand_rows_in_one_batch_with_twenty_errors_named_and_undone(stage):
    """U-035, D-067: under 20 s; each planted error by row and column; taken back as a whole."""
    rows = rows_of(5_000)
    planted = with_errors(rows, first_row=3)
    content = as_csv(rows)

    started = time.perf_counter()
    done = brought_in(stage, opened(content))
    took = time.perf_counter() - started

    assert took < SECONDS
    assert [(e.row, e.column, e.rule) for e in done.errors] == [(p.row, p.column, p.rule) for p in planted]
    assert len(done.licence_ids) == Licence.objects.count() == 4_980
    assert Batch.objects.get().summary["reject"] == 20
    assert Entry.objects.filter(batch_id=done.batch_id, event="licences.created").count() == 4_980
    assert first_broken_link(company_id=stage.acme.pk) is None
    assert ledger_is_whole()

    with pytest.raises(NothingToImportError):
        brought_in(stage, opened(content))
    assert Licence.objects.count() == 4_980

    undo_import(actor=stage.alice, batch_id=done.batch_id, at=NOW, on=TODAY)
    assert not licences_visible_to(actor=stage.alice, on=TODAY).exists()
    assert not Purchase.objects.filter(voided_at=None).exists()
    assert ledger_is_whole()
    assert not Licence.objects.exclude(granted=0).exists()


def test_five_thousand_rows_of_a_workbook_say_the_same():
    rows = rows_of(5_000)
    planted = with_errors(rows, first_row=2)
    from_text, from_workbook = opened(as_csv(rows, title=False)).rows, opened(as_xlsx(rows)).rows
    assert [(e.row, e.column, e.rule) for e in from_workbook.errors] == [
        (p.row, p.column, p.rule) for p in planted if p.rule != "missing licence type"
    ]
    assert from_text.licences == from_workbook.licences


def ledger_is_whole() -> bool:
    """Whether every balance is the sum of its movements."""
    sums = Movement.objects.filter(account="granted").values("licence").annotate(sum=Sum("units"))
    told = {row["licence"]: row["sum"] for row in sums}
    return all(granted == told.get(pk, 0) for pk, granted in Licence.objects.values_list("pk", "granted"))


def test_more_rows_need_no_more_statements_but_batches(stage):
    """A handful of bulk statements, whatever the number of rows."""
    few, many = opened(as_csv(rows_of(20))), opened(as_csv(rows_of(900, seed=2)))
    with CaptureQueriesContext(connection) as small:
        brought_in(stage, few)
    undo_import(actor=stage.alice, batch_id=Batch.objects.get().pk, at=NOW, on=TODAY)
    with CaptureQueriesContext(connection) as large:
        brought_in(stage, many)
    assert len(large) <= len(small) + 12
    assert Licence.objects.filter(granted__gt=0).exclude(granted=F("held")).exists()
