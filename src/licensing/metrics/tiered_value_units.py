"""Value units by tiers (RVU, UVU and alike): each tier weighs its own part; the sum is rounded up once.

Tiers are marginal, unlike price bands. Cover is all or nothing: with too few rights no device is licensed.
"""

from itertools import pairwise

from licensing.counting import Book, Outputs
from licensing.quantities import Exact, ceiling, exact, plain, written
from licensing.reading import Given

SOURCE = (
    "ServiceNow documentation: ibm-pvu-rvu-licensing, ibm-user-based-licensing, explanation-rights-post-recon"
)


def count(given: Given, book: Book) -> Outputs:
    """``{units, unrounded, per_tier?, compliant?, licensed_devices?}`` from a quantity and tiers, or from segments."""
    book.source = SOURCE
    if given.has("segments"):
        parts, outputs = _weighed(given, book), Outputs()
    elif given.has("quantity", "tiers"):
        parts = _tiered(given, book)
        outputs = {"per_tier": parts}
    else:
        raise given.no_shape("quantity and tiers", "segments")
    total = plain(sum(parts))
    units = book.step(
        "VALUE-02",
        "value units",
        ceiling(total),
        expression=f"ceil({written(total)})",
        rounding="once, on the sum",
    )
    return {"units": units, "unrounded": total, **outputs, **_cover(given, book, units)}


def _tiered(given: Given, book: Book) -> list[Exact]:
    quantity, parts, below = given.whole("quantity"), list[Exact](), 0
    for upper, factor in _tiers(given):
        part = (quantity if upper is None else min(quantity, upper)) - below
        if part <= 0:
            break
        parts.append(
            book.step(
                "VALUE-01",
                f"{part} units above {below}",
                plain(part * factor),
                expression=f"{part} x {written(factor)}",
            )
        )
        below += part
    if below < quantity:
        raise given.refused(
            "tiers",
            f"end at {below}, below the quantity {quantity}",
            "close with an open tier [null, factor]",
        )
    return parts


def _tiers(given: Given) -> list[tuple[int | None, Exact]]:
    tiers = [_pair(given, "tiers", row) for row in given.list_of("tiers")]
    bounds = [upper for upper, _ in tiers]
    if None in bounds[:-1] or any(
        high is not None and low is not None and high <= low for low, high in pairwise(bounds)
    ):
        raise given.refused(
            "tiers", "are not in rising order", "give [upper, factor] from the lowest, the open one last"
        )
    return [(None if upper is None else int(exact(upper)), factor) for upper, factor in tiers]


def _weighed(given: Given, book: Book) -> list[Exact]:
    segments = [_pair(given, "segments", row) for row in given.list_of("segments")]
    return [
        book.step(
            "VALUE-01",
            f"{quantity} units",
            plain(exact(quantity or 0) * weight),
            expression=f"{quantity} x {written(weight)}",
        )
        for quantity, weight in segments
    ]


def _pair(given: Given, key: str, row: object) -> tuple[int | None, Exact]:
    if not isinstance(row, list | tuple) or len(row) != 2:
        raise given.refused(key, f"hold {row!r}", "give pairs of numbers")
    pair = Given(given.rule, {"first": row[0], "weight": row[1]}, (*given.path, key))
    return (None if row[0] is None else pair.whole("first")), pair.number("weight")


def _cover(given: Given, book: Book, units: int) -> Outputs:
    if not given.has("rights_owned"):
        return {}
    owned = given.whole("rights_owned")
    compliant = book.step(
        "VALUE-03", "rights cover all units, or none", owned >= units, expression=f"{owned} >= {units}"
    )
    covered = {"licensed_devices": given.whole("devices") if compliant else 0} if given.has("devices") else {}
    return {"compliant": compliant, **covered}
