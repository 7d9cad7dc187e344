"""Messages nobody should send: whatever the bytes are, they are read or refused, and nothing private comes out."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import NOW, Stage
from trueup.connectors import snapshot_from
from trueup.inventory.actions import record_snapshot
from trueup.inventory.documents.document import (
    Document,
    UnreadableDocumentError,
    filtered_document,
    stored_document,
)
from trueup.inventory.documents.reading import read_document
from trueup.inventory.models import Title

SECTIONS = ["softwares", "hardware", "bios", "cpus", "operatingsystem", "licenseinfos", "networks", "virtualmachines",
            "databases_services", "envs", "processes", "Softwares", ""]  # fmt: skip
CELLS = [
    "name",
    "NAME",
    "version",
    "publisher",
    "from",
    "uuid",
    "ssn",
    "key",
    "val",
    "core",
    "install_date",
    "memory",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(CELLS), inner, max_size=3),
    max_leaves=12,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(CELLS), VALUES, max_size=4) | VALUES, max_size=4)
MESSAGES = st.fixed_dictionaries(
    {"deviceid": VALUES, "content": st.dictionaries(st.sampled_from(SECTIONS), ROWS | VALUES, max_size=5)}
)
PACKED: list[Callable[[bytes], bytes]] = [bytes, zlib.compress, gzip.compress]
TRAPS = ["Ａdobe", "Draw\u202egpj.exe", "\ufeffDraw", "Dra\u0000w", "\ud800Draw", "Draw\U000e0001", "ﷺ" * 400, "İstanbul",
         "D\u0301" * 300, "\u2028Draw", "Draw\ufffe", "x" * 5000, "   ", "'; DROP TABLE titles; --", "<script>alert(1)</script>"]  # fmt: skip


def _read(raw: bytes) -> Document | None:
    """What the door makes of it: a document, or the one refusal it knows."""
    with suppress(UnreadableDocumentError):
        return read_document(raw)
    return None


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(PACKED))
def test_any_bytes_are_read_or_refused(raw: bytes, pack: Callable[[bytes], bytes]):
    _read(pack(raw))


@settings(max_examples=150, deadline=None)
@given(MESSAGES, st.sampled_from(PACKED))
def test_any_json_of_the_right_shape_becomes_a_snapshot(
    message: dict[str, Any], pack: Callable[[bytes], bytes]
):
    """What is read can be stored, is the same when it is read again, and is understood."""
    document = _read(pack(json.dumps(message).encode()))
    if document is not None:
        assert stored_document(filtered_document(document)) == document
        snapshot_from(document, seen_at=NOW)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(CELLS + SECTIONS), max_size=12), st.text(max_size=30), st.integers(0, 400))
def test_any_xml_is_read_or_refused(tags: list[str], text: str, cut: int):
    inner = (
        "".join(f"<{tag or 'X'}>" for tag in tags)
        + text
        + "".join(f"</{tag or 'X'}>" for tag in reversed(tags))
    )
    raw = f"<REQUEST><QUERY>INVENTORY</QUERY><CONTENT>{inner}</CONTENT></REQUEST>".encode(
        "utf-8", "surrogatepass"
    )
    for body in (raw, raw[:cut], zlib.compress(raw)[:cut]):
        document = _read(body)
        if document is not None:
            snapshot_from(document, seen_at=NOW)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"content":{"softwares":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b"<REQUEST>" + b"<CONTENT>" * 100_000,
        b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><REQUEST><CONTENT>&b;</CONTENT></REQUEST>',
        b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]><REQUEST><CONTENT>&f;</CONTENT></REQUEST>',
        zlib.compress(zlib.compress(b'{"content":{}}')),
        b"\x78\x9c" + b"\x00" * 100,
        b"\x1f\x8b" + b"\xff" * 100,
    ],
    ids=[
        "deep JSON",
        "deep XML",
        "entity bomb",
        "foreign entity",
        "packed twice",
        "broken zlib",
        "broken gzip",
    ],
)
def test_bombs_and_breakage_are_refused(raw: bytes):
    with pytest.raises(UnreadableDocumentError):
        read_document(raw)


@pytest.mark.parametrize("name", TRAPS, ids=ascii)
def test_a_trap_in_a_name_is_stored_as_harmless_text(name: str, stage: Stage):
    """U-042: the same odd name twice is one title, and no character in it breaks the row."""
    message = {
        "deviceid": "pc1",
        "content": {
            "hardware": {"name": "pc1"},
            "softwares": [{"name": name, "publisher": name, "version": name}],
        },
    }
    raw = json.dumps(message).encode()
    for _ in range(2):
        snapshot = snapshot_from(read_document(raw), seen_at=NOW)
        record_snapshot(actor=stage.alice, company_id=stage.acme.pk, snapshot=snapshot, at=NOW)
    titles = list(Title.objects.values_list("name", flat=True))
    assert len(titles) == (1 if name.strip() else 0)
    assert not [each for title in titles for each in title if category(each) in {"Cc", "Cs"}]
    assert all(len(title) <= 500 for title in titles)
