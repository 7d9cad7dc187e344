"""Active rights on a day: the rights of entitlements whose period holds the day, both ends included.

Maintenance alone never adds rights, and a retired entitlement has none.
"""

from datetime import date

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: software-entitlement-fields"


def count(given: Given, book: Book) -> Outputs:
    """``{active_rights}`` of ``entitlements`` on ``as_of``; an ``end`` of null never comes."""
    book.source = SOURCE
    if not given.has("entitlements"):
        raise given.no_shape("as_of and entitlements (type, rights, start, end)")
    as_of = given.day("as_of")
    active = [_active(entitlement, book, as_of) for entitlement in given.rows("entitlements")]
    says = f"rights active on {as_of.isoformat()}"
    total = book.step("SUBS-02", says, sum(active), expression=" + ".join(map(str, active)) or "0")
    return {"active_rights": total}


def _active(entitlement: Given, book: Book, as_of: date) -> int:
    rights, start = entitlement.whole("rights"), entitlement.day("start")
    ended = entitlement.values.get("end") is not None and entitlement.day("end") < as_of
    idle = entitlement.text("type") in book.term("generic.maintenance_only_types")
    retired = entitlement.has("state") and entitlement.text("state") == "Retired"
    counted = 0 if start > as_of or ended or idle or retired else rights
    return book.step(
        "SUBS-01",
        "counted from its first to its last day, unless it is maintenance alone or retired",
        counted,
        inputs={"rights": rights, "start": start, "end": entitlement.values.get("end") or "never"},
    )
