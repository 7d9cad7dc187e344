"""Measures every page that reads, and above all every list, at 100,000 licences and 1,000,000 assignments.

Usage: PYTHONPATH=src python -m bench.lists [licences, default 100000] [part of an address, default all]

Requests go through the whole stack (middleware, session, templates) in this process. A list is asked in every way people ask
it: its first page, the page behind a cursor, each column they see to sort by, both ways, each filter with a choice, two searches.
Each way is asked several times. A line a list says what half of all its requests, and nineteen in twenty, stay below; a
line for each way below it says the same of that way. `worked` is processor time of this process and of its database process,
which is the same on a busy machine; a list is judged by the clock. `bare` is one statement that reads the rows of the same page
by their ids, with encoding them; `ratio` is how many times as long the whole answer takes.

Exit code 1 says that something is over its limit, in time or in queries. BENCH_HOME names a folder that keeps the made-up group.
"""

from __future__ import annotations

import json
import logging
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.big.asking import Asker, every_address
from bench.big.home import big_group

if TYPE_CHECKING:
    from trueup.base.registers import Register

LIMIT_MS = 150
PAGES_MS = {
    "/": 300,
    "/renewals/": 150,
    "/renewals/calendar/": 300,
    "/api/renewals/": 150,
    "/api/invoices/": 150,
    "/palette/": 100,
}
"""Limits of pages that are no lists of columns, and are read as often."""
HOPELESS_MS = 2000
"""A way as slow as this is asked once only."""
ROUNDS = 5
HOT = {"licence_id": 4, "person_id": 5, "device_id": 5, "product_id": 5, "company_id": 1, "title_id": 5, "position_id": 5,
       "assignment_id": 5, "receipt_id": 5, "run_id": 1, "kind": "person", "tab": "people"}  # fmt: skip
"""What the addresses are filled with: licence 4 has half as many holders as there are licences."""
BUDGETS: Mapping[str, int] = json.loads(Path("tests/budgets.json").read_text("utf-8"))
HEAD = f"  {'milliseconds of the server':<58}{'p50':>8}{'p95':>8}{'limit':>7}{'worked':>8}{'bare':>7}{'ratio':>7}  queries"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking, and what each of its requests took."""

    asked: str
    clock: tuple[float, ...]
    worked: tuple[float, ...]
    bare: float
    queries: int


def ways(path: str, register: Register, page: Any) -> Iterator[str]:
    """All the ways in which a list is asked."""
    yield path
    if page.next:
        yield f"{path}?after={page.next}"
    for column in register.columns:
        if column.sortable and column.shown:
            yield f"{path}?sort={column.key}"
            yield f"{path}?sort=-{column.key}"
        if column.filterable and column.shown and column.choices:
            yield f"{path}?{column.key}={column.choices[0][0]}"
    if register.search:
        yield f"{path}?q=ab"
        yield f"{path}?q=draw+4"


def bare(register: Register, page: Any) -> float:
    """Milliseconds of the same rows by their ids, as one statement written by hand would read and encode them."""
    from django.db import connection

    if not page.rows:
        return 0
    model = _model(register)
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model} WHERE id = ANY(%s)", [[row["id"] for row in page.rows]])
            names = [column.name for column in cursor.description]
            json.dumps([dict(zip(names, row, strict=True)) for row in cursor], default=str)
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent)


def _model(register: Register) -> str:
    from django.utils import timezone

    from trueup.base.actor import system

    for given in ({}, {"on": timezone.localdate()}):
        try:
            return str(register.rows(actor=system("bench"), **given).model._meta.db_table)  # noqa: SLF001 - its name
        except TypeError:
            continue
    raise TypeError(register.name)


def quantile(times: list[float]) -> float:
    """What nineteen in twenty stay below; of fewer than twenty that is the slowest."""
    return statistics.quantiles([*times, max(times)], n=20, method="inclusive")[-1]


def asked_often(asker: Asker, way: str) -> Way | None:
    """Several requests, after one that fills what is filled at first use."""
    asker.ask(way)
    clock, worked, beside, queries = [], [], 0.0, 0
    for _ in range(ROUNDS):
        answer = asker.ask(way)
        if answer.status != HTTPStatus.OK:
            return None
        clock.append(answer.milliseconds)
        worked.append(answer.at_work)
        queries = len(answer.queries)
        if not beside and answer.registers:
            beside = bare(answer.registers[-1], answer.pages[-1])
        if answer.milliseconds > HOPELESS_MS:
            break
    return Way(way, tuple(clock), tuple(worked), beside, queries)


def measure(asker: Asker, route: str, path: str) -> list[str]:
    """Print the lines of one address; what of it is over a limit."""
    first = asker.ask(path)
    if first.status != HTTPStatus.OK:
        return []
    is_list = len(first.registers) > 0
    asked = ways(path, first.registers[-1], first.pages[-1]) if is_list else iter([path])
    found = [one for way in asked if (one := asked_often(asker, way)) is not None]
    if not found:
        return []
    limit = PAGES_MS.get(path, LIMIT_MS if is_list else None)
    p95 = quantile([time for one in found for time in one.clock])
    slow = limit is not None and p95 > limit
    most = max(one.queries for one in found)
    dear = most > BUDGETS.get(route, most)
    _print(f"{'✗' if slow or dear else ' '} {path}", found, limit)
    if len(found) > 1:
        for one in found:
            _print(f"    {one.asked.removeprefix(path)[:48] or 'as it comes'}", [one], limit)
    return [f"{path} {p95:.0f} ms"] * slow + [f"{path} {most} queries"] * dear


def _print(name: str, found: list[Way], limit: int | None) -> None:
    clock, worked = ([time for one in found for time in getattr(one, what)] for what in ("clock", "worked"))
    beside = statistics.median(one.bare for one in found)
    ratio = f"{statistics.median(clock) / beside:6.0f}×" if beside else ""
    queries = sorted({one.queries for one in found})
    print(
        f"{name:<60}{statistics.median(clock):8.1f}{quantile(clock):8.1f}{limit or '':>7}{quantile(worked):8.1f}"
        f"{beside:7.1f}{ratio:>7}  {'–'.join(map(str, dict.fromkeys([queries[0], queries[-1]])))}",
        flush=True,
    )


def main() -> None:
    """Measure everything there is; leave with what is over its limit."""
    given = dict(enumerate(sys.argv))
    licences, part = int(given.get(1, 100_000)), given.get(2, "")
    with big_group(licences):
        logging.disable(logging.WARNING)
        asker = Asker()
        print(HEAD)
        addresses = {path: route for route, path in every_address(HOT).items()}
        over = [
            one for path in sorted(addresses) if part in path for one in measure(asker, addresses[path], path)
        ]
    if over:
        raise SystemExit(f"Over a limit: {', '.join(over)}")


if __name__ == "__main__":
    main()
