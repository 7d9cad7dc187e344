"""Request Tracker 5 by its REST 2 interface: tickets of a queue, comments that requestors do not see, status resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from trueup.tickets.desks.speaking import Account, Answer, ask, basic, lied, refuse_unless_ok

CLOSED = frozenset({"resolved", "rejected", "deleted"})


@dataclass(frozen=True, slots=True)
class RequestTracker:
    """A queue. Without a name the secret is a token."""

    account: Account

    def find(self, mark: str) -> str | None:
        """By the mark in the subject, among active ones."""
        asked = f"Subject LIKE '{mark}' AND Status = '__Active__'"
        answer = self._ask("GET", "/tickets", query={"query": asked, "fields": "Subject,Status"})
        refuse_unless_ok(answer)
        items = answer.body.get("items") if isinstance(answer.body, dict) else None
        if not isinstance(items, list):
            raise lied(answer)
        found = [str(one["id"]) for one in items if isinstance(one, dict) and mark in str(one.get("Subject"))]
        return found[0] if found else None

    def open_ticket(self, *, title: str, text: str) -> str:
        """A ticket in the queue."""
        body: dict[str, Any] = {
            "Queue": self.account.queue or "General", "Subject": title, "Content": text, "ContentType": "text/plain",
        }  # fmt: skip
        if self.account.requestor:
            body["Requestor"] = self.account.requestor
        answer = self._ask("POST", "/ticket", body=body)
        refuse_unless_ok(answer)
        number = answer.body.get("id") if isinstance(answer.body, dict) else None
        if not str(number).isdigit():
            raise lied(answer)
        return str(number)

    def add_note(self, remote_id: str, text: str) -> None:
        """A comment; Gone where the ticket was closed there."""
        self._refuse_closed(remote_id)
        body = {"Content": text, "ContentType": "text/plain"}
        refuse_unless_ok(self._ask("POST", f"/ticket/{quote(remote_id)}/comment", body=body), gone=True)

    def close_ticket(self, remote_id: str) -> None:
        """Status resolved."""
        refuse_unless_ok(
            self._ask("PUT", f"/ticket/{quote(remote_id)}", body={"Status": "resolved"}), gone=True
        )

    def _refuse_closed(self, remote_id: str) -> None:
        answer = self._ask("GET", f"/ticket/{quote(remote_id)}")
        refuse_unless_ok(answer, gone=True)
        status = answer.body.get("Status") if isinstance(answer.body, dict) else None
        if status in CLOSED:
            refuse_unless_ok(Answer(410, {"Status": status}), gone=True)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        account = self.account
        sign_in = basic(account) if account.username else f"token {account.secret.expose()}"
        return ask(
            account, method, f"/REST/2.0{path}", heads={"Authorization": sign_in}, body=body, query=query
        )
