"""Red Hat per core: the host's cores if it is used itself, plus virtual cores, never more than the host has."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: rh-core-based-license"


def count(given: Given, book: Book) -> Outputs:
    """``{core_licenses}`` for a ``host`` and its ``vms``."""
    book.source = SOURCE
    if not given.has("host"):
        raise given.no_shape("host (sockets, cores_per_socket), installed_on_host and vms (vcores)")
    host = given.inner("host")
    physical = host.whole("sockets", least=1) * host.whole("cores_per_socket", least=1)
    own = physical if given.flag("installed_on_host") else 0
    virtual = sum(vm.whole("vcores") for vm in given.rows("vms"))
    cores = book.step(
        "RH-CORE-01",
        "cores used, at most the host's",
        min(physical, own + virtual),
        expression=f"min({physical}, {own} + {virtual})",
    )
    return {"core_licenses": cores}
