"""Turns Intune's answers round: from programs with devices to devices with programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from trueup.inventory.snapshots import SoftwareFacts
from trueup.sources.cells import moment, words
from trueup.sources.findings import Findings, Page, Rejected
from trueup.sources.machines import sighting_from, sound_rows

ORIGINS = {"windows": "registry", "macOS": "macos"}


def parse_intune(pages: Sequence[Page], seen_at: datetime) -> Findings:
    """Every managed device with what was found on it."""
    rejected: list[Rejected] = []
    apps = {
        row["id"]: SoftwareFacts(
            name=words(row["displayName"]),
            publisher=words(row.get("publisher")) or None,
            version=words(row.get("version")) or None,
            origin=ORIGINS.get(str(row.get("platform"))),
        )
        for row, _about in sound_rows(pages, "apps", {"id": str, "displayName": str}, rejected)
    }
    found: dict[str, list[SoftwareFacts]] = defaultdict(list)
    for row, about in sound_rows(pages, "on", {"id": str}, rejected):
        if about["app"] in apps:
            found[row["id"]].append(apps[about["app"]])
    devices = tuple(
        sighting_from(
            source="intune", seen_at=seen_at, software=found[row["id"]], hostname=row["deviceName"],
            serial=row.get("serialNumber"), os_name=row.get("operatingSystem"), manufacturer=row.get("manufacturer"),
            model=row.get("model"), observed_at=moment(row.get("lastSyncDateTime")),
        )
        for row, _about in sound_rows(pages, "devices", {"id": str, "deviceName": str}, rejected)
    )  # fmt: skip
    return Findings(devices=devices, rejected=tuple(rejected))
