"""Makes sightings of Wazuh's agents; their first group is a company where the source speaks of several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.inventory.snapshots import SoftwareFacts
from trueup.sources.cells import day, moment, words
from trueup.sources.findings import Findings, Outside, Page, Rejected
from trueup.sources.machines import mac_name, sighting_from, sound_rows

ORIGINS = {"win": "registry", "deb": "deb", "rpm": "rpm", "pkg": "macos"}
"""What is kept, by the origin recognition knows. Packages of languages are nobody's licence."""


def parse_wazuh(pages: Sequence[Page], seen_at: datetime) -> Findings:
    """Every agent that was scanned, as of its scan."""
    rejected: list[Rejected] = []
    programs: dict[str, list[SoftwareFacts]] = defaultdict(list)
    scanned: dict[str, datetime] = {}
    for row, about in sound_rows(pages, "packages", {"name": str, "format": str}, rejected):
        scan = row.get("scan")
        at = moment(scan.get("time")) if isinstance(scan, dict) else None
        if at:
            scanned[about["agent"]] = max(at, scanned.get(about["agent"], at))
        if row["format"] in ORIGINS:
            programs[about["agent"]].append(_program(row))
    sighted, outsides = [], {}
    for row, _about in sound_rows(pages, "agents", {"id": str, "name": str}, rejected):
        groups = row.get("group")
        group = words(groups[0], most=200) if isinstance(groups, list) and groups else ""
        outsides[group] = Outside(group, group)
        system = row.get("os")
        system = system if isinstance(system, dict) else {}
        if row["id"] in programs:
            sighted.append(
                sighting_from(
                    source="wazuh", seen_at=seen_at, software=programs[row["id"]], hostname=row["name"], outside=group,
                    os_name=f"{words(system.get('name'))} {words(system.get('version'))}".strip(),
                    observed_at=scanned.get(row["id"]) or moment(row.get("lastKeepAlive")),
                )
            )  # fmt: skip
    return Findings(outsides=tuple(outsides.values()), devices=tuple(sighted), rejected=tuple(rejected))


def _program(row: Mapping[str, Any]) -> SoftwareFacts:
    origin = ORIGINS[row["format"]]
    name = words(row["name"])
    return SoftwareFacts(
        name=mac_name(name) if origin == "macos" else name,
        publisher=words(row.get("vendor")) or None,
        version=words(row.get("version")) or None,
        arch=words(row.get("architecture")) or None,
        origin=origin,
        installed_on=day(row.get("install_time")),
    )
