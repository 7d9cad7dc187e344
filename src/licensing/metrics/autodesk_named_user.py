"""Autodesk named user: a licence for each user, on so many devices, used on one at a time."""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "cadac.com, who can use my licence"


def count(given: Given, book: Book) -> Outputs:
    """``{licenses, breach}`` for ``users`` with their devices and simultaneous use."""
    book.source = SOURCE
    if not given.has("users"):
        raise given.no_shape("users (devices, max_simultaneous)")
    users = given.rows("users")
    licences = book.step("ADSK-USER-01", "a licence for each user", len(users), inputs={"users": len(users)})
    devices = book.whole("autodesk.named_user.devices")
    at_once = book.whole("autodesk.named_user.simultaneous")
    breaches = [user.whole("devices") > devices or user.whole("max_simultaneous") > at_once for user in users]
    says = f"a user on more than {devices} devices, or on more than {at_once} at a time"
    return {"licenses": licences, "breach": book.step("ADSK-USER-02", says, any(breaches))}


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one person of a shape; use not reported breaks no limit."""
    return {"users": [{key: facts.values.get(key) or 0 for key in ("devices", "max_simultaneous")}]}
