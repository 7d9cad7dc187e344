"""What agents say and what they must hear, byte for byte. Pure: a request's bytes in, a Message; a Message in, a Reply.

Messages are told apart by their bytes, never by their headers. XML replies are zlib at the default level under
``application/x-compress-zlib``, the one encoding all three agents read; JSON replies are plain.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import msgspec

from trueup.inventory.documents.document import Document, UnreadableDocumentError, from_agent
from trueup.inventory.documents.envelopes import OversizedMessageError, opened
from trueup.inventory.documents.from_json import document_from_json, json_fields, text_of
from trueup.inventory.documents.from_xml import document_from_xml

HOURS_TO_NEXT = 24
SECONDS_TO_WAIT = 10
UNWANTED_CATEGORIES = "process,environment,local_user,local_group"
PRETENDED_VERSION = "11.0.0"
"""GLPI Agent wants a server name and version in the contact answer, else it adds a PROLOG to every run."""

JSON, XML, TEXT = "application/json", "application/x-compress-zlib", "text/plain; charset=utf-8"
COMPUTER = "Computer"


class Kind(Enum):
    """What a message wants."""

    PROLOG = "prolog"
    CONTACT = "contact"
    INVENTORY = "inventory"
    OTHER_ITEM = "other item"
    POLL = "poll"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    OVERSIZED = "oversized"


@dataclass(frozen=True, slots=True)
class Head:
    """The only headers that are read: who sends, never what."""

    agent_id: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One understood message. ``document`` is there for an inventory only, already filtered."""

    kind: Kind
    in_json: bool = False
    head: Head = Head()
    deviceid: str | None = None
    agent: str | None = None
    tag: str | None = None
    document: Document | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back."""

    status: int
    content_type: str
    body: bytes


def understand(raw: bytes, *, head: Head, is_get: bool = False, keep_users: bool = False) -> Message:
    """The message in a request's body. Never raises: what cannot be read is a message too."""
    if is_get and not raw:
        return Message(kind=Kind.POLL, in_json=True, head=head)
    try:
        message = _read(opened(raw), keep_users=keep_users)
    except OversizedMessageError as problem:
        message = Message(kind=Kind.OVERSIZED, trouble=str(problem))
    except UnreadableDocumentError as problem:
        message = Message(kind=Kind.UNREADABLE, trouble=str(problem))
    if message.document is None:
        return replace(message, head=head)
    document = from_agent(message.document, agent=head.user_agent, agent_id=head.agent_id)
    return replace(message, head=head, document=document)


def _read(plain: bytes, *, keep_users: bool) -> Message:
    if plain.startswith(b"{"):
        return _read_json(plain, keep_users=keep_users)
    if plain.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _read_xml(plain, keep_users=keep_users)
    raise UnreadableDocumentError("the message is neither JSON nor XML")


def _read_json(plain: bytes, *, keep_users: bool) -> Message:
    fields = json_fields(plain)
    action = text_of(fields, "action") or "inventory"
    if action == "contact":
        agent = " ".join(part for key in ("name", "version") if (part := text_of(fields, key)))
        deviceid, tag = text_of(fields, "deviceid"), text_of(fields, "tag")
        return Message(kind=Kind.CONTACT, in_json=True, deviceid=deviceid, agent=agent or None, tag=tag)
    if action != "inventory":
        return Message(kind=Kind.UNSUPPORTED, in_json=True, trouble="unsupported")
    try:
        return _inventory(document_from_json(plain, keep_users=keep_users), in_json=True)
    except UnreadableDocumentError as problem:
        return Message(kind=Kind.UNSUPPORTED, in_json=True, trouble=str(problem))


def _read_xml(plain: bytes, *, keep_users: bool) -> Message:
    query, document = document_from_xml(plain, keep_users=keep_users)
    if query == "PROLOG":
        return Message(kind=Kind.PROLOG, deviceid=document.deviceid)
    if query != "INVENTORY":
        raise UnreadableDocumentError("the message is neither a PROLOG nor an INVENTORY")
    return _inventory(document, in_json=False)


def _inventory(document: Document, *, in_json: bool) -> Message:
    """Only computers are taken; phones, printers and network equipment are acknowledged and dropped."""
    computer = document.item_type in {None, COMPUTER}
    return Message(
        kind=Kind.INVENTORY if computer else Kind.OTHER_ITEM,
        in_json=in_json,
        deviceid=document.deviceid,
        agent=document.agent,
        tag=document.tag,
        document=document if computer else None,
    )


def reply_to(message: Message, *, needs_full: bool = False) -> Reply:
    """The answer. ``needs_full``: the server has no complete software list of this device and wants one.

    A GLPI agent in that state is sent back to XML, whose inventories are always full: its contact is answered
    with an error, and the PROLOG that follows with SEND.
    """
    match message.kind:
        case Kind.PROLOG:
            return _reply_to_prolog(message, needs_full=needs_full)
        case Kind.CONTACT | Kind.POLL:
            return _json_error("full inventory required") if needs_full else _contact_answer()
        case Kind.INVENTORY | Kind.OTHER_ITEM:
            return (
                _json({"status": "ok", "expiration": HOURS_TO_NEXT})
                if message.in_json
                else _xml("no_account_update")
            )
        case Kind.UNSUPPORTED:
            return _json_error(message.trouble)
        case Kind.OVERSIZED:
            return Reply(status=413, content_type=TEXT, body=b"too large\n")
        case Kind.UNREADABLE:
            return Reply(status=400, content_type=TEXT, body=b"unreadable\n")


def reply_not_now(message: Message) -> Reply:
    """The answer when nothing can be taken at the moment: agents come back by themselves."""
    if message.in_json and message.kind in {Kind.CONTACT, Kind.POLL}:
        return _json({"status": "pending", "expiration": f"{SECONDS_TO_WAIT}s"})
    return Reply(status=503, content_type=TEXT, body=b"try again later\n")


def _reply_to_prolog(message: Message, *, needs_full: bool) -> Reply:
    """A GLPI agent's very first word is XML: sent to contact at once, it asks before it sends private sections."""
    if message.head.agent_id and not needs_full:
        return _json({"status": "pending"})
    return _xml("SEND", PROLOG_FREQ=HOURS_TO_NEXT)


def _contact_answer() -> Reply:
    inventory = {"server": "glpi", "version": PRETENDED_VERSION, "no-category": UNWANTED_CATEGORIES}
    tasks = {"inventory": inventory}
    return _json({"status": "ok", "message": "", "expiration": HOURS_TO_NEXT, "disabled": [], "tasks": tasks})


def _json_error(text: str) -> Reply:
    return _json({"status": "error", "message": text})


def _json(fields: dict[str, Any]) -> Reply:
    return Reply(status=200, content_type=JSON, body=msgspec.json.encode(fields))


def _xml(response: str, **cells: object) -> Reply:
    """Without a level: one agent searches the two bytes of the default one."""
    more = "".join(f"<{name}>{value}</{name}>" for name, value in cells.items())
    text = f"<?xml version='1.0' encoding='UTF-8'?>\n<REPLY><RESPONSE>{response}</RESPONSE>{more}</REPLY>"
    return Reply(status=200, content_type=XML, body=zlib.compress(text.encode()))
