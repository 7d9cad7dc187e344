"""VMware per core: every core of every processor, each processor at least at its minimum. Threads do not count.

Each core is a licence of its own: there are no packs, and the minimum of an order is a purchase rule.
"""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "Broadcom, knowledge base 313548; redresscompliance.com, VMware core licensing; otava.com"


def count(given: Given, book: Book) -> Outputs:
    """``{core_licenses, per_host}`` over ``hosts``."""
    book.source = SOURCE
    if not given.has("hosts"):
        raise given.no_shape("hosts (sockets, cores_per_socket)")
    per_host = [_of_host(host, book) for host in given.rows("hosts")]
    total = book.step(
        "VMW-CORE-02", "core licences", sum(per_host), expression=" + ".join(map(str, per_host)) or "0"
    )
    return {"core_licenses": total, "per_host": per_host}


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one host of a shape."""
    return {"hosts": [{key: facts.values.get(key) for key in ("sockets", "cores_per_socket")}]}


def _of_host(host: Given, book: Book) -> int:
    sockets, cores = host.whole("sockets", least=1), host.whole("cores_per_socket", least=1)
    least = book.whole("vmware.core.minimum_per_processor")
    says = f"{sockets} processors, at least {least} cores each"
    return book.step(
        "VMW-CORE-01", says, sockets * max(least, cores), expression=f"{sockets} x max({least}, {cores})"
    )
