"""Unlimited grants: consumed before any fixed one, always compliant inside their scope, and still reported.

Scope (legal entity, country, term, products) limits what is unlimited; it is settled before this rule.
"""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: unltd-allocations-rights"


def count(given: Given, book: Book) -> Outputs:
    """``{compliant, true_up_cost}``, ``{consumed_from_unlimited, consumed_from_fixed}`` or ``{consumed, compliant}``."""
    book.source = SOURCE
    if given.has("entitlements"):
        return _by_grant(given, book)
    if given.has("installs_on_unique_computers"):
        return _always_compliant(given, book)
    if not given.has("entitlement"):
        raise given.no_shape(
            "installs and entitlement", "installs and entitlements", "installs_on_unique_computers"
        )
    installs, grant = given.whole("installs"), given.inner("entitlement")
    if not grant.flag("unlimited"):
        raise grant.refused("unlimited", "is false", "count a limited grant by the metric it is sold under")
    says = "an unlimited grant covers any number of installs"
    book.step("UNLIMITED-01", says, installs, inputs={"installs": installs})
    return {"compliant": True, "true_up_cost": 0}


def _by_grant(given: Given, book: Book) -> Outputs:
    installs, grants = given.whole("installs"), given.rows("entitlements")
    unlimited = any(grant.has("unlimited") and grant.flag("unlimited") for grant in grants)
    rights = sum(grant.whole("rights") for grant in grants if grant.has("rights"))
    free = book.step(
        "UNLIMITED-02",
        "an unlimited grant is consumed before any fixed one",
        installs if unlimited else 0,
        inputs={"installs": installs, "unlimited grant": unlimited},
    )
    fixed = book.step(
        "UNLIMITED-03",
        "the rest comes from fixed grants, up to their rights",
        min(installs - free, rights),
        expression=f"min({installs - free}, {rights})",
        inputs={"rights": rights},
    )
    return {"consumed_from_unlimited": free, "consumed_from_fixed": fixed}


def _always_compliant(given: Given, book: Book) -> Outputs:
    installs, grant = given.whole("installs_on_unique_computers"), given.inner("entitlement")
    grant.choice("type", book.term("generic.always_compliant_types"))
    says = "this type of licence is always compliant; what it covers is reported"
    return {"consumed": book.step("UNLIMITED-04", says, installs), "compliant": True}
