"""Oracle in authorised clouds: virtual CPUs, two to a processor where threads are on; no core factor.

Standard editions take one licence for every four virtual CPUs. Rounded for each instance.
"""

from licensing.counting import Book, Outputs
from licensing.quantities import packs_of
from licensing.reading import Given

SOURCE = "ServiceNow documentation: byol-license-rules; oraclelicensingexperts.com, vCPU counting"


def count(given: Given, book: Book) -> Outputs:
    """``{processor_licenses}`` for Enterprise, ``{licenses}`` for Standard editions and products."""
    book.source = SOURCE
    if not given.has("vcpus"):
        raise given.no_shape("edition or product, vcpus and hyperthreading")
    vcpus, twice = given.whole("vcpus"), given.has("multi_az") and given.flag("multi_az")
    if _is_standard(given, book):
        most = book.whole("oracle.cloud.standard_vcpus_per_license")
        copies = _copies(book) if twice and book.term("oracle.cloud.standard_doubles_over_zones") else 1
        says = f"a licence for {most} virtual CPUs of a Standard edition"
        return {
            "licenses": book.step(
                "ORA-CLOUD-02",
                says,
                copies * packs_of(vcpus, most),
                expression=f"{copies} x ceil({vcpus} / {most})",
                rounding="for each instance",
            )
        }
    licences = processors(given, book, vcpus)
    if twice:
        copies = _copies(book)
        says, expression = "a standby in another zone is licensed as well", f"{copies} x {licences}"
        licences = book.step("ORA-CLOUD-03", says, copies * licences, expression=expression)
    return {"processor_licenses": licences}


def processors(given: Given, book: Book, vcpus: int) -> int:
    """Processors of some virtual CPUs: two to a processor with threads on, else one."""
    most = book.whole("oracle.cloud.vcpus_per_processor") if given.flag("hyperthreading") else 1
    says = f"a processor for {most} virtual CPUs"
    return book.step(
        "ORA-CLOUD-01",
        says,
        packs_of(vcpus, most),
        expression=f"ceil({vcpus} / {most})",
        rounding="for each instance",
    )


def _is_standard(given: Given, book: Book) -> bool:
    edition = given.text("edition" if given.has("edition") else "product")
    return edition in book.term("oracle.standard_editions") or "Standard" in edition


def _copies(book: Book) -> int:
    return book.whole("oracle.cloud.copies_over_zones")
