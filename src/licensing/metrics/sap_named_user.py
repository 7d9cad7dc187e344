"""SAP named users: each person once over all systems, at the highest type held anywhere."""

from collections import Counter

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "softwareone.com, SAP's LAW tool"


def count(given: Given, book: Book) -> Outputs:
    """``{by_type, total}`` from ``accounts`` and a ``hierarchy`` of types, highest first."""
    book.source = SOURCE
    if not given.has("accounts", "hierarchy"):
        raise given.no_shape("accounts (person, system, type) and hierarchy")
    hierarchy, highest = given.texts("hierarchy"), dict[str, int]()
    for account in given.rows("accounts"):
        person, rank = account.text("person"), hierarchy.index(account.choice("type", hierarchy))
        highest[person] = min(rank, highest.get(person, rank))
    counted = Counter(highest.values())
    by_type = {kind: counted[rank] for rank, kind in enumerate(hierarchy) if counted[rank]}
    for kind, people in by_type.items():
        book.step("SAP-USER-01", f"people whose highest type is {kind}", people)
    total = book.step(
        "SAP-USER-02",
        "people, each counted once",
        len(highest),
        expression=" + ".join(map(str, by_type.values())) or "0",
    )
    return {"by_type": by_type, "total": total}
