"""Kill -9 of server and database in the middle of 1,000 assignments: every acknowledged one is there, no half one is."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest

from tests.served import Served, served

PEOPLE = 1000
ACKNOWLEDGED_BEFORE = 300
AT_ONCE = 8

pytestmark = pytest.mark.server


class Client:
    """Speaks the API with a token, one request a call; what is not answered raises."""

    def __init__(self, address: str, token: str) -> None:
        self.host = address.removeprefix("http://")
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        with closing(HTTPConnection(self.host, timeout=30)) as connection:
            connection.request(
                method, f"/api/{path}", None if body is None else json.dumps(body), self.headers
            )
            answer = connection.getresponse()
            told = json.loads(answer.read())
        assert answer.status < 400, told
        return told

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """All rows of a list."""
        after = ""
        while True:
            page = self("GET", f"{path}?limit=200{after}")
            yield from page["results"]
            if not page["next"]:
                return
            after = f"&cursor={page['next']}"


def test_what_was_acknowledged_is_there_and_nothing_is_half_done() -> None:
    with served() as product:
        api, licence, people = _stage(product)
        acknowledged = _assign_until_killed(product, api, licence, people)
        product.start()
        product.wait_until_ready()
        stored = {row["id"] for row in api.pages(f"licences/{licence}/assignments/")}
        assert acknowledged <= stored
        assert len(acknowledged) >= ACKNOWLEDGED_BEFORE
        assert len(stored) < PEOPLE, "it was killed too late to prove anything"
        assert api("GET", f"licences/{licence}/")["used"] == len(stored)
        assert "adds up" in product.command("ledger", "verify")
        product.command("audit", "verify")


def _stage(product: Served) -> tuple[Client, int, list[int]]:
    """A company with a licence of 1,000 units and 1,000 people, through the product's own doors."""
    product.command("company", "create", "Acme")
    product.command("user", "create", "alice", "--role", "owner", "--company", "Acme")
    token = product.command("token", "create", "alice", "--scope", "write").split()[-1]
    api = Client(product.address, token)
    company = api("GET", "companies/")["results"][0]["id"]
    made = api("POST", "products/", {"company": company, "publisher": "Initech", "name": "Draw"})
    line = {"units": PEOPLE, "valid_from": "2026-01-01"}
    licence = api(
        "POST",
        "licences/",
        {
            "company": company,
            "product": made["id"],
            "metric": "per_named_user",
            "has_no_key": True,
            "line": line,
        },
    )

    def a_person(number: int) -> int:
        body = {"company": company, "name": f"Person {number}", "username": f"person{number}"}
        return int(api("POST", "people/", body)["id"])

    with ThreadPoolExecutor(4) as pool:
        return api, licence["id"], list(pool.map(a_person, range(PEOPLE)))


def _assign_until_killed(product: Served, api: Client, licence: int, people: list[int]) -> set[int]:
    acknowledged: set[int] = set()
    enough = threading.Event()

    def assign(person: int) -> None:
        try:
            body = {"holder": {"kind": "person", "id": person}, "units": 1}
            acknowledged.add(api("POST", f"licences/{licence}/assignments/", body)["id"])
        except (OSError, HTTPException, ValueError):
            return
        finally:
            if len(acknowledged) >= ACKNOWLEDGED_BEFORE:
                enough.set()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for person in people:
            pool.submit(assign, person)
        enough.wait(60)
        product.kill()
    return acknowledged
