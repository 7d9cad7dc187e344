"""Files as people bring them, made here: small, true to their type, or only pretending."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
EML = b"From: sales@initech.example\r\nTo: carol@acme.example\r\nSubject: Your order\r\n\r\nThank you.\r\n"
CSV = "order;amount\r\nPO-1;1200,00 €\r\n".encode("cp1252")
TXT = "Proof of purchase, 5 units – thank you".encode()


def a_png() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def a_zip(*parts: str, first: tuple[str, str] | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        if first:
            packed.writestr(*first)
        for part in parts:
            packed.writestr(part, "<x/>")
    return stream.getvalue()


def an_xlsx(*more: str) -> bytes:
    return a_zip("[Content_Types].xml", "xl/workbook.xml", *more)


def a_docx(*more: str) -> bytes:
    return a_zip("[Content_Types].xml", "word/document.xml", *more)


def an_ods() -> bytes:
    return a_zip("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.spreadsheet"))


def a_bomb() -> bytes:
    """A workbook that says it inflates to more than anybody's memory."""
    content = bytearray(an_xlsx("xl/sheet1.xml"))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(content)
