"""The least cores a VMware order may ask for, by the day of the order. It changes the purchase, never the need."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "otava.com, simplifying VMware licensing"


def count(given: Given, book: Book) -> Outputs:
    """``{order_quantity}`` for ``required_cores`` ordered on ``order_date``; per order and product line."""
    book.source = SOURCE
    if not given.has("required_cores", "order_date"):
        raise given.no_shape("required_cores and order_date")
    cores, ordered = given.whole("required_cores"), given.day("order_date")
    least = book.whole("vmware.order.minimum_cores", on=ordered) if cores else 0
    quantity = book.step(
        "VMW-ORDER-01",
        f"an order on {ordered.isoformat()}",
        max(least, cores),
        expression=f"max({least}, {cores})",
        about="purchase",
    )
    return {"order_quantity": quantity}
