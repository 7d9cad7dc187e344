"""SAP full use equivalents: users weighed by type, added up, and rounded up once on the sum."""

from fractions import Fraction

from licensing.counting import Book, Outputs
from licensing.quantities import ceiling, exact, plain, written
from licensing.reading import Given

SOURCE = (
    "ServiceNow documentation: sap-publisher-pack; planet-hornung.com/002; redresscompliance.com, SAP FUE"
)


def count(given: Given, book: Book) -> Outputs:
    """``{fue, unrounded}`` from users by type; a type that is absent has no users."""
    book.source = SOURCE
    per_fue = book.term("sap.fue.users_per_fue")
    if not any(given.has(kind) for kind in per_fue):
        raise given.no_shape(*per_fue)
    parts = []
    for kind, users in per_fue.items():
        if given.has(kind):
            part = plain(Fraction(given.whole(kind)) / exact(users))
            parts.append(
                book.step("SAP-FUE-01", f"{kind} users", part, expression=f"{given.whole(kind)} / {users}")
            )
    total = plain(sum(parts))
    fue = book.step(
        "SAP-FUE-02",
        "full use equivalents",
        ceiling(total),
        expression=f"ceil({written(total)})",
        rounding="once, on the sum",
    )
    return {"fue": fue, "unrounded": total}
