"""IBM processor value units: cores times the rate of the processor in the largest server it fits.

Sub-capacity counts virtual cores up to the host's own, and asks for an authorised tool within 90 days; without it
full capacity is owed. The value reported is the peak of the period.
"""

from typing import Any

from licensing.counting import Book, Outputs
from licensing.quantities import written
from licensing.reading import Given

SOURCE = "ibm.com, Passport Advantage PVU table; ServiceNow documentation: ibm-licensing-vmware-vsphere-environment"


def count(given: Given, book: Book) -> Outputs:
    """``{pvu, pvu_per_core}`` at full or sub ``capacity``."""
    book.source = SOURCE
    if not given.has("capacity"):
        raise given.no_shape(
            "capacity, physical_cores or vms, and pvu_per_core or processor with max_sockets"
        )
    cores = _full(given, book) if given.choice("capacity", ("full", "sub")) == "full" else _sub(given, book)
    rate = _rate(given, book)
    pvu = book.step("IBM-PVU-03", "processor value units", cores * rate, expression=f"{cores} x {rate}")
    return {"pvu": pvu, "pvu_per_core": rate}


def _full(given: Given, book: Book) -> int:
    if given.has("sockets", "cores_per_socket") and not given.has("physical_cores"):
        cores = given.whole("sockets") * given.whole("cores_per_socket")
    else:
        cores = given.whole("physical_cores")
    return book.step("IBM-PVU-01", "full capacity: all activated cores", cores)


def _sub(given: Given, book: Book) -> int:
    virtual = sum(vm.whole("vcores") for vm in given.rows("vms"))
    if not given.has("physical_cores"):
        return book.step(
            "IBM-PVU-01", "sub-capacity: virtual cores; the host is not known and does not cap them", virtual
        )
    physical = given.whole("physical_cores")
    expression = f"min({virtual}, {physical})"
    return book.step(
        "IBM-PVU-01",
        "sub-capacity: virtual cores, at most the host's",
        min(virtual, physical),
        expression=expression,
    )


def _rate(given: Given, book: Book) -> int:
    if given.has("environment") and given.text("environment") == "public_cloud":
        return book.step(
            "IBM-PVU-02", "rate of a virtual core in a public cloud", book.whole("ibm.pvu.public_cloud")
        )
    if given.has("pvu_per_core") or not given.has("processor"):
        return book.step("IBM-PVU-02", "rate of a core, as given", given.whole("pvu_per_core"))
    processor, sockets = given.text("processor"), given.whole("max_sockets", least=1)
    row = next((row for row in book.term("ibm.pvu.rates") if _fits(row, processor, given)), None)
    if row is None:
        book.warn(
            f"processor {written(processor)} is not in the table: the rate of an unidentified one applies"
        )
        return book.step(
            "IBM-PVU-02", "rate of an unidentified processor", book.whole("ibm.pvu.unidentified")
        )
    rate = next(int(value) for most, value in row["rates"] if most is None or sockets <= most)
    says = f"rate of {processor} in a server of at most {sockets} sockets"
    return book.step("IBM-PVU-02", says, rate, inputs={"processor": processor, "max_sockets": sockets})


def _fits(row: dict[str, Any], processor: str, given: Given) -> bool:
    if processor.casefold() not in (name.casefold() for name in row["processors"]):
        return False
    return "models" not in row or (given.has("server_model") and given.text("server_model") in row["models"])
