"""Files that are not what they say, too large, or named to do harm: refused, and nothing is kept."""

import pytest

from tests.cast import NOW, a_licence
from tests.rooms.documents.samples import (
    CSV,
    EML,
    JPEG,
    PDF,
    TXT,
    a_bomb,
    a_docx,
    a_png,
    a_zip,
    an_ods,
    an_xlsx,
)
from trueup.documents import receiving
from trueup.documents.actions import attach_document
from trueup.documents.models import Document
from trueup.documents.names import safe_name
from trueup.documents.receiving import FileNotTaken, NewFile
from trueup.documents.sniffing import media_type_of


@pytest.mark.parametrize(
    ("content", "name", "label"),
    [
        (PDF, "a.pdf", "PDF"), (a_png(), "a.png", "PNG"), (JPEG, "a.jpg", "JPEG"), (an_xlsx(), "a.xlsx", "XLSX"),
        (a_docx(), "a.docx", "DOCX"), (an_ods(), "a.ods", "ODS"), (EML, "a.eml", "EML"), (CSV, "a.csv", "CSV"),
        (TXT, "a.txt", "TXT"), (PDF, "a.txt", "PDF"), (TXT, "a.pdf", "TXT"),
    ],
)  # fmt: skip
def test_the_content_decides_what_a_file_is(content, name, label):
    assert media_type_of(content, name=name).label == label


HOSTILE = {
    "nothing": b"",
    "program": b"MZ\x90\x00\x03\x00\x00\x00",
    "elf": b"\x7fELF\x02\x01\x01\x00",
    "page": b"<!doctype html><script>alert(1)</script>",
    "page behind blanks": b"\xef\xbb\xbf \n\n<HTML><body onload=x>",
    "drawing": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "bare zip": a_zip("invoice.pdf"),
    "macros": an_xlsx("xl/vbaProject.bin"),
    "macros in a text": a_docx("word/vbaProject.bin"),
    "bomb": a_bomb(),
    "way out": an_xlsx("../../etc/passwd"),
    "absolute way": an_xlsx("/etc/passwd"),
    "many parts": an_xlsx(*(f"xl/{n}.xml" for n in range(5_001))),
    "torn zip": an_xlsx()[:-30],
    "another office type": a_zip("content.xml", first=("mimetype", "application/x-shockwave-flash")),
    "old office": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_on_no_list_is_refused(stage, store, content):
    """Whatever its name says."""
    licence = a_licence(stage.acme)
    with pytest.raises(FileNotTaken):
        attach_document(
            actor=stage.alice,
            licence_id=licence.pk,
            file=NewFile("invoice.pdf", content),
            kind="invoice",
            at=NOW,
        )
    assert not Document.objects.exists()
    assert not store.exists() or not [path for path in store.rglob("*") if path.is_file()]


def test_too_large_is_refused(stage, store, monkeypatch):
    licence = a_licence(stage.acme)
    monkeypatch.setattr(receiving, "MOST_BYTES", len(PDF) - 1)
    with pytest.raises(FileNotTaken, match="larger"):
        attach_document(
            actor=stage.alice, licence_id=licence.pk, file=NewFile("a.pdf", PDF), kind="invoice", at=NOW
        )
    assert not Document.objects.exists()
    assert not store.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\system.ini", "system.ini.pdf"),
        ("/abs/In voice.PDF", "In voice.PDF"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a_Set-Cookie_ x=1.pdf"),
        ('"><script>.pdf', "_script_.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("CON", "_CON.pdf"),
        ("aux.pdf", "_aux.pdf"),
        ("", "document.pdf"),
        (" . . ", "document.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("Rechnung für Müller №1.pdf", "Rechnung für Müller №1.pdf"),
    ],
)
def test_a_name_does_no_harm(given, kept):
    assert safe_name(given, endings=(".pdf",)) == kept


@pytest.mark.parametrize("given", ["x" * 5_000, "x" * 5_000 + ".pdf", "ü" * 300 + ".jpeg.pdf"])
def test_a_long_name_is_cut_and_keeps_its_ending(given):
    kept = safe_name(given, endings=(".pdf",))
    assert len(kept) <= Document._meta.get_field("name").max_length
    assert kept.endswith(".pdf")
