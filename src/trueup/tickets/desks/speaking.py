"""What every ticket system is asked, in one shape; how each says it is in a file of its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from trueup.deliveries.posting import NotTaken, ask_over_http
from trueup.vault.plain import Plain

OK = range(200, 300)
FOR_EVER = frozenset({400, 401, 403, 404, 405, 409, 410, 412, 422})


class Gone(NotTaken):
    """The ticket is not there any more, or takes no note."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are at a desk, and where it is."""

    url: str
    username: str
    secret: Plain
    queue: str = ""
    requestor: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a desk answered: the status, its JSON, and heads by lower-case name."""

    status: int
    body: Any
    heads: Mapping[str, str] = field(default_factory=dict)


class DeskClient(Protocol):
    """A ticket system."""

    def find(self, mark: str) -> str | None:
        """The number of the open ticket with that mark in its title."""

    def open_ticket(self, *, title: str, text: str) -> str:
        """Open one; its number."""

    def add_note(self, remote_id: str, text: str) -> None:
        """Add a note. Raises Gone where the ticket takes none."""

    def close_ticket(self, remote_id: str) -> None:
        """Close it; one that is closed already stays so."""


def basic(account: Account) -> str:
    """The head of a sign-in by name and password."""
    pair = f"{account.username}:{account.secret.expose()}".encode()
    return "Basic " + base64.b64encode(pair).decode()


def ask(
    account: Account,
    method: str,
    path: str,
    *,
    heads: Mapping[str, str],
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
) -> Answer:
    """One request to an address made from the desk's own and a path of ours, never from anything it answered."""
    url = account.url.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
    content = None if body is None else json.dumps(body).encode()
    told = {"Accept": "application/json", **heads}
    if content is not None:
        told["Content-Type"] = "application/json"
    status, raw, answered = ask_over_http(method=method, url=url, body=content, heads=told)
    return Answer(status, _read(raw), answered)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")


def refuse_unless_ok(answer: Answer, *, gone: bool = False) -> None:
    """Go on, or say what was answered: for ever where trying again is no use."""
    if answer.status in OK:
        return
    said = f"{answer.status} {json.dumps(answer.body, ensure_ascii=False)[:500]}"
    if gone and answer.status in {404, 410}:
        raise Gone(said, is_final=True)
    raise NotTaken(said, is_final=answer.status in FOR_EVER)


def lied(answer: Answer) -> NotTaken:
    """What was answered is no answer to what was asked."""
    shown = json.dumps(answer.body, ensure_ascii=False)[:300]
    return NotTaken(_("The desk answered what makes no sense: %(said)s") % {"said": shown})
