"""Oracle failover: an unlicensed node may run on so many calendar days a year; any part of a day is a day.

Two hours over midnight are two days. That the node is the only one, in the same cluster with shared storage, is
checked apart.
"""

from datetime import date, timedelta

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "cintra9.rssing.com, article 28; thenegotiationexperts.com, Oracle disaster recovery licensing"


def count(given: Given, book: Book) -> Outputs:
    """``{days_used, days_left, license_required}`` of the worst calendar year over ``events``."""
    book.source = SOURCE
    if not given.has("events"):
        raise given.no_shape("events (start, end)")
    days = {day for event in given.rows("events") for day in _days(event)}
    by_year: dict[int, int] = {}
    for day in days:
        by_year[day.year] = by_year.get(day.year, 0) + 1
    free, used = book.whole("oracle.failover.days_per_year"), max(by_year.values(), default=0)
    book.step("ORA-FAIL-01", "different calendar days touched, in the worst year", used)
    left = book.step("ORA-FAIL-02", "days left", max(0, free - used), expression=f"max(0, {free} - {used})")
    needed = book.step("ORA-FAIL-03", "the node must be licensed", used > free, expression=f"{used} > {free}")
    return {"days_used": used, "days_left": left, "license_required": needed}


def _days(event: Given) -> list[date]:
    first, last = event.moment("start").date(), event.moment("end").date()
    if event.moment("end") < event.moment("start"):
        raise event.refused(
            "end", f"is {event.values['end']}, before the start", "give an end after the start"
        )
    return [first + timedelta(days=after) for after in range((last - first).days + 1)]
