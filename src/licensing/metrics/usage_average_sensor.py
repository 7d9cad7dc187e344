"""CrowdStrike sensors: the exact mean of what was seen. Weeks of zero count; the purchase alone is rounded up."""

from fractions import Fraction

from licensing.counting import Book, Outputs
from licensing.quantities import plain
from licensing.reading import Given

SOURCE = "ServiceNow documentation: license-usage-crowdstrike"
METRICS = ("sensor_subscription", "reserved_hourly_average")


def count(given: Given, book: Book) -> Outputs:
    """``{licenses}``, not rounded, from weekly unique endpoints or from hours."""
    book.source = SOURCE
    if given.choice("metric", METRICS) == "reserved_hourly_average":
        total, hours = given.whole("sum_of_hourly_unique_endpoints"), given.whole("hours", least=1)
        return {"licenses": _mean(book, total, hours, "hours")}
    weekly, weeks = given.wholes("weekly_unique_endpoints"), book.whole("crowdstrike.sensor.weeks")
    if len(weekly) != weeks:
        wrong = f"holds {len(weekly)} weeks"
        raise given.refused(
            "weekly_unique_endpoints", wrong, f"give {weeks} consecutive weeks; fewer are incomplete evidence"
        )
    return {"licenses": _mean(book, sum(weekly), weeks, "weeks")}


def _mean(book: Book, total: int, parts: int, noun: str) -> int | Fraction:
    mean = plain(Fraction(total, parts))
    return book.step(
        "CS-SENSOR-01",
        f"mean over {parts} {noun}",
        mean,
        expression=f"{total} / {parts}",
        rounding="not rounded",
    )
