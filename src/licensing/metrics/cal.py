"""Client access licences: for each accessing user, each accessing device, or whichever of the two is fewer.

Unique users and devices count; what stands between them and the server does not reduce the number.
"""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "mslicensehub.com, user or device CAL; atonementlicensing.com, Microsoft CAL licensing"
TYPES = ("user", "device", "user_and_device", "cheapest_single_type")


def count(given: Given, book: Book) -> Outputs:
    """``{cals}``, ``{user_cals, device_cals}`` or ``{cal_type, cals}``, by ``cal_type``."""
    book.source = SOURCE
    kind = given.choice("cal_type", TYPES)
    if kind == "user_and_device":
        return {"user_cals": _each(given, book, "users"), "device_cals": _each(given, book, "devices")}
    if kind != "cheapest_single_type":
        return {"cals": _each(given, book, f"{kind}s")}
    users, devices = given.whole("users"), given.whole("devices")
    cheaper = "user" if users <= devices else "device"
    cals = book.step(
        "MS-CAL-02",
        f"{cheaper} CALs are the fewer",
        min(users, devices),
        expression=f"min({users}, {devices})",
    )
    book.warn("users and devices are compared at equal unit price")
    return {"cal_type": cheaper, "cals": cals}


def _each(given: Given, book: Book, key: str) -> int:
    return book.step("MS-CAL-01", f"a CAL for each of the {key} that access the server", given.whole(key))
