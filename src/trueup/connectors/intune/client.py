"""Asks Intune for its devices, the programs it found, and for each program worth it the devices that have it.

Intune tells by program, so that each costs a question. Those the library knows nobody licenses are not asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recognition import RawTitle, recognise
from trueup.inventory.library import current_library
from trueup.sources.asking import Opening, bearer, linked
from trueup.sources.findings import Page

NEXT = "@odata.nextLink"
DEVICES = "/v1.0/deviceManagement/managedDevices?$select=id,deviceName,serialNumber,operatingSystem,manufacturer,model,lastSyncDateTime"
APPS = "/v1.0/deviceManagement/detectedApps"
ON = "/v1.0/deviceManagement/detectedApps/{app}/managedDevices?$select=id"
COMPUTERS = {"windows": "registry", "macOS": "macos"}
NOBODY = "not_licensable"


def read_intune(opening: Opening) -> Iterator[Page]:
    """Devices, programs, and which has which."""
    form = {
        "grant_type": "client_credentials",
        "client_id": opening.option("client_id"),
        "client_secret": opening.secret("client_secret"),
        "scope": f"{opening.url}/.default",
    }
    hand_out = opening.wire(url=opening.option("sign_in_url"))
    wire = opening.wire(authorise=bearer(hand_out, f"/{opening.option('tenant')}/oauth2/v2.0/token", form))
    for rows in linked(wire, DEVICES, rows="value", link=NEXT):
        yield Page("devices", rows)
    apps: list[Any] = []
    for rows in linked(wire, APPS, rows="value", link=NEXT):
        apps += rows
        yield Page("apps", rows)
    for app in apps:
        if is_worth_asking(app):
            for rows in linked(wire, ON.format(app=app["id"]), rows="value", link=NEXT):
                yield Page("on", rows, {"app": app["id"]})


def is_worth_asking(app: Any) -> bool:
    """Whether a program is on computers and may need a licence."""
    if (
        not isinstance(app, dict)
        or not isinstance(app.get("id"), str)
        or not isinstance(app.get("displayName"), str)
    ):
        return False
    origin = COMPUTERS.get(str(app.get("platform")))
    if origin is None or not app["displayName"] or not app["id"].replace("-", "").isalnum():
        return False
    raw = RawTitle(
        name=app["displayName"], publisher=app.get("publisher") or None, version=app.get("version") or None, arch=None,
        origin=origin, is_system=False, identifier=None,
    )  # fmt: skip
    return bool(recognise(raw, current_library()).status != NOBODY)
