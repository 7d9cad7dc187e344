"""Roundup by its REST interface: issues with messages, the status changed under the ETag that was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from trueup.tickets.desks.speaking import Account, Answer, ask, basic, lied, refuse_unless_ok

CLOSED = frozenset({"resolved", "done-cbb"})


@dataclass(frozen=True, slots=True)
class Roundup:
    """A tracker; its address ends with the tracker's name."""

    account: Account

    def find(self, mark: str) -> str | None:
        """By the mark in the title, among those that are not closed."""
        answer = self._ask("GET", "/issue", query={"title": mark, "@fields": "title,status", "@verbose": "2"})
        refuse_unless_ok(answer)
        for one in _listed(answer):
            if mark in str(one.get("title")) and _status(one) not in CLOSED:
                return str(one["id"])
        return None

    def open_ticket(self, *, title: str, text: str) -> str:
        """A message, and the issue it belongs to."""
        message = self._message(text)
        body: dict[str, Any] = {"title": title, "messages": [message]}
        if self.account.queue:
            body["keyword"] = [self.account.queue]
        return self._made(self._ask("POST", "/issue", body=body))

    def add_note(self, remote_id: str, text: str) -> None:
        """One message more; Gone where the issue was closed there."""
        issue, etag = self._read(remote_id)
        if _status(issue) in CLOSED:
            refuse_unless_ok(Answer(410, {"status": _status(issue)}), gone=True)
        message = self._message(text)
        change = {"messages": [message], "@op": "add"}
        refuse_unless_ok(self._patch(remote_id, change, etag), gone=True)

    def close_ticket(self, remote_id: str) -> None:
        """Status resolved."""
        issue, etag = self._read(remote_id)
        if _status(issue) not in CLOSED:
            refuse_unless_ok(
                self._patch(remote_id, {"status": "resolved", "@op": "replace"}, etag), gone=True
            )

    def _message(self, text: str) -> str:
        """A message of ours. It has to name its author: an issue with a message of nobody is refused."""
        name = self.account.username
        answer = self._ask("GET", "/user", query={"username": name, "@fields": "username"})
        refuse_unless_ok(answer)
        ours = [str(one["id"]) for one in _listed(answer) if one.get("username") == name]
        if not ours:
            raise lied(answer)
        return self._made(self._ask("POST", "/msg", body={"content": text, "author": ours[0]}))

    def _read(self, remote_id: str) -> tuple[dict[str, Any], str]:
        answer = self._ask("GET", f"/issue/{quote(remote_id)}", query={"@verbose": "2"})
        refuse_unless_ok(answer, gone=True)
        found = answer.body.get("data") if isinstance(answer.body, dict) else None
        if not isinstance(found, dict) or not isinstance(found.get("attributes"), dict):
            raise lied(answer)
        return found["attributes"], str(found.get("@etag") or answer.heads.get("etag", ""))

    def _patch(self, remote_id: str, change: Mapping[str, Any], etag: str) -> Answer:
        return self._ask("PATCH", f"/issue/{quote(remote_id)}", body=change, heads={"If-Match": etag})

    def _made(self, answer: Answer) -> str:
        refuse_unless_ok(answer)
        found = answer.body.get("data") if isinstance(answer.body, dict) else None
        number = found.get("id") if isinstance(found, dict) else None
        if not str(number).isdigit():
            raise lied(answer)
        return str(number)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        heads: Mapping[str, str] | None = None,
    ) -> Answer:
        """Roundup wants to be told that a program asks, and from where, against requests forged by pages."""
        parts = urlsplit(self.account.url)
        told = {
            "Authorization": basic(self.account), "X-Requested-With": "rest",
            "Origin": f"{parts.scheme}://{parts.netloc}", "Referer": self.account.url.rstrip("/") + "/",
            **(heads or {}),
        }  # fmt: skip
        return ask(self.account, method, f"/rest/data{path}", heads=told, body=body, query=query)


def _listed(answer: Answer) -> list[dict[str, Any]]:
    found = answer.body.get("data") if isinstance(answer.body, dict) else None
    rows = found.get("collection") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise lied(answer)
    return [one for one in rows if isinstance(one, dict)]


def _status(issue: Mapping[str, Any]) -> str:
    """The name of the status, which comes with its number and a link."""
    status = issue.get("status")
    return str(status.get("name") if isinstance(status, Mapping) else status)
