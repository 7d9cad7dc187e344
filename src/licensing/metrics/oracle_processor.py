"""Oracle processors: cores times their core factor, rounded up for each factor over the whole estate.

Standard editions count occupied sockets instead. On virtual hosts the level of aggregation is a matter of contract.
"""

from licensing.counting import Book, Outputs
from licensing.quantities import Exact, ceiling, exact, written
from licensing.reading import Given

SOURCE = "HCL BigFix Inventory, Oracle metrics; docs.flexera.com, NUPMinimum; remend.com, core factor table"


def count(given: Given, book: Book) -> Outputs:
    """``{processor_licenses}`` over ``servers`` with sockets, cores and core factor (or ``processor`` to look it up)."""
    book.source = SOURCE
    if not given.has("servers"):
        raise given.no_shape("edition and servers (sockets, cores_per_socket, core_factor)")
    standard = book.term("oracle.standard_editions")
    if given.has("edition") and given.text("edition") in standard:
        sockets = sum(server.whole("sockets", least=1) for server in given.rows("servers"))
        return {
            "processor_licenses": book.step(
                "ORA-PROC-03", "a Standard edition counts occupied sockets", sockets
            )
        }
    return {"processor_licenses": processors(given.rows("servers"), book)}


def processors(servers: tuple[Given, ...], book: Book) -> int:
    """Processor licences of some servers: one rounding for each core factor."""
    groups: dict[Exact, int] = {}
    for server in servers:
        factor = _factor(server, book)
        groups[factor] = groups.get(factor, 0) + _cores(server)
    each = [
        book.step(
            "ORA-PROC-01",
            f"{cores} cores of factor {written(factor)}",
            ceiling(cores * factor),
            expression=f"ceil({cores} x {written(factor)})",
            rounding="once for each core factor",
        )
        for factor, cores in sorted(groups.items())
    ]
    return book.step(
        "ORA-PROC-02", "processor licences", sum(each), expression=" + ".join(map(str, each)) or "0"
    )


def _cores(server: Given) -> int:
    if server.has("cores_total"):
        return server.whole("cores_total", least=1)
    return server.whole("sockets", least=1) * server.whole("cores_per_socket", least=1)


def _factor(server: Given, book: Book) -> Exact:
    if not server.has("processor") or server.has("core_factor"):
        return server.number("core_factor")
    table = book.term("oracle.core_factors")
    return exact(table.get(server.text("processor"), table["other"]))
