"""Makes sightings of Fleet's hosts. A program that was not opened, or whose opening is not told, is not reported as used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.inventory.snapshots import SoftwareFacts
from trueup.sources.cells import moment, words
from trueup.sources.findings import Findings, Outside, Page, Rejected
from trueup.sources.machines import mac_name, sighting_from, sound_rows

ORIGINS = {
    "programs": "registry", "apps": "macos", "deb_packages": "deb", "rpm_packages": "rpm", "pkg_packages": "pkg",
    "homebrew_packages": "homebrew", "chocolatey_packages": "chocolatey",
}  # fmt: skip
"""What is kept, by the origin recognition knows. Extensions of browsers and packages of languages are nobody's licence."""


def parse_fleet(pages: Sequence[Page], seen_at: datetime) -> Findings:
    """Every host with what is on it."""
    rejected: list[Rejected] = []
    programs: dict[int, list[SoftwareFacts]] = defaultdict(list)
    for row, about in sound_rows(pages, "software", {"name": str, "source": str}, rejected):
        programs[about["host"]] += _programs(row)
    teams = {
        row["id"]: row["name"]
        for row, _about in sound_rows(pages, "teams", {"id": int, "name": str}, rejected)
    }
    sighted, outsides = [], {}
    for row, _about in sound_rows(pages, "hosts", {"id": int, "hostname": str}, rejected):
        team = row.get("team_id")
        outside = str(team) if isinstance(team, int) else ""
        outsides[outside] = Outside(outside, words(teams.get(team), most=200))
        sighted.append(
            sighting_from(
                source="fleet", seen_at=seen_at, software=programs[row["id"]], hostname=row["hostname"], outside=outside,
                serial=row.get("hardware_serial"), uuid=row.get("uuid"), observed_at=moment(row.get("software_updated_at")),
                os_name=row.get("os_version"), manufacturer=row.get("hardware_vendor"), model=row.get("hardware_model"),
                macs=[row.get("primary_mac")],
            )
        )  # fmt: skip
    return Findings(outsides=tuple(outsides.values()), devices=tuple(sighted), rejected=tuple(rejected))


def _programs(row: Mapping[str, Any]) -> Iterator[SoftwareFacts]:
    """One for each version that is there: none for what could only be installed."""
    origin = ORIGINS.get(row["source"])
    for version in row.get("installed_versions") or () if origin else ():
        if isinstance(version, dict):
            used_at = moment(version.get("last_opened_at"))
            yield SoftwareFacts(
                name=mac_name(words(row["name"])) if origin == "macos" else words(row["name"]),
                publisher=words(row.get("vendor")) or None,
                version=words(version.get("version")) or None,
                origin=origin,
                identifier=words(row.get("bundle_identifier") or version.get("bundle_identifier")) or None,
                last_used_at=used_at,
                use_is_reported=used_at is not None,
            )
