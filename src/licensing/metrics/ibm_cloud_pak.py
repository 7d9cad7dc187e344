"""IBM Cloud Pak: what each program needs, turned into Cloud Pak units by its ratio, rounded up for each program."""

from fractions import Fraction

from licensing.counting import Book, Outputs
from licensing.quantities import ceiling
from licensing.reading import Given

SOURCE = "ServiceNow documentation: licensing-ibm-cloud-paks"


def count(given: Given, book: Book) -> Outputs:
    """``{per_program, total}`` over ``programs``; a ratio is [program units, Cloud Pak units]."""
    book.source = SOURCE
    if not given.has("programs"):
        raise given.no_shape("programs (name, required, ratio)")
    each = [_of_program(program, book) for program in given.rows("programs")]
    total = book.step(
        "IBM-PAK-02", "Cloud Pak units", sum(each), expression=" + ".join(map(str, each)) or "0"
    )
    return {"per_program": each, "total": total}


def _of_program(program: Given, book: Book) -> int:
    ratio = program.wholes("ratio", least=1)
    if len(ratio) != 2:
        raise program.refused("ratio", f"holds {len(ratio)} numbers", "give [program units, Cloud Pak units]")
    own, pak = ratio
    required = program.whole("required")
    units = ceiling(Fraction(required * pak, own))
    expression = f"ceil({required} x {pak} / {own})"
    return book.step(
        "IBM-PAK-01",
        f"{program.text('name')} at {own} to {pak}",
        units,
        expression=expression,
        rounding="for each program",
    )
