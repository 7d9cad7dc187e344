"""Reads an inventory file of any agent: the same documents as on the wire, without the conversation around them."""

from __future__ import annotations

from trueup.inventory.documents.document import Document, UnreadableDocumentError
from trueup.inventory.documents.envelopes import opened
from trueup.inventory.documents.from_json import document_from_json
from trueup.inventory.documents.from_xml import document_from_xml

COMPUTER = "Computer"


def read_document(raw: bytes, *, keep_users: bool = False) -> Document:
    """The filtered document of an inventory of a computer. Raises UnreadableDocumentError for anything else."""
    plain = opened(raw)
    if plain.startswith(b"{"):
        document = document_from_json(plain, keep_users=keep_users)
    else:
        query, document = document_from_xml(plain, keep_users=keep_users)
        if query != "INVENTORY":
            raise UnreadableDocumentError(f"the file is no inventory but {query or 'something else'}")
    if document.item_type not in {None, COMPUTER}:
        raise UnreadableDocumentError(f"the file is about a {document.item_type}, not a computer")
    return document
