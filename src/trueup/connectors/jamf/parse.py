"""Makes sightings of Jamf's computers; each site is a company where the source speaks of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.inventory.snapshots import SoftwareFacts
from trueup.sources.cells import moment, words
from trueup.sources.findings import Findings, Outside, Page, Rejected, Sighted
from trueup.sources.machines import mac_name, sighting_from, sound_rows


def parse_jamf(pages: Sequence[Page], seen_at: datetime) -> Findings:
    """Every computer, as of when it reported."""
    rejected: list[Rejected] = []
    outsides: dict[str, Outside] = {}
    needed = {"id": str, "general": dict, "hardware": dict, "applications": list}
    devices = tuple(
        _sighted(row, seen_at, outsides, rejected)
        for row, _about in sound_rows(pages, "computers", needed, rejected)
    )
    return Findings(outsides=tuple(outsides.values()), devices=devices, rejected=tuple(rejected))


def _sighted(
    row: Mapping[str, Any], seen_at: datetime, outsides: dict[str, Outside], rejected: list[Rejected]
) -> Sighted:
    general, hardware, system = row["general"], row["hardware"], row.get("operatingSystem") or {}
    site = general.get("site")
    site = site if isinstance(site, dict) else {}
    outside = words(site.get("id"), most=200)
    outsides[outside] = Outside(outside, words(site.get("name"), most=200))
    listed = [Page("applications", row["applications"])]
    programs = [
        SoftwareFacts(
            name=mac_name(words(one["name"])),
            version=words(one.get("version") or one.get("cfBundleShortVersionString")) or None,
            identifier=words(one.get("bundleId")) or None,
            origin="macos",
        )
        for one, _about in sound_rows(listed, "applications", {"name": str}, rejected)
    ]
    return sighting_from(
        source="jamf", seen_at=seen_at, software=programs, hostname=general.get("name"), outside=outside,
        serial=hardware.get("serialNumber"), uuid=row.get("udid"), model=hardware.get("model"), manufacturer="Apple",
        os_name=f"{words(system.get('name'))} {words(system.get('version'))}".strip(), macs=[hardware.get("macAddress")],
        observed_at=moment(general.get("reportDate")),
    )  # fmt: skip
