"""Rights bought in packs: every pack brings the rights its part number names."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: software-entitlement-fields; access.redhat.com"


def count(given: Given, book: Book) -> Outputs:
    """``{purchased_rights}`` from ``packs`` of ``rights_per_pack``."""
    book.source = SOURCE
    if not given.has("rights_per_pack", "packs"):
        raise given.no_shape("rights_per_pack and packs")
    each, packs = given.whole("rights_per_pack"), given.whole("packs")
    return {
        "purchased_rights": book.step(
            "PACK-01", "rights bought", each * packs, expression=f"{each} x {packs}"
        )
    }
