"""Asks Microsoft Graph for subscriptions, their dates and the people who have licences.

Dates and sign-ins need rights of their own. Where they are refused the rest is read, and what was not told stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from trueup.sources.asking import Opening, SourceShut, Wire, bearer, linked
from trueup.sources.findings import Page

SKUS = "/v1.0/subscribedSkus"
DATES = "/v1.0/directory/subscriptions"
USERS = (
    "/v1.0/users?$select=id,displayName,userPrincipalName,accountEnabled,assignedLicenses,licenseAssignmentStates{more}"
    "&$filter=assignedLicenses/$count%20ne%200&$count=true&$top=100"
)
SIGN_IN = ",signInActivity"
EVENTUAL = {"ConsistencyLevel": "eventual"}
NEXT = "@odata.nextLink"


def read_graph(opening: Opening) -> Iterator[Page]:
    """Every page, as it is answered."""
    hand_out = opening.wire(url=opening.option("sign_in_url"))
    form = {
        "grant_type": "client_credentials",
        "client_id": opening.option("client_id"),
        "client_secret": opening.secret("client_secret"),
        "scope": f"{opening.url}/.default",
    }
    wire = opening.wire(authorise=bearer(hand_out, f"/{opening.option('tenant')}/oauth2/v2.0/token", form))
    for rows in linked(wire, SKUS, rows="value", link=NEXT):
        yield Page("skus", rows)
    try:
        for rows in linked(wire, DATES, rows="value", link=NEXT):
            yield Page("dates", rows)
    except SourceShut:
        yield Page("dates", [], {"is_refused": True})
    yield from _users(wire)


def _users(wire: Wire) -> Iterator[Page]:
    """People with licences; without their sign-ins where the tenant does not show them."""
    tells_sign_in = True
    try:
        wire.get(USERS.format(more=SIGN_IN), headers=EVENTUAL)
    except SourceShut:
        tells_sign_in = False
    first = USERS.format(more=SIGN_IN if tells_sign_in else "")
    for rows in linked(wire, first, rows="value", link=NEXT, headers=EVENTUAL):
        yield Page("users", rows, {"tells_sign_in": tells_sign_in})
