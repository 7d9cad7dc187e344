"""Oracle Standard editions may run on small servers only: socket capacity counts, not the sockets occupied."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: oracle-db-licensing-std-edition, byol-license-rules"


def count(given: Given, book: Book) -> Outputs:
    """``{allowed, flag}`` for an ``edition`` on a server or in a cloud."""
    book.source = SOURCE
    if not given.has("edition"):
        raise given.no_shape("edition and sockets_capacity", "edition, cloud and vcpus")
    limits = book.term("oracle.edition_limits")
    edition = given.choice("edition", tuple(limits))
    key = "vcpus" if given.has("cloud") else "sockets_capacity"
    most = limits[edition][key]
    if most is None:
        return {
            "allowed": book.step("ORA-EDITION-01", f"{edition} runs on any size", value=True),
            "flag": None,
        }
    size = given.whole(key)
    allowed = book.step(
        "ORA-EDITION-02",
        f"{edition} runs on at most {most} ({key})",
        size <= most,
        expression=f"{size} <= {most}",
    )
    return {"allowed": allowed, "flag": None if allowed else "unlicensed_install"}
