"""Fetches a table as CSV or JSON from an address; with a token in a header where one is needed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from trueup.sources.asking import Opening, SourceUnreadable
from trueup.sources.findings import Page

ROWS_A_PAGE = 5000


def read_table(opening: Opening) -> Iterator[Page]:
    """The rows, some thousands a page."""
    token = opening.secret("token")
    name = opening.option("header") or "Authorization"
    wire = opening.wire()
    raw = wire.call("GET", "", headers={"Accept": "*/*", **({name: token} if token else {})})
    rows = rows_of(raw)
    for start in range(0, max(len(rows), 1), ROWS_A_PAGE):
        yield Page("rows", rows[start : start + ROWS_A_PAGE])


def rows_of(raw: bytes) -> list[Any]:
    """The rows of a JSON list, of JSON lines, or of a CSV with a head. Raises SourceUnreadable."""
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as wrong:
        raise SourceUnreadable(_("The table is not written in UTF-8.")) from wrong
    try:
        if text.startswith("["):
            return list(json.loads(text))
        if text.startswith("{"):
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        sample = text.partition("\n")[0]
        separator = max(",;\t", key=sample.count)
        return list(csv.DictReader(io.StringIO(text), delimiter=separator, strict=True))
    except (ValueError, csv.Error) as wrong:
        raise SourceUnreadable(_("The table can be read neither as JSON nor as CSV.")) from wrong
