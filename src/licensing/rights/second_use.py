"""Second use: the portable of a user whose workplace is licensed needs no licence of its own, once a user.

That the two are not used at the same time is not measured; it is assumed and said.
"""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "docs.flexera.com, right of second use"
RIGHT = "work_laptop"


def count(given: Given, book: Book) -> Outputs:
    """``{consumed, exempt}`` over ``devices``; virtual machines take no part and count one each."""
    book.source = SOURCE
    if not given.has("devices"):
        raise given.no_shape("devices (id, primary_user, chassis, virtual) and right")
    devices = given.rows("devices")
    exempt = _exempt(devices, book) if _applies(given, book) else []
    consumed = book.step(
        "SECOND-02",
        "licences consumed",
        len(devices) - len(exempt),
        expression=f"{len(devices)} - {len(exempt)}",
    )
    return {"consumed": consumed, "exempt": exempt}


def _applies(given: Given, book: Book) -> bool:
    if given.values.get("right") != RIGHT:
        return False
    return not given.has("product") or given.text("product") in book.term("generic.second_use.products")


def _exempt(devices: tuple[Given, ...], book: Book) -> list[str]:
    portable = book.term("generic.second_use.portable_chassis")
    physical = [device for device in devices if not device.flag("virtual")]
    at_desk = {device.text("primary_user") for device in physical if device.text("chassis") not in portable}
    exempt: list[str] = []
    for device in physical:
        user = device.text("primary_user")
        if user in at_desk and device.text("chassis") in portable:
            at_desk.remove(user)
            exempt.append(
                book.step(
                    "SECOND-01", f"the first portable of {user}, whose desk is licensed", device.text("id")
                )
            )
    if exempt:
        book.warn("it is assumed that a desk and its portable are not used at the same time")
    return exempt
