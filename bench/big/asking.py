"""Asks the product its addresses in this process, through the whole stack, and finds out which of them are lists."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trueup.base.registers import Register

NAME = "bench"
TABS = ("devices", "position", "purchases", "keys", "documents", "history")
"""The tabs of a licence, besides the first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request cost."""

    status: int
    milliseconds: float
    at_work: float
    queries: tuple[str, ...]
    bytes: int
    registers: tuple[Register, ...]
    pages: tuple[Any, ...]


class Asker:
    """Somebody who owns every company, by browser and by token: the widest view there is."""

    def __init__(self) -> None:
        from django.test import Client

        user = owner()
        self.client = Client()
        self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.clock = Clock()
        self.headers = {"Authorization": f"Bearer {token_of(user)}"}

    def ask(self, path: str) -> Answer:
        """Get an address to its last byte."""
        from django.db import connection

        queries: list[str] = []

        def counted(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
            queries.append(sql if params is None else f"{sql} {params}")
            return execute(sql, params, *rest)

        headers = self.headers if path.startswith("/api/") else {}
        with recorded() as seen, connection.execute_wrapper(counted):
            started, at_work = time.perf_counter(), self.clock.milliseconds()
            answer = self.client.get(path, headers=headers)
            size = sum(len(part) for part in answer)
            spent = (time.perf_counter() - started) * 1000
            at_work = self.clock.milliseconds() - at_work
        registers, pages = tuple(one[0] for one in seen), tuple(one[1] for one in seen)
        return Answer(answer.status_code, spent, at_work, tuple(queries), size, registers, pages)


class Clock:
    """Time really worked, by this process and by its database process: what stays the same on a busy machine."""

    def __init__(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute("SELECT pg_backend_pid()")
            self.backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def milliseconds(self) -> float:
        """Since whenever."""
        backend = int(self.backend.read_text().split()[0]) / 1e6 if self.backend.exists() else 0.0
        return time.process_time() * 1000 + backend


def owner() -> Any:
    """The user, made on first use."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.tenancy.actions import create_user, grant_role
    from trueup.tenancy.queries import user_named

    root = system(NAME)
    try:
        return user_named(username=NAME)
    except Exception:  # noqa: BLE001 - nobody of that name yet
        user = create_user(
            actor=root, username=NAME, password="correct horse battery", at=timezone.now(), name="Bench"
        )
        grant_role(actor=root, user=user, role="owner", company=None, at=timezone.now())
        return user


def token_of(user: Any) -> str:
    """A token for the API."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.tenancy.actions import create_token

    return create_token(actor=system(NAME), user=user, name=NAME, at=timezone.now())


@contextmanager
def recorded() -> Iterator[list[tuple[Any, Any]]]:
    """Notes every register that is read while the block runs, wherever the reader was imported to."""
    from trueup.base import listing

    original, seen = listing.read_page, []

    def noted(register: Any, **arguments: Any) -> Any:
        page = original(register, **arguments)
        seen.append((register, page))
        return page

    holders = [
        m
        for n, m in list(sys.modules.items())
        if n.startswith("trueup.") and getattr(m, "read_page", None) is original
    ]
    for module in holders:
        module.read_page = noted  # type: ignore[attr-defined]  # put back below
    try:
        yield seen
    finally:
        for module in holders:
            module.read_page = original  # type: ignore[attr-defined]  # as above


def every_address(values: Mapping[str, object]) -> dict[str, str]:
    """All addresses of pages and of the API's reads with the values put in, by their routes."""
    from tests.doors.web.addresses import addresses
    from trueup.api.urls import api

    pages = {
        each.route: each.filled(values) for each in addresses() if not each.route.startswith("^(?:agents")
    }
    reads = {
        path: re.sub(r"{(\w+)}", lambda found: str(values.get(found[1], 1)), path)
        for path, verbs in api.get_openapi_schema()["paths"].items()
        if "get" in verbs
    }
    return pages | {f"{route} {tab}": pages[route].replace("/people/", f"/{tab}/") for route in pages if "tab" in route
                    for tab in TABS} | reads  # fmt: skip
