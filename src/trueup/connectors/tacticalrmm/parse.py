"""Makes sightings of Tactical RMM's agents; each client is a company. The year 1 is how it writes a day it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trueup.inventory.snapshots import SoftwareFacts
from trueup.sources.cells import day, moment, words
from trueup.sources.findings import Findings, Outside, Page, Rejected
from trueup.sources.machines import sighting_from, sound_rows


def parse_tactical(pages: Sequence[Page], seen_at: datetime) -> Findings:
    """Every agent with its programs, as of when it was seen last: the list has no moment of its own."""
    rejected: list[Rejected] = []
    by_number = {
        row["id"]: row
        for row, _about in sound_rows(
            pages, "numbers", {"id": int, "hostname": str, "agent_id": str}, rejected
        )
    }
    more = {row["agent_id"]: row for row, _about in sound_rows(pages, "agents", {"agent_id": str}, rejected)}
    sighted, outsides = [], {}
    for row, _about in sound_rows(pages, "software", {"agent": int, "software": list}, rejected):
        agent = by_number.get(row["agent"])
        if agent is None:
            rejected.append(Rejected(str(row["agent"]), "software: an agent that is not listed"))
            continue
        client = words(agent.get("client"), most=200)
        outsides[client] = Outside(client, client)
        facts = more.get(agent["agent_id"], {})
        listed = [Page("programs", row["software"])]
        programs = [
            SoftwareFacts(
                name=words(one["name"]), publisher=words(one.get("publisher")) or None,
                version=words(one.get("version")) or None, installed_on=day(one.get("install_date")), origin="registry",
            )
            for one, _none in sound_rows(listed, "programs", {"name": str}, rejected)
        ]  # fmt: skip
        sighted.append(
            sighting_from(
                source="tacticalrmm", seen_at=seen_at, software=programs, hostname=agent["hostname"], outside=client,
                serial=facts.get("serial_number"), os_name=facts.get("operating_system"),
                observed_at=moment(facts.get("last_seen")),
            )
        )  # fmt: skip
    return Findings(outsides=tuple(outsides.values()), devices=tuple(sighted), rejected=tuple(rejected))
