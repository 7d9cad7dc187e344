"""Pools: who may consume a grant's rights, and how many are reserved for whom.

Allocations come first, then each scope draws on its own reservation, then free rights go to those allowed. A
reservation not used is never lent. Who gets contested free rights is policy: here the order of the demand.
"""

from collections.abc import Mapping

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: reconcile-licenses-global-entities"


def count(given: Given, book: Book) -> Outputs:
    """``{covered, covered_total, shortfall_total, min_covered}`` by scope."""
    book.source = SOURCE
    if not given.has("rights", "rules", "demand"):
        raise given.no_shape("rights, rules (scope, pool), demand by scope, allocations and unrestricted")
    rights, rules, demand = given.whole("rights"), _rules(given), _by_scope(given, "demand")
    allocated = _by_scope(given, "allocations") if given.has("allocations") else {}
    reserved = {
        scope: max(0, pool - allocated.get(scope, 0)) for scope, pool in rules.items() if pool is not None
    }
    free = rights - sum(allocated.values()) - sum(reserved.values())
    if free < 0:
        raise given.refused(
            "rules",
            f"and allocations reserve {-free} rights more than there are",
            "reduce a pool or an allocation",
        )
    covered = _own(demand, allocated, reserved, book)
    _share(demand, covered, free, _allowed(given, rules), book)
    total = book.step(
        "POOL-04",
        "covered in all",
        sum(covered.values()),
        expression=" + ".join(map(str, covered.values())) or "0",
    )
    floor = {scope: min(demand.get(scope, 0), pool) for scope, pool in rules.items() if pool is not None}
    return {
        "covered": covered,
        "covered_total": total,
        "shortfall_total": sum(demand.values()) - total,
        "min_covered": floor,
    }


def _own(
    demand: dict[str, int], allocated: dict[str, int], reserved: dict[str, int], book: Book
) -> dict[str, int]:
    covered = {}
    for scope, asked in demand.items():
        fixed = book.step("POOL-01", f"{scope}: from its allocation", min(asked, allocated.get(scope, 0)))
        pool = reserved.get(scope, 0)
        covered[scope] = fixed + book.step(
            "POOL-02", f"{scope}: from its reservation of {pool}", min(asked - fixed, pool)
        )
    return covered


def _share(
    demand: dict[str, int], covered: dict[str, int], free: int, allowed: frozenset[str] | None, book: Book
) -> None:
    for scope, asked in demand.items():
        if allowed is None or scope in allowed:
            taken = book.step(
                "POOL-03", f"{scope}: from {free} free rights", min(asked - covered[scope], free)
            )
            covered[scope] += taken
            free -= taken


def _allowed(given: Given, rules: Mapping[str, int | None]) -> frozenset[str] | None:
    """Who may take free rights; None is everyone."""
    unrestricted = given.has("unrestricted") and given.flag("unrestricted")
    if unrestricted and None in rules.values():
        raise given.refused(
            "unrestricted",
            "is set, but a rule has no pool",
            "give every rule a pool, or restrict consumption",
        )
    return None if unrestricted or not rules else frozenset(rules)


def _rules(given: Given) -> dict[str, int | None]:
    rules: dict[str, int | None] = {}
    for row in given.rows("rules"):
        rules[row.text("scope")] = None if row.values.get("pool") is None else row.whole("pool")
    return rules


def _by_scope(given: Given, key: str) -> dict[str, int]:
    scopes = given.inner(key)
    return {str(scope): scopes.whole(scope) for scope in scopes.values}
