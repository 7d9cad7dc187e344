"""SAP digital access: documents created, weighed by type, rounded up once on the total.

Only creation counts, and only the first document of a chain.
"""

from licensing.counting import Book, Outputs
from licensing.quantities import ceiling, exact, plain, written
from licensing.reading import Given

SOURCE = "ServiceNow documentation: sap-publisher-pack"


def count(given: Given, book: Book) -> Outputs:
    """``{documents_licensed}`` from ``documents`` by type."""
    book.source = SOURCE
    if not given.has("documents"):
        raise given.no_shape("documents by type")
    documents, multipliers = given.inner("documents"), book.term("sap.digital_access.multipliers")
    parts = []
    for kind in documents.values:
        if kind not in multipliers:
            raise documents.refused(kind, "is no type of document", f"give one of {', '.join(multipliers)}")
        number, weight = documents.whole(kind), exact(multipliers[kind])
        parts.append(
            book.step(
                "SAP-DOC-01",
                f"{kind} documents",
                plain(number * weight),
                expression=f"{number} x {written(weight)}",
            )
        )
    total = plain(sum(parts))
    licensed = book.step(
        "SAP-DOC-02",
        "documents licensed",
        ceiling(total),
        expression=f"ceil({written(total)})",
        rounding="on the total",
    )
    return {"documents_licensed": licensed}
