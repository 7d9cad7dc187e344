"""Java SE: every employee counts, and the band of the whole head count sets the price of each.

Bands are not marginal: just below an edge the year costs more than just above it. Who uses Java is irrelevant.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from licensing.counting import Book, Outputs
from licensing.quantities import exact, plain, written
from licensing.ranges import Turns
from licensing.reading import Given

SOURCE = "redresscompliance.com, Java SE licensing costs"


def count(given: Given, book: Book) -> Outputs:
    """``{licensed_quantity, rate_per_month, annual_cost}``; price and cost are None where the list asks for a quote."""
    book.source = SOURCE
    if not given.has("employees"):
        raise given.no_shape("employees")
    employees = given.whole("employees")
    book.step("JAVA-01", "every employee counts", employees, inputs={"employees": employees})
    reached = [band for band in book.term("oracle.java.bands") if band["from"] <= employees]
    if not reached:
        return {"licensed_quantity": employees, "rate_per_month": None, "annual_cost": 0}
    band = reached[-1]
    if band["rate"] is None:
        book.warn(f"from {band['from']} employees the price is quoted; the cost is not known")
        return {"licensed_quantity": employees, "rate_per_month": None, "annual_cost": None}
    months, rate = book.whole("generic.months_per_year"), exact(band["rate"])
    _flag_dispute(band, employees * months, book)
    book.step(
        "JAVA-02",
        "price of an employee a month, by the band of the whole count",
        rate,
        inputs={"band from": band["from"]},
    )
    cost = book.step(
        "JAVA-03",
        "cost of a year",
        plain(employees * rate * months),
        expression=f"{employees} x {written(rate)} x {months}",
        about="purchase",
    )
    return {"licensed_quantity": employees, "rate_per_month": rate, "annual_cost": cost}


def turns(book: Book) -> Turns:
    """The head counts at which the price changes: the edges of the bands."""
    edges = [band["from"] for band in book.term("oracle.java.bands")]
    points = sorted(chain(edges, (edge - 1 for edge in edges)))

    def at_edges(key: str, low: int, high: int) -> Sequence[int]:
        return [point for point in points if key == "employees" and low <= point <= high]

    return at_edges


def _flag_dispute(band: Mapping[str, Any], units: int, book: Book) -> None:
    if "disputed" in band:
        other = exact(band["disputed"])
        book.warn(
            f"this band is disputed: at {written(other)} the year would cost {written(plain(units * other))}"
        )
