"""Adobe named user: a licence for each user, active on so many computers at a time; phones and the web do not count."""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "teamdynamix.umich.edu, Adobe Creative Cloud device limit"


def count(given: Given, book: Book) -> Outputs:
    """``{licenses, activation_breaches}`` for ``users`` with their activated computers."""
    book.source = SOURCE
    if not given.has("users"):
        raise given.no_shape("users (activated_computers)")
    users = given.rows("users")
    licences = book.step("ADOBE-USER-01", "a licence for each user", len(users), inputs={"users": len(users)})
    most = book.whole("adobe.named_user.computers")
    over = sum(max(0, user.whole("activated_computers") - most) for user in users)
    book.step(
        "ADOBE-USER-02",
        f"computers beyond {most} for one user",
        over,
        expression=f"sum of max(0, computers - {most})",
    )
    return {"licenses": licences, "activation_breaches": over}


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one person of a shape; computers not reported are none over the limit."""
    return {"users": [{"activated_computers": facts.values.get("activated_computers") or 0}]}
