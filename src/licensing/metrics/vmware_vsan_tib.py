"""vSAN capacity: raw tebibytes of the cluster, rounded up once, against what the cores bought include."""

from licensing.counting import Book, Outputs
from licensing.quantities import ceiling, plain, written
from licensing.reading import Given

SOURCE = "Broadcom, knowledge base 313548"


def count(given: Given, book: Book) -> Outputs:
    """``{required_tib, included_tib, net_tib, shortfall_tib}``; a negative net is spare."""
    book.source = SOURCE
    if not given.has("hosts", "raw_tib_per_host", "vcf_cores"):
        raise given.no_shape("hosts, raw_tib_per_host, vcf_cores and included_tib_per_core")
    hosts, raw, cores = given.whole("hosts"), given.number("raw_tib_per_host"), given.whole("vcf_cores")
    each = (
        given.number("included_tib_per_core")
        if given.has("included_tib_per_core")
        else book.number("vmware.vcf.tib_per_core")
    )
    required = book.step(
        "VMW-VSAN-01",
        "raw capacity of the cluster",
        ceiling(raw * hosts),
        expression=f"ceil({written(raw)} x {hosts})",
        rounding="on the cluster's total",
    )
    included = book.step(
        "VMW-VSAN-02", "included with the cores", plain(cores * each), expression=f"{cores} x {written(each)}"
    )
    net = book.step(
        "VMW-VSAN-03",
        "beyond what is included",
        plain(required - included),
        expression=f"{required} - {written(included)}",
    )
    return {"required_tib": required, "included_tib": included, "net_tib": net, "shortfall_tib": max(0, net)}
