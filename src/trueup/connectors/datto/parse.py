"""Makes sightings of Datto's devices; each site is a company. Names and versions are all it tells of software."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from trueup.inventory.snapshots import SoftwareFacts
from trueup.sources.cells import moment, words
from trueup.sources.findings import Findings, Outside, Page, Rejected
from trueup.sources.machines import sighting_from, sound_rows

MILLISECONDS = 1000
FAR = 10**11
"""What is larger is written in milliseconds."""


def parse_datto(pages: Sequence[Page], seen_at: datetime) -> Findings:
    """Every audited device, as of its audit."""
    rejected: list[Rejected] = []
    outsides = tuple(
        Outside(row["uid"], words(row["name"], most=200))
        for row, _about in sound_rows(pages, "sites", {"uid": str, "name": str}, rejected)
    )
    programs: dict[str, list[SoftwareFacts]] = defaultdict(list)
    for page in pages:
        if page.kind == "software":
            programs[page.about["device"]] += [
                SoftwareFacts(name=words(row["name"]), version=words(row.get("version")) or None)
                for row, _about in sound_rows([page], "software", {"name": str}, rejected)
            ]
    devices = tuple(
        sighting_from(
            source="datto", seen_at=seen_at, software=programs[row["uid"]], hostname=row["hostname"],
            outside=words(row.get("siteUid"), most=200), os_name=row.get("operatingSystem"),
            observed_at=_audited_at(row.get("lastAuditDate")),
        )
        for row, _about in sound_rows(pages, "devices", {"uid": str, "hostname": str}, rejected)
        if row["uid"] in programs and not row.get("deleted")
    )  # fmt: skip
    return Findings(outsides=outsides, devices=devices, rejected=tuple(rejected))


def _audited_at(value: Any) -> datetime | None:
    """A moment as text, in seconds or in milliseconds.

    >>> from datetime import UTC
    >>> _audited_at(1772350000000) == _audited_at(1772350000) == datetime(2026, 3, 1, 7, 26, 40, tzinfo=UTC)
    True
    """
    is_far = isinstance(value, (int, float)) and not isinstance(value, bool) and value > FAR
    return moment(value / MILLISECONDS if is_far else value)
