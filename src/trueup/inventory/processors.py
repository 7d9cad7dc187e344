"""Counts sockets and cores from the processor entries of an inventory, which every agent writes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueup.inventory.snapshots import ProcessorFacts


@dataclass(frozen=True, slots=True)
class ProcessorEntry:
    """One entry as reported: cores of that processor, and threads either per core or of the whole processor."""

    cores: int | None
    threads: int | None
    threads_are_total: bool


def count_processors(entries: Sequence[ProcessorEntry]) -> ProcessorFacts:
    """Sockets and cores of a machine; threads never multiply anything.

    Agents write one entry for each socket, except old ones on ARM, which write one for each core and no core
    count: then the entries are the cores, the sockets are unknown and the count is marked uncertain.

    >>> two = ProcessorEntry(cores=8, threads=2, threads_are_total=False)
    >>> facts = count_processors([two, two])
    >>> facts.processors, facts.cores, facts.cores_per_processor, facts.threads_per_core
    (2, 16, 8, 2)
    """
    counted = [entry for entry in entries if entry.cores]
    if not counted:
        return ProcessorFacts(cores=len(entries) or None, core_count_uncertain=bool(entries))
    sizes = {entry.cores for entry in counted}
    threads = {_threads_per_core(entry) for entry in counted}
    return ProcessorFacts(
        processors=len(counted),
        cores=sum(entry.cores or 0 for entry in counted),
        cores_per_processor=sizes.pop() if len(sizes) == 1 else None,
        threads_per_core=threads.pop() if len(threads) == 1 else None,
        core_count_uncertain=len(counted) < len(entries),
    )


def _threads_per_core(entry: ProcessorEntry) -> int | None:
    """None where the report contradicts itself, such as two cores with one thread in total."""
    if not entry.threads or not entry.cores:
        return None
    if not entry.threads_are_total:
        return entry.threads
    each, rest = divmod(entry.threads, entry.cores)
    return each if each and not rest else None
