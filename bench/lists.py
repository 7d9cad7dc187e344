"""Measures every page that reads, and above all every list, at 100,000 licences and 1,000,000 assignments.

Usage: PYTHONPATH=src python -m bench.lists [licences, default 100000] [part of an address, default all]

Requests go through the whole stack (middleware, session, templates) in this process. A list is asked for its first
page, a page behind a cursor, every column people see to sort by, both ways, a filter and a search. Each way is asked
several times and its least time counts, so that what else the machine does is not taken for ours; the limit is 150 ms
for nineteen ways in twenty, which for most lists means for all but one. `worked` is the same in processor time of this
process and of its database process. Beside it stands what the rows of the first page cost as bare SQL and JSON.
Exit code 1 says that a list is over the limit. BENCH_HOME names a folder that keeps the made-up group for the next time.
"""

from __future__ import annotations

import json
import logging
import statistics
import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bench.big.asking import Asker, every_address
from bench.big.home import big_group

if TYPE_CHECKING:
    from trueup.base.registers import Register

LIMIT_MS = 150
HOPELESS_MS = 2000
"""A way as slow as this is asked once only."""
ROUNDS = 3
HOT = {"licence_id": 4, "person_id": 5, "device_id": 5, "product_id": 5, "company_id": 1, "title_id": 5, "position_id": 5,
       "assignment_id": 5, "receipt_id": 5, "run_id": 1, "kind": "person", "tab": "people"}  # fmt: skip
"""What the addresses are filled with: licence 4 has half as many holders as there are licences."""


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
    for _ in range(10):
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


def least(asker: Asker, way: str, rounds: int) -> tuple[float, float, int] | None:
    """Milliseconds by the clock and of work, the least of several requests each, and the queries of the last."""
    asker.ask(way)
    clock, worked, queries = [], [], 0
    for _ in range(rounds):
        answer = asker.ask(way)
        if answer.status != HTTPStatus.OK:
            return None
        clock.append(answer.milliseconds)
        worked.append(answer.at_work)
        queries = len(answer.queries)
        if answer.milliseconds > HOPELESS_MS:
            break
    return min(clock), min(worked), queries


def measure(asker: Asker, path: str) -> bool:
    """Print one line; whether it is a list over the limit."""
    first = asker.ask(path)
    if first.status != HTTPStatus.OK:
        return False
    is_list = len(first.registers) > 0
    asked = list(ways(path, first.registers[-1], first.pages[-1])) if is_list else [path]
    found = {way: one for way in asked if (one := least(asker, way, ROUNDS)) is not None}
    if not found:
        return False
    times, worked = [one[0] for one in found.values()], [one[1] for one in found.values()]
    p95, queries = quantile(times), [one[2] for one in found.values()]
    slowest = max(found, key=lambda way: found[way][0])
    beside = f"{bare(first.registers[-1], first.pages[-1]):6.1f}" if is_list else "      "
    over = is_list and p95 > LIMIT_MS
    print(
        f"{'✗' if over else ' '} {path:<46}{len(asked):>4}{statistics.median(times):8.1f}{p95:8.1f}{quantile(worked):8.1f}{beside:>8}"
        f"{min(queries):>5}–{max(queries):<3} {found[slowest][0]:8.1f} {slowest.removeprefix(path)[:60]}",
        flush=True,
    )
    return over


def main() -> None:
    given = dict(enumerate(sys.argv))
    licences, part = int(given.get(1, 100_000)), given.get(2, "")
    with big_group(licences):
        logging.disable(logging.WARNING)
        asker = Asker()
        print(f"  {'milliseconds of the server':<46}ways     p50     p95  worked    bare queries  slowest")
        over = [
            path for path in sorted(set(every_address(HOT).values())) if part in path and measure(asker, path)
        ]
    if over:
        raise SystemExit(f"Over {LIMIT_MS} ms: {', '.join(over)}")


if __name__ == "__main__":
    main()
