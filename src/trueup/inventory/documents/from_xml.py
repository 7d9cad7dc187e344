"""Reads the XML of FusionInventory, OCS and older GLPI agents, row by row: no tree, no DTD, no entities."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from trueup.inventory.documents.cells import Cell, speakable, text_in
from trueup.inventory.documents.document import MOST_ROWS, Document, Row, UnreadableDocumentError, kept_cells
from trueup.inventory.documents.envelopes import decoded

MOST_ELEMENTS = 5_000_000
DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
CHARACTER_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
SECTION, CELL = 3, 4  # REQUEST is 1, CONTENT is 2
TOP_CELLS = frozenset({"QUERY", "DEVICEID", "ITEMTYPE"})
TAG_CELLS = frozenset({"keyname", "keyvalue"})


class _Rows:
    """Target of the parser: keeps the listed cells and forgets everything else as it passes by."""

    def __init__(self, *, keep_users: bool) -> None:
        self.top: dict[str, str] = {}
        self.content: dict[str, list[Row]] = {}
        self.agent: str | None = None
        self.tag: str | None = None
        self._keep_users = keep_users
        self._depth = self._elements = self._rows = 0
        self._kept: frozenset[str] = frozenset()
        self._row: Row = {}
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        del attributes
        self._depth += 1
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise UnreadableDocumentError(f"the message has more than {MOST_ELEMENTS} elements")
        if self._depth == 1 and tag != "REQUEST":
            raise UnreadableDocumentError("the message is not a REQUEST")
        if self._depth == SECTION:
            self._open_section(tag.casefold())
        wanted = self._depth == CELL and tag.casefold() in self._kept
        top = self._depth == SECTION - 1 and tag in TOP_CELLS
        version = self._depth == SECTION and tag == "VERSIONCLIENT"
        self._text = [] if wanted or top or version else None

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        text = text_in("".join(self._text)) if self._text is not None else None
        if self._depth == CELL and self._text is not None:
            self._row[tag.casefold()] = text
        elif self._depth == SECTION:
            self._close_section(tag, text)
        elif self._depth == SECTION - 1 and text:
            self.top[tag] = text
        self._text = None
        self._depth -= 1

    def close(self) -> _Rows:
        return self

    def _open_section(self, section: str) -> None:
        self._row = {}
        self._kept = (
            TAG_CELLS if section == "accountinfo" else kept_cells(section, keep_users=self._keep_users)
        )

    def _close_section(self, tag: str, text: str | None) -> None:
        section = tag.casefold()
        if section == "accountinfo":
            self._read_tag(self._row)
        elif self._kept:
            self._rows += 1
            if self._rows > MOST_ROWS:
                raise UnreadableDocumentError(f"the message has more than {MOST_ROWS} rows")
            self.content.setdefault(section, []).append(self._row)
        elif section == "versionclient":
            self.agent = text
        self._kept = frozenset()

    def _read_tag(self, row: dict[str, Cell]) -> None:
        if row.get("keyname") == "TAG":
            self.tag = text_in(row.get("keyvalue"))


def document_from_xml(plain: bytes, *, keep_users: bool = False) -> tuple[str | None, Document]:
    """The QUERY of the message and its filtered document.

    Raises UnreadableDocumentError for what is not well-formed, is not a REQUEST, or declares a DTD or entities.
    """
    target: Any = _Rows(keep_users=keep_users)
    parser = XMLParser(target=target, forbid_dtd=True)
    try:
        parser.feed(_cleaned(decoded(plain)))
        parser.close()
    except DefusedXmlException:
        raise UnreadableDocumentError("the message declares a DTD or entities") from None
    except ParseError as error:
        raise UnreadableDocumentError(f"the message is not well-formed XML: {error}") from None
    document = Document(
        form="xml",
        deviceid=target.top.get("DEVICEID"),
        agent=target.agent,
        tag=target.tag,
        item_type=target.top.get("ITEMTYPE"),
        content=target.content,
    )
    return target.top.get("QUERY"), document


def _cleaned(text: str) -> str:
    """Without the declaration, which speaks of the bytes, and without characters that XML may not hold."""
    body = DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    return CHARACTER_REFERENCE.sub(_legal_reference, speakable(body))


def _legal_reference(found: re.Match[str]) -> str:
    number = int(found[1], 16) if found[1] else int(found[2])
    legal = number <= 0x10FFFF and speakable(chr(number))  # noqa: PLR2004 - the last character of Unicode
    return found[0] if legal else ""
