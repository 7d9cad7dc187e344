"""Names of files as we keep them: one name, no path, nothing a screen, a shell or Windows would trip over."""

from __future__ import annotations

import re
import unicodedata

MOST_LETTERS = 120
MOST_ENDING = 12
NAMELESS = "document"
TROUBLE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]+')
BLANKS = re.compile(r"\s+")
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe_name(given: str, *, endings: tuple[str, ...]) -> str:
    r"""The last part of what was given, cleaned, with one of the endings its content calls for.

    >>> safe_name("../../etc/passwd", endings=(".txt",)), safe_name("C:\\tmp\\In voice.PDF", endings=(".pdf",))
    ('passwd.txt', 'In voice.PDF')
    >>> safe_name("nul", endings=(".csv",)), safe_name("...", endings=(".png",))
    ('_nul.csv', 'document.png')
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    name = "".join(letter for letter in name if letter.isspace() or unicodedata.category(letter)[0] != "C")
    name = BLANKS.sub(" ", TROUBLE.sub("_", name)).strip(" .") or NAMELESS
    if DEVICES.fullmatch(name):
        name = f"_{name}"
    if not name.lower().endswith(endings):
        name = f"{name[:MOST_LETTERS]}{endings[0]}"
    return _cut(name)


def _cut(name: str) -> str:
    """At most so many letters, the ending kept."""
    if len(name) <= MOST_LETTERS + MOST_ENDING:
        return name
    stem, _, ending = name.rpartition(".")
    return f"{stem[:MOST_LETTERS].rstrip(' .')}.{ending}"
