"""How fast inventories are taken in: complete ones, ones that say nothing new, and titles that are known or not.

`python -m bench.ingest`; BENCH_DEVICES and BENCH_TITLES set the sizes. One process, as one worker has.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.big.asking import Clock
from bench.big.home import big_group

DEVICES = int(os.environ.get("BENCH_DEVICES", "300"))
TITLES = int(os.environ.get("BENCH_TITLES", "200000"))
ON_EACH = 150
POOL = 3_000
"""So many different titles there are in the estate: most devices bring none that is new."""
LEAST_FULL, LEAST_AGAIN = 40.0, 200.0
"""Devices a second: complete inventories of 150 titles, and the same ones again."""
MOST_NEW, MOST_KNOWN = 30.0, 1.0
"""Seconds for 200,000 titles; longer for more."""


def main() -> None:
    """Measure, and leave with 1 where a bound is not kept."""
    with big_group(200):
        full, again = _inventories()
        new, known = _titles()
    scale = TITLES / 200_000
    kept = (
        full >= LEAST_FULL
        and again >= LEAST_AGAIN
        and new <= MOST_NEW * scale
        and known <= MOST_KNOWN * scale
    )
    sys.exit(0 if kept else 1)


def _inventories() -> tuple[float, float]:
    """Devices a second, end to end: read, stored, applied; and then the same again."""
    from django.utils import timezone

    from trueup.agents.wire import Head, understand
    from trueup.base.actor import system
    from trueup.connectors.applying import apply_receipt
    from trueup.inventory.actions import store_receipt
    from trueup.tenancy.actions import create_company

    root = system("bench")
    company = create_company(actor=root, name=f"Ingest {time.time()}", at=timezone.now()).pk
    raw = [_inventory(number) for number in range(DEVICES)]

    def store(content: bytes) -> int:
        document = understand(content, head=Head()).document
        assert document is not None  # ours
        return store_receipt(
            actor=root, company_id=company, document=document, size_bytes=len(content), at=timezone.now()
        )

    def complete() -> None:
        for content in raw:
            apply_receipt(actor=root, receipt_id=store(content), at=timezone.now())

    def again() -> None:
        for content in raw:
            store(content)

    rates = []
    for words, work, least in (
        (f"complete inventories of {ON_EACH} titles", complete, LEAST_FULL),
        ("the same again", again, LEAST_AGAIN),
    ):
        spent, at_work = _timed(work)
        rates.append(DEVICES / spent)
        print(
            f"  {words}: {DEVICES / spent:.0f} a second (at least {least:.0f}), {DEVICES / at_work:.0f} a second at work"
        )
    return rates[0], rates[1]


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock on the wall, and seconds really worked by this process and by its database process."""
    clock = Clock()
    started, worked = time.perf_counter(), clock.milliseconds()
    work()
    return time.perf_counter() - started, (clock.milliseconds() - worked) / 1000


def _titles() -> tuple[float, float]:
    """Seconds to judge and store titles nobody has seen, and to find them again."""
    from django.db import transaction
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.inventory.actions import ensure_titles
    from trueup.inventory.snapshots import SoftwareFacts
    from trueup.tenancy.actions import create_company

    company = create_company(actor=system("bench"), name=f"Titles {time.time()}", at=timezone.now()).pk
    programs = [SoftwareFacts(**_program(number), origin="registry") for number in range(TITLES)]
    spent = []
    for words in ("new", "known"):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        def work() -> None:
            with transaction.atomic():
                ensure_titles(company_id=company, programs=programs, at=timezone.now())

        seconds, at_work = _timed(work)
        spent.append(seconds)
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        print(f"  {TITLES} titles, {words}: {seconds:.1f} s, {at_work:.1f} s at work, {more} MiB more")
    return spent[0], spent[1]


def _inventory(number: int) -> bytes:
    hardware = {"name": f"pc{number}", "uuid": f"4C4C4544-0034-3010-8048-{number:012X}"}
    software = [_program((number * 37 + at * 41) % POOL) for at in range(ON_EACH)]
    content: dict[str, Any] = {
        "versionclient": "GLPI-Agent_v1.11",
        "hardware": hardware,
        "softwares": [{**one, "from": "registry"} for one in software],
    }
    return json.dumps({"deviceid": f"pc{number}-2026", "itemtype": "Computer", "content": content}).encode()


NAMES = (
    ("Microsoft Office Professional Plus 2019 - en-us", "Microsoft Corporation"), ("Adobe Acrobat DC (64-bit)", "Adobe"),
    ("AutoCAD 2024 - English", "Autodesk, Inc."), ("7-Zip 23.01 (x64)", "Igor Pavlov"), ("Zorblatt Viewer", "Zorblatt Ltd."),
    ("Visual Studio Professional 2022", "Microsoft Corporation"), ("Oracle Database 19c", "Oracle Corporation"),
    ("Some Driver Package", "Somebody GmbH & Co. KG"), ("WinRAR 6.24 (64-bit)", "win.rar GmbH"), ("Internal Tool", ""),
)  # fmt: skip


def _program(number: int) -> dict[str, str]:
    """A program that looks like those of an inventory; every number another title."""
    name, publisher = NAMES[number % len(NAMES)]
    return {
        "name": f"{name} {number // len(NAMES)}",
        "publisher": publisher,
        "version": f"{number % 40}.{number % 7}.{number}",
    }


if __name__ == "__main__":
    main()
