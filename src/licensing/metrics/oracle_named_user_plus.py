"""Oracle Named User Plus: users and non-human devices, but never fewer than the minimum of the processors.

The minimum takes processors after the core factor, never cores. A generic account seen on several instances counts
its greatest population once.
"""

from typing import Any

from licensing.counting import Book, Outputs
from licensing.metrics import oracle_processor, oracle_processor_cloud
from licensing.quantities import packs_of
from licensing.reading import Given

SOURCE = "docs.flexera.com, MinimumUsers; redresscompliance.com, Named User Plus minimums; intellilink.co.jp"


def count(given: Given, book: Book) -> Outputs:
    """``{nup_minimum, nup_required, counted_users, processor_licenses?}``."""
    book.source = SOURCE
    if not given.has("edition"):
        raise given.no_shape(
            "edition, servers and users",
            "edition, oracle_processors and users",
            "edition, cloud, vcpus and users",
        )
    generic = _generic(given, book)
    users = given.whole("users") if given.has("users") or not given.has("generic_accounts") else 0
    outputs = _minimum(given, book)
    required = book.step(
        "ORA-NUP-04",
        "users, or the minimum if it is more",
        max(outputs["nup_minimum"], users + generic),
        expression=f"max({outputs['nup_minimum']}, {users} + {generic})",
        inputs={"users": users, "generic accounts": generic},
    )
    return {**outputs, "nup_required": required, "counted_users": generic}


def _minimum(given: Given, book: Book) -> Outputs:
    edition = given.text("edition")
    per_processor: dict[str, Any] = book.term("oracle.nup.minimum_per_processor")
    if edition in per_processor:
        processors, each = _processors(given, book), per_processor[edition]
        least = book.step(
            "ORA-NUP-01",
            f"at least {each} for each processor",
            each * processors,
            expression=f"{each} x {processors}",
        )
        return {"processor_licenses": processors, "nup_minimum": least}
    in_all: dict[str, Any] = book.term("oracle.nup.minimum_in_all")
    if edition in in_all:
        return {"nup_minimum": book.step("ORA-NUP-02", f"at least {in_all[edition]} in all", in_all[edition])}
    given.choice("edition", (*per_processor, *in_all, "SE2"))
    return {"nup_minimum": _of_standard_two(given, book)}


def _of_standard_two(given: Given, book: Book) -> int:
    if given.has("cloud") and given.flag("cloud"):
        each, block = (
            book.whole("oracle.nup.se2_minimum_per_block"),
            book.whole("oracle.nup.se2_vcpus_per_block"),
        )
        vcpus = given.whole("vcpus")
        says = f"at least {each} for every {block} virtual CPUs or part of them"
        return book.step(
            "ORA-NUP-03", says, each * packs_of(vcpus, block), expression=f"{each} x ceil({vcpus} / {block})"
        )
    each, servers = book.whole("oracle.nup.se2_minimum_per_server"), len(given.rows("servers"))
    return book.step(
        "ORA-NUP-03", f"at least {each} for each server", each * servers, expression=f"{each} x {servers}"
    )


def _processors(given: Given, book: Book) -> int:
    if given.has("oracle_processors"):
        return given.whole("oracle_processors")
    if given.has("vcpus"):
        return oracle_processor_cloud.processors(given, book, given.whole("vcpus"))
    return oracle_processor.processors(given.rows("servers"), book)


def _generic(given: Given, book: Book) -> int:
    if not given.has("generic_accounts"):
        return 0
    each = [
        max(account.wholes("per_instance_users"), default=0) for account in given.rows("generic_accounts")
    ]
    says = "people behind generic accounts, each account at its greatest population"
    return book.step("ORA-NUP-05", says, sum(each), expression=" + ".join(map(str, each)) or "0")
