"""Opens what a message is wrapped in: bounded inflation, and text whatever its encoding claims to be.

Headers are not asked: agents send zlib under three content types, and an empty poll under all of them.
"""

from __future__ import annotations

import re
import zlib

from trueup.inventory.documents.document import MOST_INFLATED_BYTES, UnreadableDocumentError

MOST_WIRE_BYTES = 16 * 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WIDE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
GZIP = b"\x1f\x8b"
ZLIB_METHOD = 0x78


class OversizedMessageError(UnreadableDocumentError):
    """The message is larger than the limits, as it came or once inflated."""


def opened(raw: bytes) -> bytes:
    """The message inflated where it is zlib or gzip, without byte order mark and leading blanks.

    Raises OversizedMessageError beyond 16 MiB on the wire or 128 MiB inflated, UnreadableDocumentError for a
    stream that ends early.
    """
    if len(raw) > MOST_WIRE_BYTES:
        raise OversizedMessageError(f"the message has {len(raw)} bytes; at most {MOST_WIRE_BYTES} are read")
    plain = _inflated(raw) if is_deflated(raw) else raw
    return plain.removeprefix(BYTE_ORDER_MARK).lstrip(b"\x00 \t\r\n")


def is_deflated(raw: bytes) -> bool:
    """Whether the bytes begin as zlib (RFC 1950) or gzip do.

    >>> [is_deflated(bytes.fromhex(head)) for head in ("7801", "789c", "78da", "1f8b", "7b22", "78")]
    [True, True, True, True, False, False]
    """
    if len(raw) < len(GZIP):
        return False
    return raw[:2] == GZIP or (raw[0] == ZLIB_METHOD and int.from_bytes(raw[:2], "big") % 31 == 0)


def _inflated(raw: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # 32: zlib or gzip, by its own header
    try:
        plain = stream.decompress(raw, MOST_INFLATED_BYTES)
    except zlib.error as error:
        raise UnreadableDocumentError(f"the compressed message is damaged: {error}") from None
    if stream.unconsumed_tail:
        raise OversizedMessageError(f"the message inflates beyond {MOST_INFLATED_BYTES} bytes")
    if not stream.eof:
        raise UnreadableDocumentError("the compressed message ends too early")
    return plain


def decoded(plain: bytes) -> str:
    """The text of a message: what its own declaration says, else UTF-8, else Windows-1252, never an error."""
    if plain[:2] in WIDE_MARKS:
        return plain.decode("utf-16", errors="replace")
    declared = DECLARED.match(plain)
    for encoding in ((declared[1].decode("ascii"),) if declared else ()) + ("utf-8", "cp1252"):
        try:
            return plain.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return plain.decode("utf-8", errors="replace")
