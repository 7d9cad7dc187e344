"""Per named user: a licence for every person who has the software, whatever the number of copies.

Identities are merged across sources before the counting: one person is one row.
"""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.metrics import per_right
from licensing.reading import Given

SOURCE = "ServiceNow documentation: sw-metric-attributes"


def count(given: Given, book: Book) -> Outputs:
    """``{licenses}`` from ``users`` with their installs."""
    book.source = SOURCE
    if not given.has("users"):
        raise given.no_shape("users (each with installs)")
    return {"licenses": per_right.licences(given, book, subjects="users", rule="USER")}


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one person of a shape."""
    return {
        "users": [{"installs": facts.values.get("installs")}],
        "max_installs_per_right": facts.values.get("max_installs_per_right"),
    }
