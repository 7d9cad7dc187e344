"""Allocation to a host or VM: it licenses the entity whole, whatever its quantity; what is left over lies idle.

Allocate to hosts or VMs, never to a cluster. Some editions cannot be allocated to a host at all.
"""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: allocation-management-sam"


def count(given: Given, book: Book) -> Outputs:
    """``{rights_consumed, allocated_not_in_use}`` for an ``allocation_quantity``."""
    book.source = SOURCE
    if not given.has("allocation_quantity"):
        raise given.no_shape(
            "entity_cores_required and allocation_quantity", "edition, layer and allocation_quantity"
        )
    quantity = given.whole("allocation_quantity")
    if _refused_at_host(given, book):
        consumed = book.step("ALLOC-02", f"{given.text('edition')} cannot be licensed for a host", 0)
        return {"rights_consumed": consumed, "allocated_not_in_use": quantity}
    required = given.whole("entity_cores_required")
    consumed = book.step(
        "ALLOC-01", "the entity is licensed whole", required, inputs={"entity_cores_required": required}
    )
    idle = book.step(
        "ALLOC-03",
        "allocated, not in use",
        max(0, quantity - required),
        expression=f"max(0, {quantity} - {required})",
    )
    return {"rights_consumed": consumed, "allocated_not_in_use": idle}


def _refused_at_host(given: Given, book: Book) -> bool:
    if not given.has("edition", "layer") or given.text("layer") != "host":
        return False
    return given.text("edition") in book.term("microsoft.not_licensable_for_a_host")
