"""How long the palette, the search page and the pick-lists take: at more than ten times the sample estate, and at 100,000
licences. `python -m bench.search [licences …]`; BENCH_HOME keeps the databases for the next time.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.big.home import big_group

SIZES = (6_000, 100_000)
"""Licences, with two people, a device and ten holdings for each: the first has as many people as the sample estate ten
times over (2,000 licences, 12,000 people, 16,000 devices, 16,000 holdings), and more licences and holdings."""
ROUNDS = 7
BOUNDED = {"/palette/", "/search/"}
MOST_MS = {6_000: 100}
WORDS = (
    "a",
    "us",
    "user12",
    "user1234 example",
    "B4711",
    "INV-77",
    "PO-1234",
    "tag7",
    "L1500",
    "office ab",
    "zzz nothing",
)


def main() -> None:
    """Measure each size given, or the usual ones; leave with 1 where the bound is not kept."""
    slow = [size for size in map(int, sys.argv[1:] or SIZES) if not _measure(size)]
    sys.exit(1 if slow else 0)


def _measure(size: int) -> bool:
    with big_group(size):
        from django.test import Client

        client = _client(Client)
        print(f"{size} licences: p50 ms, p95 ms, queries")
        worst = 0.0
        for path in ("/palette/", "/search/", "/licences/", "/devices/"):
            p95 = _report(client, path)
            worst = max(worst, p95) if path in BOUNDED else worst
        _picks()
        return worst <= MOST_MS.get(size, 10_000)


def _client(client_class: Any) -> Any:
    from datetime import UTC, datetime

    from trueup.base.access import Role
    from trueup.base.actor import system
    from trueup.tenancy.actions import create_user, grant_role
    from trueup.tenancy.models import User

    user, now, root = User.objects.filter(username="bench").first(), datetime.now(UTC), system("bench")
    if user is None:
        user = create_user(actor=root, username="bench", password="measured, never typed", at=now)
        grant_role(actor=root, user=user, role=Role.OWNER, company=None, at=now)
    client = client_class()
    client.force_login(user)
    return client


def _report(client: Any, path: str) -> float:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    everything: list[float] = []
    most_queries = 0
    slowest = (0.0, "")
    for words in WORDS:
        client.get(path, {"q": words})
        with CaptureQueriesContext(connection) as queries:
            client.get(path, {"q": words})
        most_queries = max(most_queries, len(queries))
        times = [_timed(lambda asked=words: client.get(path, {"q": asked})) for _ in range(ROUNDS)]
        everything += times
        slowest = max(slowest, (statistics.median(times), words))
    p95 = statistics.quantiles(everything, n=20)[-1]
    print(
        f"  {path:12} {statistics.median(everything):7.1f} {p95:7.1f} {most_queries:4}   "
        f"slowest “{slowest[1]}” {slowest[0]:.1f}",
        flush=True,
    )
    return p95


def _picks() -> None:
    from trueup.base.actor import system
    from trueup.devices.queries import devices_matching
    from trueup.people.queries import people_matching

    root = system("bench")
    for name, pick in (("people", people_matching), ("devices", devices_matching)):
        times = [
            _timed(lambda asked=words, pick=pick: pick(actor=root, company_id=1, words=asked))
            for words in WORDS
            for _ in range(ROUNDS)
        ]
        print(
            f"  pick {name:7} {statistics.median(times):7.1f} {statistics.quantiles(times, n=20)[-1]:7.1f}    1"
        )


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
