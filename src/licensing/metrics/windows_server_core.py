"""Windows Server per core: every physical core of a host, licensed in full once for each set of instances it runs.

The processor minimum comes before the server minimum. Datacenter licenses a host once; Standard licenses it again
for every two operating-system instances. Size a host of a cluster for the most instances it may receive.
"""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.quantities import packs_of
from licensing.reading import Given

SOURCE = "ServiceNow documentation: sw-metric-attributes, microsoft-percore-withcal"
EDITIONS = ("Standard", "Datacenter")


def count(given: Given, book: Book) -> Outputs:
    """``{core_licenses, two_core_packs, full_server_sets}`` for ``hosts`` under one ``edition``."""
    book.source = SOURCE
    if not given.has("hosts"):
        raise given.no_shape("edition and hosts (sockets, cores_per_socket, os_instances)")
    edition = given.choice("edition", EDITIONS)
    hosts = [(_base(host, book), _sets(host, book, edition)) for host in given.rows("hosts")]
    cores = book.step(
        "MS-WIN-CORE-04",
        "core licences, all hosts together",
        sum(base * sets for base, sets in hosts),
        expression=" + ".join(f"{base} x {sets}" for base, sets in hosts) or "0",
    )
    pack = book.whole("microsoft.core.pack")
    packs = book.step(
        "MS-WIN-CORE-05",
        f"packs of {pack} to buy",
        packs_of(cores, pack),
        expression=f"ceil({cores} / {pack})",
        rounding="once, on the total",
        about="purchase",
    )
    return {
        "core_licenses": cores,
        "two_core_packs": packs,
        "full_server_sets": sum(sets for _, sets in hosts),
    }


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one device of a shape.

    An instance whose host is counted needs nothing of its own: it stands in that host's ``os_instances``. One whose
    host is not in the estate needs at most one more full licensing of that host (``host_sockets``,
    ``host_cores_per_socket``).
    """
    if not facts.flag("virtual"):
        keys = ("sockets", "cores_per_socket", "cores_total", "os_instances")
        host = {key: facts.values[key] for key in keys if facts.values.get(key) is not None}
        return {"edition": facts.text("edition"), "hosts": [host]}
    return {"edition": "Datacenter", "hosts": [] if facts.flag("hosted") else [_unseen_host(facts)]}


def _unseen_host(facts: Given) -> Mapping[str, Any]:
    return {"sockets": facts.raw("host_sockets"), "cores_per_socket": facts.raw("host_cores_per_socket")}


def _base(host: Given, book: Book) -> int:
    sockets = host.whole("sockets", least=1)
    per_processor = book.whole("microsoft.windows_server.core.minimum_per_processor")
    per_server = book.whole("microsoft.windows_server.core.minimum_per_server")
    if host.has("cores_total") and not host.has("cores_per_socket"):
        cores = host.whole("cores_total", least=1)
        processors, shown = max(cores, sockets * per_processor), f"max({cores}, {sockets} x {per_processor})"
    else:
        cores = host.whole("cores_per_socket", least=1)
        processors, shown = sockets * max(per_processor, cores), f"{sockets} x max({per_processor}, {cores})"
    book.step(
        "MS-WIN-CORE-01",
        f"{sockets} processors, at least {per_processor} cores each",
        processors,
        expression=shown,
        inputs={"sockets": sockets, "cores": cores},
    )
    return book.step(
        "MS-WIN-CORE-02",
        f"at least {per_server} cores a server",
        max(per_server, processors),
        expression=f"max({per_server}, {processors})",
    )


def _sets(host: Given, book: Book, edition: str) -> int:
    if edition == "Datacenter":
        return book.step("MS-WIN-CORE-03", "Datacenter: the host is licensed once, whatever it runs", 1)
    instances = host.whole("os_instances")
    per_set = book.whole("microsoft.windows_server.standard.instances_per_set")
    return book.step(
        "MS-WIN-CORE-03",
        f"Standard: the host is licensed in full for every {per_set} instances",
        max(1, packs_of(instances, per_set)),
        expression=f"max(1, ceil({instances} / {per_set}))",
        rounding="for each host",
        inputs={"os_instances": instances},
    )
