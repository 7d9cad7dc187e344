"""Downgrade: rights of a version may cover older ones: none, the one before, or any.

Entitlements by title are cumulative, not additive: the same right is counted under every title it can cover, so a
deficit in one version and a surplus overall may stand side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "help.ivanti.com, CAM 15.4 licence analytics: downgrade entitlements, deficit and surplus"
KINDS = ("none", "one", "any")


@dataclass(slots=True)
class Pool:
    """Rights of one version under one downgrade right, and how many of them are left."""

    version: int
    kind: str
    left: int


def count(given: Given, book: Book) -> Outputs:
    """``{compliant, covered, uncovered, deficit, net_surplus, unused}`` with installs, else ``{entitlements}``."""
    book.source = SOURCE
    if not given.has("purchases"):
        raise given.no_shape("purchases (version, rights), downgrade and installs (version, count)")
    standard = given.choice("downgrade", KINDS) if given.has("downgrade") else "any"
    pools = [_pool(purchase, standard) for purchase in given.rows("purchases")]
    installs = _installs(given) if given.has("installs") else {}
    line = versions(given, [*(pool.version for pool in pools), *installs], book)
    if not given.has("installs"):
        return {"entitlements": _entitlements(pools, line, book)}
    return _covered(pools, installs, line, book)


def reaches(*, owned: int, asked: int, kind: str, line: Sequence[int]) -> bool:
    """Whether a right of one version may cover another; ``line`` holds the product's versions, newest first.

    ``kind`` is none, one, any, or a number of versions back (a contract's own depth).

    >>> reaches(owned=2013, asked=2007, kind="one", line=(2013, 2010, 2007))
    False
    >>> reaches(owned=2013, asked=2007, kind="2", line=(2013, 2010, 2007))
    True
    """
    if owned == asked or (owned > asked and kind == "any"):
        return True
    depth = 1 if kind == "one" else int(kind) if kind.isdecimal() else 0
    return asked in [version for version in line if version < owned][:depth]


def versions(given: Given, seen: Sequence[int], book: Book) -> tuple[int, ...]:
    """The product's versions, newest first: as given, or the known line that holds all those seen, or those seen."""
    if given.has("versions"):
        return tuple(sorted({*given.wholes("versions"), *seen}, reverse=True))
    office = book.term("microsoft.office.versions")
    line = office if {*seen} <= {*office} else seen
    return tuple(sorted({*line}, reverse=True))


def _pool(purchase: Given, standard: str) -> Pool:
    kind = purchase.choice("downgrade", KINDS) if purchase.has("downgrade") else standard
    return Pool(purchase.whole("version"), kind, purchase.whole("rights"))


def _installs(given: Given) -> dict[int, int]:
    installs: dict[int, int] = {}
    for row in given.rows("installs"):
        installs[row.whole("version")] = installs.get(row.whole("version"), 0) + row.whole("count")
    return installs


def _entitlements(pools: list[Pool], line: tuple[int, ...], book: Book) -> dict[str, int]:
    found = {}
    for asked in line:
        able = sum(p.left for p in pools if reaches(owned=p.version, asked=asked, kind=p.kind, line=line))
        if any(asked <= pool.version for pool in pools):
            found[str(asked)] = book.step("DOWN-01", f"rights able to cover {asked}", able)
    return found


def _covered(pools: list[Pool], installs: dict[int, int], line: tuple[int, ...], book: Book) -> Outputs:
    """Cover from the highest install down, each by the lowest adequate version, the least flexible right first.

    The sets of versions that rights can cover are nested, so that this order is exact for one product.
    """
    rights, deficit = sum(pool.left for pool in pools), dict[str, int]()
    for asked in sorted(installs, reverse=True):
        rest = installs[asked]
        for pool in sorted(pools, key=lambda pool: (pool.version, KINDS.index(pool.kind))):
            if reaches(owned=pool.version, asked=asked, kind=pool.kind, line=line):
                taken = min(rest, pool.left)
                pool.left, rest = pool.left - taken, rest - taken
                if taken:
                    book.step(
                        "DOWN-02", f"installs of {asked} under rights of {pool.version} ({pool.kind})", taken
                    )
        if rest:
            deficit[str(asked)] = book.step("DOWN-03", f"installs of {asked} left uncovered", rest)
    total, uncovered = sum(installs.values()), sum(deficit.values())
    return {
        "compliant": not uncovered,
        "covered": total - uncovered,
        "uncovered": uncovered,
        "deficit": deficit,
        "net_surplus": rights - total,
        "unused": rights - (total - uncovered),
    }
