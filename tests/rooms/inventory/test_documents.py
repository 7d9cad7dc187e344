"""What is kept of a message, and that hostile ones do no harm."""

import json
import time
import zlib

import pytest

from trueup.inventory.documents.document import (
    Document,
    UnreadableDocumentError,
    digest,
    filtered_document,
    stored_document,
)
from trueup.inventory.documents.envelopes import OversizedMessageError, decoded, opened
from trueup.inventory.documents.from_json import document_from_json
from trueup.inventory.documents.from_xml import document_from_xml

ROWS = 20_000


def request(body: str, *, head: str = "") -> bytes:
    return f"{head}<REQUEST><CONTENT>{body}</CONTENT><QUERY>INVENTORY</QUERY></REQUEST>".encode()


def software(*names: str) -> str:
    return "".join(f"<SOFTWARES><NAME>{name}</NAME></SOFTWARES>" for name in names)


def names_in(document: Document) -> list[object]:
    return [row.get("name") for row in document.content["softwares"]]


def test_a_stored_document_comes_back_as_it_was_and_its_digest_is_stable():
    _, document = document_from_xml(request(software("Example CAD")))
    assert stored_document(filtered_document(document)) == document
    assert digest(document) == digest(stored_document(filtered_document(document)))


def test_when_a_scan_ran_does_not_change_the_digest():
    first, second = (
        document_from_xml(request(f"<ACCESSLOG><LOGDATE>{day}</LOGDATE></ACCESSLOG>{software('A')}"))[1]
        for day in ("2026-03-01 09:00:00", "2026-03-02 09:00:00")
    )
    assert digest(first) == digest(second)


def test_a_zip_bomb_is_refused_before_it_inflates():
    packer = zlib.compressobj(9)
    block = b" " * (1024 * 1024)
    bomb = b"".join([*(packer.compress(block) for _ in range(129)), packer.flush()])
    with pytest.raises(OversizedMessageError):
        opened(bomb)


def test_more_bytes_than_the_wire_allows_are_refused():
    with pytest.raises(OversizedMessageError):
        opened(b"<" * (16 * 1024 * 1024 + 1))


def test_a_truncated_stream_is_refused():
    with pytest.raises(UnreadableDocumentError, match="ends too early"):
        opened(zlib.compress(request(software("A")))[:-6])


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
def test_documents_with_a_dtd_or_entities_are_refused(head):
    with pytest.raises(UnreadableDocumentError, match="DTD"):
        document_from_xml(request(software("&b;" if "ENTITY b" in head else "A"), head=head))


def test_control_characters_and_illegal_references_are_dropped():
    raw = request(software("Exam\x01ple&#2; CAD&#xFFFF;&#233;"))
    assert names_in(document_from_xml(raw)[1]) == ["Example CADé"]


def test_the_declared_encoding_is_honoured_and_a_wrong_one_survived():
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + request(software("Café")).decode().encode(
        "latin-1"
    )
    wrong = b'<?xml version="1.0" encoding="UTF-8"?>' + request(software("Café")).decode().encode("latin-1")
    assert names_in(document_from_xml(latin)[1]) == names_in(document_from_xml(wrong)[1]) == ["Café"]


def test_wide_text_is_read():
    assert decoded("<REQUEST/>".encode("utf-16")) == "<REQUEST/>"


def test_json_that_is_not_quite_json_is_repaired():
    sound = '{"content": {"softwares": [{"name": "Caf\\u00e9"}]}}'
    control = '{"content": {"softwares": [{"name": "Caf\\u00e9\x01"}]}}'
    surrogate = '{"content": {"softwares": [{"name": "Caf\\u00e9\\ud800"}]}}'
    latin = '{"content": {"softwares": [{"name": "Café"}]}}'.encode("latin-1")
    for text in (sound.encode(), control.encode(), surrogate.encode(), latin):
        assert names_in(document_from_json(text)) == ["Café"]


@pytest.mark.parametrize("section", ["null", '"none"', "12"])
def test_a_section_that_is_no_list_is_not_an_empty_list(section):
    document = document_from_json(f'{{"content": {{"softwares": {section}}}}}'.encode())
    assert "softwares" not in document.content


@pytest.mark.parametrize(
    "text", ["[" * 200_000, '{"a":' * 200_000, '{"content": ' + "[" * 200_000, "{", '{"content": 1}']
)
def test_broken_and_bottomless_json_is_refused(text):
    with pytest.raises(UnreadableDocumentError):
        document_from_json(text.encode())


def test_too_many_rows_are_refused():
    text = '{"content": {"softwares": [' + "{}," * 250_001 + "{}]}}"
    with pytest.raises(UnreadableDocumentError, match="rows"):
        document_from_json(text.encode())


def timed(read):
    """What was read, and the processor's seconds it took: others share the machine."""
    started = time.process_time()
    return read(), time.process_time() - started


def test_twenty_thousand_rows_take_less_than_two_seconds():
    cells = {
        "version": "1.2.3",
        "publisher": "Example Soft",
        "arch": "x86_64",
        "from": "registry",
        "guid": "{42}",
    }
    rows = [{"name": f"Program {number}", **cells} for number in range(ROWS)]
    written = "".join(
        "<SOFTWARES>"
        + "".join(f"<{key.upper()}>{cell}</{key.upper()}>" for key, cell in row.items())
        + "</SOFTWARES>"
        for row in rows
    )
    spoken = json.dumps({"content": {"softwares": rows}}).encode()
    from_json, seconds_json = timed(lambda: document_from_json(spoken))
    (_, from_xml), seconds_xml = timed(lambda: document_from_xml(request(written)))
    assert max(seconds_json, seconds_xml) < 2
    assert from_json.content == from_xml.content
    assert len(from_xml.content["softwares"]) == ROWS
