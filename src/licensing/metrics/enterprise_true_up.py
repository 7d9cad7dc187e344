"""Enterprise true-up: once a year the count is compared with the baseline; growth is bought, shrinkage only renews lower."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "policypak.com, licensing questions, true-up on premises"


def count(given: Given, book: Book) -> Outputs:
    """``{true_up_quantity, renew_quantity, compliant}`` from ``baseline`` and a count."""
    book.source = SOURCE
    if not given.has("baseline"):
        raise given.no_shape("baseline and year_end_count or current_count")
    baseline = given.whole("baseline")
    now = given.whole("year_end_count" if given.has("year_end_count") else "current_count")
    more = book.step(
        "TRUEUP-01",
        "bought at the true-up; never negative",
        max(0, now - baseline),
        expression=f"max(0, {now} - {baseline})",
    )
    renew = book.step("TRUEUP-02", "renewed", min(now, baseline), expression=f"min({now}, {baseline})")
    return {"true_up_quantity": more, "renew_quantity": renew, "compliant": True}
