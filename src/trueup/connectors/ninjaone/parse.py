"""Makes sightings of NinjaOne's devices; each organisation is a company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from trueup.inventory.snapshots import SoftwareFacts
from trueup.sources.cells import day, flag, moment, words
from trueup.sources.findings import Findings, Outside, Page, Rejected
from trueup.sources.machines import sighting_from, sound_rows

APPROVED = "APPROVED"


def parse_ninjaone(pages: Sequence[Page], seen_at: datetime) -> Findings:
    """Every approved device with its programs, as of when it was looked at."""
    rejected: list[Rejected] = []
    outsides = tuple(
        Outside(str(row["id"]), words(row["name"], most=200))
        for row, _about in sound_rows(pages, "organizations", {"id": int, "name": str}, rejected)
    )
    programs: dict[int, list[SoftwareFacts]] = defaultdict(list)
    looked: dict[int, datetime] = {}
    for row, _about in sound_rows(pages, "software", {"name": str, "deviceId": int}, rejected):
        device = row["deviceId"]
        programs[device].append(
            SoftwareFacts(
                name=words(row["name"]), publisher=words(row.get("publisher")) or None, version=words(row.get("version")) or None,
                installed_on=day(row.get("installDate")), identifier=words(row.get("productCode")) or None,
                is_system=flag(row.get("isSystemComponent")),
            )
        )  # fmt: skip
        at = moment(row.get("timestamp"))
        if at:
            looked[device] = max(at, looked.get(device, at))
    devices = tuple(
        sighting_from(
            source="ninjaone", seen_at=seen_at, software=programs[row["id"]], hostname=row["systemName"],
            outside=str(row.get("organizationId") or ""), observed_at=looked.get(row["id"]) or moment(row.get("lastContact")),
        )
        for row, _about in sound_rows(pages, "devices", {"id": int, "systemName": str}, rejected)
        if row.get("approvalStatus", APPROVED) == APPROVED and row["id"] in programs
    )  # fmt: skip
    return Findings(outsides=outsides, devices=devices, rejected=tuple(rejected))
