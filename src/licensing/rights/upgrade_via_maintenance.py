"""Upgrade through maintenance: the version held is the last one released while maintenance ran, and is kept after."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: software-license-maintenance"


def count(given: Given, book: Book) -> Outputs:
    """``{entitled_version}``: the latest of ``releases`` on or before ``maintenance_end``, never below the base."""
    book.source = SOURCE
    if not given.has("base_version", "maintenance_end", "releases"):
        raise given.no_shape("base_version, maintenance_end and releases (version: date)")
    base, end, releases = given.text("base_version"), given.day("maintenance_end"), given.inner("releases")
    released = {version: releases.day(version) for version in releases.values}
    reached = [version for version, day in released.items() if day <= end]
    latest = max(reached, key=lambda version: released[version], default=base)
    if base in released and latest != base and released[latest] < released[base]:
        latest = base
    says = f"the latest version released by {end.isoformat()}, when maintenance ended"
    return {"entitled_version": book.step("UPGRADE-01", says, latest, inputs={"base version": base})}
