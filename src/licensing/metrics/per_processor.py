"""Per processor: licences by the sockets of each host, rounded for each host or each socket, never over hosts."""

from licensing.counting import Book, Outputs
from licensing.quantities import packs_of
from licensing.reading import Given

SOURCE = "ServiceNow documentation: sw-metric-attributes, vmware-publisher-pack"
PAIRS, CAPPED = "microsoft_2_procs_per_right", "vmware_32_core_cap"


def count(given: Given, book: Book) -> Outputs:
    """``{licenses}`` over ``hosts`` by ``model``; any model named socket or ``*_socket`` counts sockets."""
    book.source = SOURCE
    model = given.text("model")
    if model not in {PAIRS, CAPPED, "socket"} and not model.endswith("_socket"):
        raise given.refused(
            "model", f"is {model!r}", f"give {PAIRS}, {CAPPED}, socket or a name ending in _socket"
        )
    each = [_of_host(host, book, model) for host in given.rows("hosts")]
    return {
        "licenses": book.step(
            "PROC-04", "licences, all hosts together", sum(each), expression=" + ".join(map(str, each)) or "0"
        )
    }


def _of_host(host: Given, book: Book, model: str) -> int:
    sockets = host.whole("sockets", least=1)
    if model == PAIRS:
        most = book.whole("microsoft.processors_per_right")
        says = f"one licence for {most} processors"
        return book.step(
            "PROC-01",
            says,
            packs_of(sockets, most),
            expression=f"ceil({sockets} / {most})",
            rounding="for each host",
        )
    if model == CAPPED:
        cores, most = host.whole("cores_per_socket", least=1), book.whole("vmware.per_cpu.cores_per_license")
        says = f"one licence for {most} cores of a processor"
        expression = f"{sockets} x ceil({cores} / {most})"
        return book.step(
            "PROC-02",
            says,
            sockets * packs_of(cores, most),
            expression=expression,
            rounding="for each processor",
        )
    return book.step("PROC-03", "one licence for each socket", sockets)
