"""From a snapshot to rows: the programs of each section with their fingerprints, and the sighting of the device."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from trueup.devices.models import Kind
from trueup.devices.sightings import Sighting
from trueup.inventory.identity import other_byte_order
from trueup.inventory.models import Title
from trueup.inventory.snapshots import OperatingSystemFacts, Snapshot, SoftwareFacts

PACKAGED = frozenset({"deb", "rpm"})
"""Origins whose packages name their distribution, their homepage or nobody as publisher, depending on the agent."""

OPERATING_SYSTEM = "os"
USUAL_ORIGINS = {
    "macos": "macos", "mac os x": "macos", "os x": "macos",
    "linux": "pkg", "slackware": "pkg", "gentoo": "pkg", "debian": "pkg", "ubuntu": "pkg", "bsd": "pkg",
}  # fmt: skip
"""A word of the operating system's name to the origin of programs without one; the first that fits."""

NAMED_AFTER_PUBLISHER = {
    "Microsoft ": "Microsoft Corporation",
    "Red Hat ": "Red Hat, Inc.",
    "Oracle ": "Oracle",
}


@dataclass(frozen=True, slots=True)
class Program:
    """One program as found, and the fingerprint of its title.

    A title is a (name, version, origin), and a publisher where publishers mean something: three agents on one
    machine then speak of the same titles.
    """

    facts: SoftwareFacts

    @property
    def fingerprint(self) -> UUID:
        facts = self.facts
        publisher = "" if facts.origin in PACKAGED else facts.publisher or ""
        parts = [facts.name, facts.version or "", facts.origin or "", publisher]
        text = json.dumps(parts, ensure_ascii=False).encode()
        return UUID(bytes=hashlib.blake2b(text, digest_size=16).digest())

    def title(self, company_id: int, at: datetime) -> Title:
        """The title of this program, not yet stored."""
        facts = self.facts
        return Title(
            company_id=company_id,
            fingerprint=self.fingerprint,
            name=facts.name,
            publisher=facts.publisher or "",
            version=facts.version or "",
            arch=facts.arch or "",
            origin=facts.origin or "",
            identifier=facts.identifier or "",
            is_system=bool(facts.is_system),
            first_seen_at=at,
        )


def programs_of(snapshot: Snapshot) -> dict[str, list[Program]]:
    """Programs by the section that spoke of them. The operating system is one: it is licensed too."""
    found: dict[str, list[Program]] = {}
    system = snapshot.operating_system
    if snapshot.software is not None:
        origin = _usual_origin(system)
        found[snapshot.software_section] = [
            Program(replace(facts, origin=facts.origin or origin) if origin else facts)
            for facts in snapshot.software
        ]
    if system is not None and "operatingsystem" in snapshot.sections:
        found["operatingsystem"] = [Program(facts) for facts in _system_as_program(system)]
    return found


def _usual_origin(system: OperatingSystemFacts | None) -> str | None:
    """Where programs come from whose agent does not say it: what is no program of Windows is told by its system."""
    named = " ".join(filter(None, (system.full_name, system.name))).casefold() if system else ""
    return next((origin for word, origin in USUAL_ORIGINS.items() if word in named), None)


def _system_as_program(system: OperatingSystemFacts) -> list[SoftwareFacts]:
    name = system.full_name or system.name
    if not name:
        return []
    publisher = next((who for start, who in NAMED_AFTER_PUBLISHER.items() if name.startswith(start)), None)
    return [
        SoftwareFacts(
            name=name,
            publisher=publisher,
            version=system.version,
            arch=system.arch,
            origin=OPERATING_SYSTEM,
            installed_on=system.installed_on,
        )
    ]


def sighting_of(snapshot: Snapshot) -> Sighting:
    """What the snapshot says of the device. A core count that was inferred is not passed on as a fact."""
    facts = snapshot.device
    uuid = facts.uuid or ""
    certain = not facts.core_count_uncertain
    return Sighting(
        hostname=facts.hostname or facts.deviceid or "",
        agent_id=facts.agent_id or "",
        serial=facts.serial or "",
        system_uuid=uuid,
        other_uuid=other_byte_order(uuid),
        mac_addresses=facts.macs,
        kind=Kind.VIRTUAL if facts.is_virtual else facts.kind or "",
        is_server=facts.kind == "server",
        is_virtual=facts.is_virtual,
        manufacturer=facts.manufacturer or "",
        model=facts.model or "",
        processors=facts.processors,
        cores=facts.cores if certain else None,
        cores_per_processor=facts.cores_per_processor if certain else None,
        threads_per_core=facts.threads_per_core,
        processor_name=facts.processor_name or "",
        operating_system=facts.os_name or "",
    )
