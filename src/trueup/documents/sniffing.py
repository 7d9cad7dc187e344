"""What a file is, decided by its bytes alone and only from a list: its name and what a browser says of it are hearsay.

Signatures: PDF 32000-1 (7.5.2), PNG (ISO 15948, 5.2), JPEG (ITU T.81, annex B), Office Open XML (ECMA-376, part 2), ODF
1.2 (part 3, 3.3), internet messages (RFC 5322).
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

MOST_MEMBERS = 5_000
MOST_INFLATED_BYTES = 500 * 1024 * 1024
MOST_HEAD = 16 * 1024


@dataclass(frozen=True, slots=True)
class MediaType:
    """A type that is taken: its name on the wire, what people call it, and the endings its files may have."""

    name: str
    label: str
    endings: tuple[str, ...]


PDF = MediaType("application/pdf", "PDF", (".pdf",))
PNG = MediaType("image/png", "PNG", (".png",))
JPEG = MediaType("image/jpeg", "JPEG", (".jpg", ".jpeg"))
XLSX = MediaType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", (".xlsx",))
DOCX = MediaType(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX", (".docx",)
)
ODS = MediaType("application/vnd.oasis.opendocument.spreadsheet", "ODS", (".ods",))
EML = MediaType("message/rfc822", "EML", (".eml",))
CSV = MediaType("text/csv", "CSV", (".csv",))
TXT = MediaType("text/plain", "TXT", (".txt", ".text"))
TAKEN = (PDF, PNG, JPEG, XLSX, DOCX, ODS, EML, CSV, TXT)

SIGNATURES = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
)
MAIN_PARTS = (("xl/workbook.xml", XLSX), ("word/document.xml", DOCX))
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
MARKUP = re.compile(rb"^(\xef\xbb\xbf)?\s*<[!?/a-z]", re.IGNORECASE)
HEADER = re.compile(rb"^[!-9;-~]+:[ \t]")
SENT = re.compile(rb"^from:", re.IGNORECASE | re.MULTILINE)
ABOUT = re.compile(rb"^(date|subject|message-id):", re.IGNORECASE | re.MULTILINE)


def media_type_of(content: bytes, *, name: str) -> MediaType | None:
    """The type of the content; none where it is not on the list. The name only tells CSV from other text.

    >>> media_type_of(b"%PDF-1.7 ...", name="x.exe").label
    'PDF'
    >>> media_type_of(b"<html><script>", name="invoice.pdf") is None
    True
    """
    for signature, media_type in SIGNATURES:
        if content.startswith(signature):
            return media_type
    return _office(content) if content.startswith(b"PK\x03\x04") else _text(content, name)


def _office(content: bytes) -> MediaType | None:
    """A spreadsheet or text of an office program: by the parts inside, nothing inflated, and nothing that could run."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if _is_hostile(members):
                return None
            return _by_parts(packed, members)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None


def _is_hostile(members: list[zipfile.ZipInfo]) -> bool:
    names = [member.filename for member in members]
    return (
        len(members) > MOST_MEMBERS
        or sum(member.file_size for member in members) > MOST_INFLATED_BYTES
        or any(member.flag_bits & 1 for member in members)
        or len(set(names)) != len(names)
        or any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names)
        or any(name.lower().endswith("vbaproject.bin") for name in names)
    )


def _by_parts(packed: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> MediaType | None:
    first, names = members[0], {member.filename for member in members}
    if first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED:
        is_ods = first.file_size == len(ODS.name) and packed.read(first) == ODS.name.encode()
        return ODS if is_ods else None
    if "[Content_Types].xml" not in names:
        return None
    return next((media_type for part, media_type in MAIN_PARTS if part in names), None)


def _text(content: bytes, name: str) -> MediaType | None:
    """Plain words in any one-byte encoding or UTF-8; markup is none of ours, whatever it calls itself."""
    if not content or CONTROLS.search(content) or MARKUP.match(content):
        return None
    head = re.split(rb"\r?\n\r?\n", content[:MOST_HEAD], maxsplit=1)[0]
    if HEADER.match(head) and SENT.search(head) and ABOUT.search(head):
        return EML
    return CSV if name.lower().endswith(CSV.endings) else TXT
