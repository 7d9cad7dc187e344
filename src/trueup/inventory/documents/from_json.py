"""Reads the JSON that GLPI Agent speaks. Sections that are not kept are skipped over, not built."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from trueup.inventory.documents.cells import Cell, flag_in, text_in
from trueup.inventory.documents.document import MOST_ROWS, Document, Row, UnreadableDocumentError, kept_cells
from trueup.inventory.documents.envelopes import decoded

MOST_REPAIRED_BYTES = 16 * 1024 * 1024
"""Broken JSON is read by the slower, tolerant reader, which builds everything: only up to this size."""

DAMAGE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Fields = dict[str, Any]


def json_fields(plain: bytes) -> Fields:
    """The top-level keys of a JSON object, their values still unread (``msgspec.Raw``) where the text is sound."""
    try:
        return msgspec.json.decode(plain, type=dict[str, msgspec.Raw])
    except DAMAGE:
        return _repaired(plain)


def value_of(raw: Any) -> Any:
    """The value behind an unread one. Raises one of DAMAGE when it cannot be read."""
    return msgspec.json.decode(raw) if isinstance(raw, msgspec.Raw) else raw


def text_of(fields: Fields, key: str) -> str | None:
    """The text under a key; None when it is missing, empty, unreadable or no single value."""
    try:
        return text_in(_cell(value_of(fields.get(key))))
    except DAMAGE:
        return None


def document_from_json(plain: bytes, *, keep_users: bool = False) -> Document:
    """The filtered document of an inventory message.

    A section that cannot be read makes the whole message unreadable: taken for an empty list it would close
    everything that is installed. Raises UnreadableDocumentError.
    """
    fields = json_fields(plain)
    try:
        return _document(fields, keep_users=keep_users)
    except DAMAGE:
        return _document(_repaired(plain), keep_users=keep_users)


def _document(fields: Fields, *, keep_users: bool) -> Document:
    content = _sections(fields.get("content"))
    read = {
        section.casefold(): _rows(raw, kept)
        for section, raw in content.items()
        if (kept := kept_cells(section.casefold(), keep_users=keep_users))
    }
    return Document(
        form="json",
        deviceid=text_of(fields, "deviceid"),
        agent=text_of(content, "versionclient"),
        tag=text_of(fields, "tag"),
        item_type=text_of(fields, "itemtype"),
        partial=flag_in(text_of(fields, "partial")) or False,
        content={section: rows for section, rows in read.items() if rows is not None},
    )


def _sections(raw: Any) -> Fields:
    content = (
        msgspec.json.decode(raw, type=dict[str, msgspec.Raw] | None) if isinstance(raw, msgspec.Raw) else raw
    )
    if not isinstance(content, dict):
        raise UnreadableDocumentError("the inventory has no content")
    return content


def _rows(raw: Any, kept: frozenset[str]) -> list[Row] | None:
    """A section as rows: agents send one object where there is only one, and a list otherwise."""
    if isinstance(raw, msgspec.Raw) and bytes(raw).count(b"{") > MOST_ROWS:
        raise UnreadableDocumentError(f"a section has more than {MOST_ROWS} rows")
    value = value_of(raw)
    if not isinstance(value, (list, dict)):
        return None
    rows = value if isinstance(value, list) else [value]
    return [
        {key.casefold(): _cell(cell) for key, cell in row.items() if key.casefold() in kept}
        for row in rows
        if isinstance(row, dict)
    ]


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return text_in(value)
    return value if isinstance(value, (int, float, bool)) else None


def _repaired(plain: bytes) -> Fields:
    """JSON with raw control characters, lone surrogates or in another encoding than UTF-8."""
    if len(plain) > MOST_REPAIRED_BYTES:
        raise UnreadableDocumentError("the message is not JSON")
    try:
        fields = json.loads(decoded(plain), strict=False)
    except (ValueError, RecursionError):
        raise UnreadableDocumentError("the message is not JSON") from None
    if not isinstance(fields, dict):
        raise UnreadableDocumentError("the message is not a JSON object")
    return fields
