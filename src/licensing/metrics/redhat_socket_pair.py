"""Red Hat subscriptions: one for each pair of sockets of a host, and one for each pair of virtual machines.

A host with one socket takes a whole subscription. What is consumed (half a right for a VM) and what is bought (whole
subscriptions) are two levels, both right.
"""

from fractions import Fraction

from licensing.counting import Book, Outputs
from licensing.quantities import packs_of, plain, written
from licensing.reading import Given

SOURCE = "ServiceNow documentation: rh-socket-pair-licensing, sw-metric-attributes"
ENVIRONMENTS = (
    "physical",
    "physical_cluster",
    "virtual",
    "cloud",
    "hybrid",
    "hybrid_cluster",
    "vdc",
    "density",
)


def count(given: Given, book: Book) -> Outputs:
    """``{subscriptions, subscriptions_fractional}``, or ``{ratio, density}`` for density."""
    book.source = SOURCE
    environment = given.choice("environment", ENVIRONMENTS)
    if environment == "density":
        return _density(given, book)
    hosts = _of_hosts(given, book)
    vms, per = 0 if environment == "vdc" else _machines(given), book.whole("redhat.vms_per_subscription")
    pairs = book.step(
        "RH-PAIR-02",
        f"one for {per} virtual machines",
        packs_of(vms, per),
        expression=f"ceil({vms} / {per})",
        rounding="over the host, cluster or cloud",
    )
    total = book.step("RH-PAIR-03", "subscriptions", hosts + pairs, expression=f"{hosts} + {pairs}")
    return {"subscriptions": total, "subscriptions_fractional": plain(hosts + Fraction(vms, per))}


def _of_hosts(given: Given, book: Book) -> int:
    hosts, per = (
        given.rows("hosts") if given.has("hosts") else (),
        book.whole("redhat.sockets_per_subscription"),
    )
    each = [packs_of(host.whole("sockets", least=1), per) for host in hosts]
    says = f"one for {per} sockets of a host"
    return book.step(
        "RH-PAIR-01", says, sum(each), expression=" + ".join(map(str, each)) or "0", rounding="for each host"
    )


def _machines(given: Given) -> int:
    return sum(given.whole(key) for key in ("vms_on_host", "vms") if given.has(key))


def _density(given: Given, book: Book) -> Outputs:
    servers, datacenters = given.whole("rhel_server_rights"), given.whole("vdc_rights", least=1)
    threshold = (
        given.number("threshold") if given.has("threshold") else book.number("redhat.density_threshold")
    )
    ratio = plain(Fraction(servers, datacenters))
    book.step(
        "RH-PAIR-04", "server rights for one datacentre right", ratio, expression=f"{servers} / {datacenters}"
    )
    high = book.step(
        "RH-PAIR-05",
        "dense enough for the datacentre subscription",
        ratio >= threshold,
        expression=f"{written(ratio)} >= {written(threshold)}",
    )
    return {"ratio": ratio, "density": "high" if high else "low"}
