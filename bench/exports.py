"""Measures exports of the whole list of licences: first byte, last byte, and how much memory the process grew by.

Usage: PYTHONPATH=src python -m bench.exports [licences, default 100000]

A CSV file is written while it is sent. A workbook is finished at its end only, so its first byte comes late. Memory is
the highest resident size while a file is made, less that before. Exit code 1 says that a file took more than 200 MB.
"""

from __future__ import annotations

import logging
import resource
import sys
import time

from bench.big.asking import Asker
from bench.big.home import big_group

MOST_GROWN_MB = 200
FILES = ("/licences/?format=csv", "/purchases/?format=csv", "/licences/?format=xlsx")


def peak_mb() -> float:
    """The most memory this process ever had. It never falls: files are asked for from the leanest on."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(asker: Asker, path: str) -> bool:
    """Print one line; whether the file took too much."""
    before, started = peak_mb(), time.perf_counter()
    answer = asker.client.get(path)
    first, size = 0.0, 0
    for part in answer:
        first = first or time.perf_counter() - started
        size += len(part)
    grown = peak_mb() - before
    spent = time.perf_counter() - started
    print(
        f"{'✗' if grown > MOST_GROWN_MB else ' '} {path:<28}{answer.status_code:>4}{size / 1e6:9.1f} MB"
        f"{first * 1000:9.0f} ms first byte{spent:8.1f} s in all{grown:8.0f} MB grown",
        flush=True,
    )
    return grown > MOST_GROWN_MB


def main() -> None:
    with big_group(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        logging.disable(logging.WARNING)
        asker = Asker()
        asker.ask("/licences/")
        over = [path for path in FILES if measure(asker, path)]
    if over:
        raise SystemExit(f"Over {MOST_GROWN_MB} MB: {', '.join(over)}")


if __name__ == "__main__":
    main()
