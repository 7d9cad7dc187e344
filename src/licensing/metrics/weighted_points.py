"""Ivanti points: workstations times their points, rounded up once on the total."""

from licensing.counting import Book, Outputs
from licensing.quantities import ceiling, written
from licensing.reading import Given

SOURCE = "help.ivanti.com, IA 2019, 43271"


def count(given: Given, book: Book) -> Outputs:
    """``{points}`` from ``workstations`` and ``points_per_workstation``."""
    book.source = SOURCE
    if not given.has("workstations", "points_per_workstation"):
        raise given.no_shape("workstations and points_per_workstation")
    machines, points = given.whole("workstations"), given.number("points_per_workstation")
    expression = f"ceil({machines} x {written(points)})"
    return {
        "points": book.step(
            "IVANTI-01", "points", ceiling(machines * points), expression=expression, rounding="on the total"
        )
    }
