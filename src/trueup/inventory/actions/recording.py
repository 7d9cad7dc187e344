"""Recording a snapshot: the device found, installations opened and closed by set difference, one entry written.

A section the snapshot does not mention is left alone, whether the snapshot calls itself partial or not. A few
statements whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import F

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.devices.sightings import Noted, note_sighting, place_guests, set_needs_full
from trueup.inventory.actions.recognising import put_outcomes
from trueup.inventory.identity import other_byte_order
from trueup.inventory.models import DeviceSection, Installation, Receipt, ReceiptState, Title
from trueup.inventory.programs import Program, programs_of, sighting_of
from trueup.inventory.queries import SOFTWARE, SUITES
from trueup.inventory.snapshots import Snapshot, SoftwareFacts

LOCK = 7_201_964
"""First half of the advisory lock's key; the second is the company: snapshots of one company are recorded in line."""

GUESTS = "virtualmachines"

OPEN_INSTALLATIONS = """
INSERT INTO inventory_installation
    (company_id, device_id, section, first_seen_at, title_id, installed_on, last_used_at, use_is_reported)
SELECT %s, %s, %s, %s, added.*
FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[], %s::bool[])
    AS added (title_id, installed_on, last_used_at, use_is_reported)
"""
"""Four arrays, whatever the number of rows."""

NOTE_USE = """
UPDATE inventory_installation AS there
SET last_used_at = greatest(there.last_used_at, told.last_used_at), use_is_reported = true
FROM unnest(%s::bigint[], %s::timestamptz[]) AS told (title_id, last_used_at)
WHERE there.device_id = %s AND there.gone_at IS NULL AND there.title_id = told.title_id
    AND (there.last_used_at IS DISTINCT FROM greatest(there.last_used_at, told.last_used_at) OR NOT there.use_is_reported)
"""
"""A source that does not know of a use takes nothing back; of two that do, the later one holds."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a snapshot changed. ``is_stale``: newer ones had been recorded, so it changed nothing."""

    device_id: int
    is_new_device: bool
    opened: int
    closed: int
    new_titles: int
    is_stale: bool = False


def record_snapshot(
    *, actor: Actor, company_id: int, snapshot: Snapshot, at: datetime, receipt_id: int | None = None
) -> Recorded:
    """Bring what is known of one device to what a snapshot says. Raises IdentityConflict.

    ``at`` is now; ``snapshot.seen_at`` is when it was received, and what the rows are dated by.
    """
    actor.require(Permission.INVENTORY_IMPORT, company_id)
    with transaction.atomic():
        queue_up(company_id)
        noted = note_sighting(company_id=company_id, sighting=sighting_of(snapshot), at=snapshot.seen_at)
        known = _sections(noted.device.pk)
        fresh = {name for name in snapshot.sections if not known.get(name) or known[name] <= snapshot.seen_at}
        outcome = _recorded(noted, snapshot, known, fresh)
        _close_receipt(receipt_id, snapshot, outcome, at)
        if not outcome.is_stale:
            record(actor=actor, company_id=company_id, at=at, happening=_happening(noted, snapshot, outcome))
    return outcome


def queue_up(company_id: int) -> None:
    """Wait for whoever records or judges titles of the company just now; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, company_id % 2**31])


def is_nobody_recording(company_id: int) -> bool:
    """Whether no snapshot of the company is being recorded; none is until the end of the transaction, then.

    Those who ask this do not wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s, %s)", [LOCK, company_id % 2**31])
        return bool(cursor.fetchone()[0])


def _sections(device_id: int) -> dict[str, datetime]:
    return dict(DeviceSection.objects.filter(device_id=device_id).values_list("section", "received_at"))


def _recorded(noted: Noted, snapshot: Snapshot, known: Mapping[str, datetime], fresh: set[str]) -> Recorded:
    device = noted.device
    if snapshot.sections and not fresh:
        return Recorded(device.pk, noted.is_new, opened=0, closed=0, new_titles=0, is_stale=True)
    opened = closed = new_titles = 0
    for section, programs in programs_of(snapshot).items():
        if section in fresh:
            title_ids, made = _title_ids(device.company_id, programs, snapshot.seen_at)
            added, gone = _set_installed(
                device.pk, device.company_id, section, title_ids, known.get(section), snapshot
            )
            opened, closed, new_titles = opened + added, closed + gone, new_titles + made
    known_now = fresh if snapshot.is_whole else fresh - {snapshot.software_section}
    _note_sections(device.pk, device.company_id, snapshot, known_now)
    set_needs_full(device=device, needs_full=snapshot.partial and SOFTWARE not in {*known, *fresh})
    if GUESTS in fresh:
        place_guests(company_id=device.company_id, host_id=device.pk, uuids=_guest_uuids(snapshot))
    return Recorded(device.pk, noted.is_new, opened=opened, closed=closed, new_titles=new_titles)


def _title_ids(company_id: int, programs: Sequence[Program], at: datetime) -> tuple[dict[int, Program], int]:
    """Programs by title id, and how many titles were new to the company."""
    wanted = {program.fingerprint: program for program in programs}
    found = _found_titles(company_id, list(wanted))
    missing = [program.title(company_id, at) for key, program in wanted.items() if key not in found]
    if missing:
        put_outcomes(missing)
        Title.objects.bulk_create(missing, ignore_conflicts=True, batch_size=1000)
        found = _found_titles(company_id, list(wanted))
    return {found[key]: program for key, program in wanted.items()}, len(missing)


def ensure_titles(*, company_id: int, programs: Sequence[SoftwareFacts], at: datetime) -> list[int]:
    """The titles of what was found on no device, such as seats of a service: recognised like any other, in the order given.

    Belongs into the transaction of the action that has more to say about them.
    """
    queue_up(company_id)
    wanted = [Program(facts) for facts in programs]
    by_id, _made = _title_ids(company_id, wanted, at)
    by_print = {program.fingerprint: title_id for title_id, program in by_id.items()}
    return [by_print[program.fingerprint] for program in wanted]


def _found_titles(company_id: int, fingerprints: list[UUID]) -> dict[UUID, int]:
    """One array, not thousands of parameters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fingerprint, id FROM inventory_title WHERE company_id = %s AND fingerprint = ANY(%s)",
            [company_id, fingerprints],
        )
        return dict(cursor.fetchall())


def _set_installed(
    device_id: int,
    company_id: int,
    section: str,
    wanted: Mapping[int, Program],
    known_at: datetime | None,
    snapshot: Snapshot,
) -> tuple[int, int]:
    """Open what is new and close what is gone; how many of each. What stays costs nothing."""
    open_now = Installation.objects.filter(device_id=device_id, gone_at=None)
    there = {title: (pk, where) for pk, title, where in open_now.values_list("pk", "title_id", "section")}
    gone = [pk for title, (pk, where) in there.items() if where == section and title not in wanted]
    if gone and snapshot.is_whole:
        open_now.filter(pk__in=gone).update(gone_at=snapshot.seen_at, last_seen_at=known_at)
    _note_use(device_id, {title: wanted[title] for title in wanted.keys() & there.keys()})
    added = [(title, program.facts) for title, program in wanted.items() if title not in there]
    if added:
        arrays = zip(
            *((pk, f.installed_on, f.last_used_at, f.use_is_reported) for pk, f in added), strict=True
        )
        values: tuple[Any, ...] = (company_id, device_id, section, snapshot.seen_at, *map(list, arrays))
        with connection.cursor() as cursor:
            cursor.execute(OPEN_INSTALLATIONS, values)
    return len(added), len(gone) if snapshot.is_whole else 0


def _note_use(device_id: int, there: Mapping[int, Program]) -> None:
    """Write down when what was there already was used last, where the source knows."""
    known = [(title, one.facts.last_used_at) for title, one in there.items() if one.facts.use_is_reported]
    if known:
        titles, moments = zip(*known, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(NOTE_USE, [list(titles), list(moments), device_id])


def _note_sections(device_id: int, company_id: int, snapshot: Snapshot, fresh: set[str]) -> None:
    facts = _facts(snapshot)
    rows = [
        DeviceSection(
            company_id=company_id,
            device_id=device_id,
            section=section,
            source=snapshot.source,
            received_at=snapshot.seen_at,
            facts=facts.get(section, []),
        )
        for section in sorted(fresh)
    ]
    DeviceSection.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["device", "section"],
        update_fields=["source", "received_at", "facts"],
    )


def _facts(snapshot: Snapshot) -> dict[str, Any]:
    """The small sections, as reported: what has no column of its own is not lost."""
    device = snapshot.device
    machine = (
        "chassis_type",
        "vm_system",
        "memory_mib",
        "workgroup",
        "os_version",
        "asset_tag",
        "tag",
        "user",
        "deviceid",
    )
    counted = ("processors", "cores", "core_count_uncertain")
    facts: dict[str, Any] = msgspec.to_builtins({
        GUESTS: snapshot.virtual_machines or (),
        SUITES: snapshot.licences or (),
        "databases_services": snapshot.databases or (),
        "hardware": [{name: value for name in machine if (value := getattr(device, name)) is not None}],
        "cpus": [{name: getattr(device, name) for name in counted}],
    })  # fmt: skip
    return facts


def _guest_uuids(snapshot: Snapshot) -> set[str]:
    uuids = {guest.uuid for guest in snapshot.virtual_machines or () if guest.uuid}
    return uuids | {other_byte_order(uuid) for uuid in uuids}


def _close_receipt(receipt_id: int | None, snapshot: Snapshot, outcome: Recorded, at: datetime) -> None:
    if receipt_id is None:
        return
    Receipt.objects.filter(pk=receipt_id).update(
        state=ReceiptState.SUPERSEDED if outcome.is_stale else ReceiptState.APPLIED,
        source=snapshot.source,
        device_id=outcome.device_id,
        applied_at=at,
        trouble="",
        attempts=F("attempts") + 1,
    )


def _happening(noted: Noted, snapshot: Snapshot, outcome: Recorded) -> Happening:
    details = {
        "source": snapshot.source,
        "agent": snapshot.agent_version,
        "partial": snapshot.partial,
        "seen_at": snapshot.seen_at,
        "new_device": outcome.is_new_device,
        "opened": outcome.opened,
        "closed": outcome.closed,
        "changes": noted.changes,
    }
    return Happening("inventory.snapshot_recorded", "device", noted.device.pk, noted.device.hostname, details)
