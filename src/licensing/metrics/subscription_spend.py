"""What a subscription costs a period and over its term. Exact money: nothing is rounded."""

from fractions import Fraction

from licensing.counting import Book, Outputs
from licensing.quantities import exact, plain, written
from licensing.reading import Given

SOURCE = "ServiceNow documentation: software-entitlement-fields"


def count(given: Given, book: Book) -> Outputs:
    """``{total_cost, current_period_spend}`` in the currency of ``unit_cost``."""
    book.source = SOURCE
    if not given.has("rights", "unit_cost", "period"):
        raise given.no_shape("rights, unit_cost, period and term_months")
    rights, price = given.whole("rights"), given.number("unit_cost")
    months = book.term("generic.months_per_period")
    period = given.choice("period", tuple(months))
    spend = book.step(
        "SPEND-01",
        f"spent {period}",
        plain(rights * price),
        expression=f"{rights} x {written(price)}",
        about="purchase",
    )
    if months[period] is None:
        return {"total_cost": spend, "current_period_spend": spend}
    periods = Fraction(given.whole("term_months")) / exact(months[period])
    total = book.step(
        "SPEND-02",
        "spent over the term",
        plain(spend * periods),
        expression=f"{written(spend)} x {written(periods)}",
        about="purchase",
    )
    return {"total_cost": total, "current_period_spend": spend}
