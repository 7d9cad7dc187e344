"""Autodesk Flex: tokens for each user, product and period of 24 hours, at the product's daily rate.

The period begins with the first use, not with the calendar day. Reopening inside it is free, whatever the version;
use that runs past its end is charged again at that end. Use of less than the grace time is free.
"""

from datetime import datetime, timedelta

from licensing.counting import Book, Outputs
from licensing.quantities import plain, written
from licensing.reading import Given

SOURCE = "autodesk.com, buying Flex; resources.imaginit.com, Flex questions; Autodesk usage reporting"


def count(given: Given, book: Book) -> Outputs:
    """``{tokens, charges, cost?}`` from ``sessions``, or ``{tokens}`` from ``user_days``."""
    book.source = SOURCE
    if given.has("user_days"):
        return _by_days(given, book)
    if not given.has("sessions"):
        raise given.no_shape("rates and sessions", "rates and user_days")
    rates = given.inner("rates")
    charged = _charges(given.rows("sessions"), book)
    for product, at in charged:
        book.step(
            "ADSK-FLEX-01",
            f"{product} charged from {at.isoformat(timespec='minutes')}",
            rates.number(product),
        )
    tokens = plain(sum(rates.number(product) for product, _ in charged))
    book.step("ADSK-FLEX-02", "tokens, all charges together", tokens, inputs={"charges": len(charged)})
    outputs: Outputs = {"tokens": tokens, "charges": len(charged)}
    if given.has("token_price"):
        price = given.number("token_price")
        expression = f"{written(tokens)} x {written(price)}"
        outputs["cost"] = book.step(
            "ADSK-FLEX-03", "cost", plain(tokens * price), expression=expression, about="purchase"
        )
    book.warn("idle time may delay the next charge; it is not modelled")
    return outputs


def _by_days(given: Given, book: Book) -> Outputs:
    rates = given.inner("rates")
    parts = [
        rates.number(row.text("product")) * row.whole("users") * row.whole("days")
        for row in given.rows("user_days")
    ]
    tokens = plain(sum(parts))
    return {
        "tokens": book.step(
            "ADSK-FLEX-04", "tokens for users by days", tokens, expression=" + ".join(map(written, parts))
        )
    }


def _charges(sessions: tuple[Given, ...], book: Book) -> list[tuple[str, datetime]]:
    grace = timedelta(minutes=book.whole("autodesk.flex.grace_minutes"))
    period = timedelta(hours=book.whole("autodesk.flex.period_hours"))
    last: dict[tuple[str, str], datetime] = {}
    charged: list[tuple[str, datetime]] = []
    for session in sorted(sessions, key=lambda session: session.moment("start")):
        start, end = session.moment("start"), session.moment("end")
        key = (session.text("user"), session.text("product"))
        if end < start:
            raise session.refused("end", f"is {end}, before the start", "give an end after the start")
        if end - start < grace:
            continue
        if key not in last or start >= last[key] + period:
            last[key] = start
            charged.append((key[1], start))
        while last[key] + period < end:
            last[key] += period
            charged.append((key[1], last[key]))
    return charged
