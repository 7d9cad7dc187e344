"""IBM reports the highest value of the period, not the mean; one sample suffices."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "HCL BigFix Inventory, PVU sub-capacity"


def count(given: Given, book: Book) -> Outputs:
    """``{reported}`` from ``samples``, each already capped by its host."""
    book.source = SOURCE
    if not given.has("samples"):
        raise given.no_shape("samples")
    samples = given.wholes("samples")
    if not samples:
        raise given.refused("samples", "is empty", "give at least one sample of the period")
    return {
        "reported": book.step(
            "IBM-HWM-01", "highest of the period", max(samples), expression=f"max of {len(samples)} samples"
        )
    }
