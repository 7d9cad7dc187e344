"""Position rules: owned against used or required, and what of it is allocated, in use or idle."""

from collections.abc import Callable, Sequence

from licensing.counting import Book, Outputs
from licensing.quantities import plain, written
from licensing.reading import Given

SOURCE = "ServiceNow documentation: license-metric-results-fields, accurate-trueup-cost, software-entitlement-fields"


def count(given: Given, book: Book) -> Outputs:
    """Outputs by the keys present, such as ``{available, over_licensed_amount, shortfall}``."""
    book.source = SOURCE
    shapes: Sequence[tuple[tuple[str, ...], Callable[[Given, Book], Outputs]]] = (
        (("rights_owned", "device_allocations"), _allocated),
        (("rights_owned", "rights_used"), _available),
        (("rights_owned", "rights_required"), _true_up),
        (("active_rights", "allocations"), _allocatable),
        (("required", "allocated"), _outstanding),
    )
    for keys, shape in shapes:
        if given.has(*keys):
            return shape(given, book)
    raise given.no_shape(*(" and ".join(keys) for keys, _ in shapes))


def _available(given: Given, book: Book) -> Outputs:
    owned, used, price = given.whole("rights_owned"), given.whole("rights_used"), given.number("unit_cost")
    available = book.step("ELP-01", "available", owned - used, expression=f"{owned} - {used}")
    over = max(0, available) * price
    book.step(
        "ELP-02",
        "value of what is not used",
        plain(over),
        expression=f"max(0, {available}) x {written(price)}",
    )
    short = book.step("ELP-03", "short", max(0, used - owned), expression=f"max(0, {used} - {owned})")
    return {"available": available, "over_licensed_amount": plain(over), "shortfall": short}


def _true_up(given: Given, book: Book) -> Outputs:
    owned, required, price = (
        given.whole("rights_owned"),
        given.whole("rights_required"),
        given.number("unit_cost"),
    )
    short = book.step("ELP-03", "short", max(0, required - owned), expression=f"max(0, {required} - {owned})")
    cost = book.step(
        "ELP-04",
        "true-up cost",
        plain(short * price),
        expression=f"{short} x {written(price)}",
        about="purchase",
    )
    return {"shortfall": short, "true_up_cost": cost}


def _allocatable(given: Given, book: Book) -> Outputs:
    active, allocated = given.whole("active_rights"), sum(given.wholes("allocations"))
    left = book.step(
        "ELP-05",
        "left to allocate; below 0 too much is allocated",
        active - allocated,
        expression=f"{active} - {allocated}",
    )
    return {"allocations_available": left}


def _allocated(given: Given, book: Book) -> Outputs:
    given.whole("rights_owned")
    allocated, elsewhere = given.whole("device_allocations"), given.whole("installs_elsewhere")
    in_use = book.step("ELP-06", "allocated and in use", min(given.whole("installs_on_allocated"), allocated))
    idle = book.step(
        "ELP-07", "allocated, not in use", allocated - in_use, expression=f"{allocated} - {in_use}"
    )
    used = book.step(
        "ELP-08", "rights used: allocated, in use or not, and installs elsewhere", allocated + elsewhere
    )
    return {
        "allocated_in_use": in_use,
        "allocated_not_in_use": idle,
        "not_allocated_in_use": elsewhere,
        "rights_used": used,
    }


def _outstanding(given: Given, book: Book) -> Outputs:
    required, allocated = given.whole("required"), given.whole("allocated")
    expression = f"max(0, {required} - {allocated})"
    return {
        "outstanding": book.step(
            "ELP-09", "still to allocate", max(0, required - allocated), expression=expression
        )
    }
