"""Packs to buy for a pooled total: as many of the larger sizes as fit, and the smallest for the rest.

Licences, not packs, are assigned: the total over all servers is packed, never each server.
"""

from collections.abc import Sequence

from licensing.counting import Book, Outputs
from licensing.quantities import packs_of
from licensing.ranges import Turns
from licensing.reading import Given

SOURCE = "licensingschool.co.uk, Windows Server core licences; samexpert.com, core packs"
WINDOW = 64


def count(given: Given, book: Book) -> Outputs:
    """``{packs}`` by size, zero counts included, for ``core_licenses``."""
    book.source = SOURCE
    if not given.has("core_licenses", "pack_sizes"):
        raise given.no_shape("core_licenses and pack_sizes")
    rest, sizes = given.whole("core_licenses"), sorted(set(given.wholes("pack_sizes", least=1)), reverse=True)
    if not sizes:
        raise given.refused("pack_sizes", "is empty", "give the sizes sold")
    packs: dict[str, int] = {}
    for size in sizes:
        last = size == sizes[-1]
        number = packs_of(rest, size) if last else rest // size
        packs[str(size)] = book.step(
            "PACKMIX-01",
            f"packs of {size}",
            number,
            expression=f"{'ceil' if last else 'floor'}({rest} / {size})",
            about="purchase",
        )
        rest -= number * size
    return {"packs": packs}


def turns(_book: Book) -> Turns:
    """A mix turns at every unit; a window at both ends shows every mix of the usual sizes."""

    def near_the_ends(_key: str, low: int, high: int) -> Sequence[int]:
        return sorted({*range(low, min(high, low + WINDOW) + 1), *range(max(low, high - WINDOW), high + 1)})

    return near_the_ends
