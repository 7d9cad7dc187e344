"""Microsoft 365 Apps: a licence for each user, to be active on so many desktops, tablets and mobiles, each counted apart.

A device too many is signed out, the least recently used first; it never needs another licence.
"""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "Microsoft, overview of licensing and activation in Microsoft 365 Apps"
CATEGORIES = ("desktops", "tablets", "mobiles")


def count(given: Given, book: Book) -> Outputs:
    """``{licenses, over_limit_devices}`` for ``users`` with their devices by category."""
    book.source = SOURCE
    if not given.has("users"):
        raise given.no_shape("users (desktops, tablets, mobiles)")
    users = given.rows("users")
    licences = book.step("MS-365-01", "a licence for each user", len(users), inputs={"users": len(users)})
    most = book.term("microsoft.365_apps.devices_per_user")
    over = sum(max(0, user.whole(category) - most[category]) for user in users for category in CATEGORIES)
    book.step(
        "MS-365-02",
        "devices beyond the limit of their category",
        over,
        expression="sum of max(0, devices - limit)",
    )
    return {"licenses": licences, "over_limit_devices": over}


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one person of a shape; devices not reported are none over the limit."""
    return {"users": [{category: facts.values.get(category) or 0 for category in CATEGORIES}]}
