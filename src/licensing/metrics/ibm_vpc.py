"""IBM virtual processor cores: all cores of the host, or its virtual cores up to that number."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "IBM License Metric Tool 9.2, virtual processor cores; ServiceNow documentation: ibm-virtual-processor-core-licensing"


def count(given: Given, book: Book) -> Outputs:
    """``{vpc}`` from ``physical_cores`` and ``vms``; sub-capacity unless ``capacity`` is full."""
    book.source = SOURCE
    if not given.has("physical_cores"):
        raise given.no_shape("physical_cores and vms (vcores)")
    physical = given.whole("physical_cores")
    full = given.has("capacity") and given.choice("capacity", ("full", "sub")) == "full"
    if full or not given.has("vms") or not given.rows("vms"):
        return {"vpc": book.step("IBM-VPC-01", "all cores of the host", physical)}
    virtual = sum(vm.whole("vcores") for vm in given.rows("vms"))
    expression = f"min({virtual}, {physical})"
    return {
        "vpc": book.step(
            "IBM-VPC-02", "virtual cores, at most the host's", min(virtual, physical), expression=expression
        )
    }
