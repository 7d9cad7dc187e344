"""User subscription: allocations and subscriptions are netted within each user, never across users."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: c_SAMLicenseMetrics"


def count(given: Given, book: Book) -> Outputs:
    """``{allocated_in_use, allocated_not_in_use, not_allocated_in_use}`` over ``users``."""
    book.source = SOURCE
    if not given.has("users"):
        raise given.no_shape("users (id, allocation_rights, subscriptions)")
    pairs = [(user.whole("allocation_rights"), user.whole("subscriptions")) for user in given.rows("users")]
    in_use = sum(min(pair) for pair in pairs)
    idle = sum(allocated for allocated, _ in pairs) - in_use
    unallocated = sum(subscribed for _, subscribed in pairs) - in_use
    book.step(
        "USUB-01",
        "allocated and in use",
        in_use,
        expression="sum of min(allocated, subscribed), user by user",
    )
    book.step("USUB-02", "allocated, not in use", idle, expression="allocated - in use")
    book.step("USUB-03", "in use, not allocated", unallocated, expression="subscribed - in use")
    return {"allocated_in_use": in_use, "allocated_not_in_use": idle, "not_allocated_in_use": unallocated}
