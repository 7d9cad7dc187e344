"""Which of the identifiers a machine reports can be believed, and how they are written so that they compare."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What manufacturers leave in the firmware when nobody filled it in, lower-cased and without punctuation.
PLACEHOLDERS = frozenset({
    "", "0123456789", "123456789", "1234567890", "12345678", "chassisserialnumber", "default", "defaultstring",
    "empty", "inthisspace", "invalid", "na", "nil", "none", "noserial", "notapplicable", "notavailable",
    "notspecified", "null", "oem", "sernum", "serialnumber", "systemserialnumber", "systemuuid", "tobedefined",
    "tobefilledbyoem", "unknown", "unspecified", "xxxxxxxxxx",
})  # fmt: skip
PUNCTUATION = re.compile(r"[\W_]+")
MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def is_placeholder(text: str | None) -> bool:
    """Whether an identifier stands on many machines at once: empty, a filler, or one character repeated.

    >>> [is_placeholder(text) for text in ("To Be Filled By O.E.M.", "0000-0000", "FFFFFFFF", "2FAGP34")]
    [True, True, True, False]
    """
    bare = PUNCTUATION.sub("", text or "").casefold()
    return bare in PLACEHOLDERS or len(set(bare)) == 1


def trusted_serial(text: str | None) -> str | None:
    """The serial number as sent, or None when it is a placeholder.

    >>> trusted_serial(" 2FAGP34 "), trusted_serial("System Serial Number")
    ('2FAGP34', None)
    """
    return None if is_placeholder(text) else (text or "").strip()


def trusted_uuid(text: str | None) -> str | None:
    """The system UUID in lower case, or None when it is a placeholder.

    >>> trusted_uuid("4C4C4544-0034-3010-8048-B6C04F503732")
    '4c4c4544-0034-3010-8048-b6c04f503732'
    >>> trusted_uuid("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF") is None
    True
    """
    return None if is_placeholder(text) else (text or "").strip().casefold()


def other_byte_order(uuid: str) -> str:
    """The same UUID as the other half of the world writes it: firmware stores its first three groups reversed.

    >>> other_byte_order("3d1e605f-c9aa-1a4b-a750-047aaabd2b75")
    '5f601e3d-aac9-4b1a-a750-047aaabd2b75'
    """
    if not UUID.fullmatch(uuid):
        return uuid
    first, second, third, *rest = uuid.split("-")
    return "-".join([*(bytes.fromhex(group)[::-1].hex() for group in (first, second, third)), *rest])


def trusted_macs(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Well-formed addresses, lower case with colons, sorted, without the all-zero and broadcast ones.

    >>> trusted_macs(["08-00-27-5B-C4-19", "00:00:00:00:00:00", "d5:c9:gh:81:cf:80", None])
    ('08:00:27:5b:c4:19',)
    """
    written = {(text or "").strip().casefold().replace("-", ":") for text in texts}
    return tuple(sorted(mac for mac in written if MAC.fullmatch(mac) and not is_placeholder(mac)))
