"""Per device: a licence for every device on which the software is installed, however many copies it holds.

Several versions or editions on one device count once only with a multiple-version right; that is settled before
the counting.
"""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.metrics import per_right
from licensing.reading import Given

RULE = "DEVICE"
SOURCE = "ServiceNow documentation: explanation-rights-post-recon, sw-metric-attributes"


def count(given: Given, book: Book) -> Outputs:
    """``{licenses}`` from ``devices`` with their installs, or from ``devices_total``."""
    book.source = SOURCE
    if given.has("devices_total"):
        total = given.whole("devices_total")
        says = "every device needs a licence; how many are used at once is irrelevant"
        return {"licenses": book.step("DEVICE-03", says, total, inputs={"devices_total": total})}
    if not given.has("devices"):
        raise given.no_shape("devices (each with installs)", "devices_total")
    return {"licenses": per_right.licences(given, book, subjects="devices", rule=RULE)}


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one device of a shape."""
    return {
        "devices": [{"installs": facts.values.get("installs")}],
        "max_installs_per_right": facts.values.get("max_installs_per_right"),
    }
