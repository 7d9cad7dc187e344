"""Makes devices with software, seats and subscriptions of rows: a row is about what it names.

One that names a ``device`` is an installation, one with a ``login`` a seat, one with ``purchased`` a subscription.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.inventory.identity import trusted_serial, trusted_uuid
from trueup.inventory.snapshots import DeviceFacts, Snapshot, SoftwareFacts
from trueup.sources.cells import day, flag, moment, money, units, words
from trueup.sources.findings import Findings, Outside, Page, Rejected, SeatFacts, Sighted, SubscriptionFacts

SECTION = "softwares/table"
NEVER = "never"
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def parse_table(pages: Sequence[Page], seen_at: datetime) -> Findings:
    """Everything the rows say."""
    machines: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    seats: list[SeatFacts] = []
    bought: list[SubscriptionFacts] = []
    rejected: list[Rejected] = []
    companies: dict[str, Outside] = {}
    for page in pages:
        for number, told in enumerate(page.rows, start=1):
            row = _named(told)
            trouble = _trouble(row)
            if trouble:
                rejected.append(Rejected(f"{number}: {str(told)[:150]}", trouble))
                continue
            company = words(row.get("company"), most=200)
            companies[company] = Outside(company, company)
            if row.get("device"):
                machines[company, words(row["device"])].append(row)
            elif row.get("login"):
                seats.append(_seat(row, company))
            else:
                bought.append(_subscription(row, company))
    devices = tuple(_sighted(rows, company, seen_at) for (company, _name), rows in machines.items())
    return Findings(
        outsides=tuple(companies.values()),
        devices=devices,
        seats=tuple(seats),
        subscriptions=tuple(bought),
        rejected=tuple(rejected),
    )


def _named(told: Any) -> dict[str, Any]:
    """A row by names in lower case, with a low line for every blank."""
    if not isinstance(told, dict):
        return {}
    return {
        str(name).strip().casefold().replace(" ", "_"): value
        for name, value in told.items()
        if name is not None
    }


def _trouble(row: Mapping[str, Any]) -> str:
    """Why a row cannot be taken, or nothing."""
    if not row.get("device") and not row.get("login") and units(row.get("purchased")) is None:
        return "neither device, nor login, nor purchased is told"
    if not words(row.get("name")):
        return "no name of the software"
    used = str(row.get("last_used") or "").strip()
    return (
        f"last_used is “{used}”, which is no day"
        if used and used.casefold() != NEVER and moment(used) is None
        else ""
    )


def _use(row: Mapping[str, Any]) -> dict[str, Any]:
    """A day, "never", or empty for not reported."""
    used = str(row.get("last_used") or "").strip()
    return {"last_used_at": moment(used) if used.casefold() != NEVER else None, "use_is_reported": bool(used)}


def _sighted(rows: Sequence[Mapping[str, Any]], company: str, seen_at: datetime) -> Sighted:
    first = rows[0]
    device = DeviceFacts(
        hostname=words(first["device"], most=200),
        serial=trusted_serial(words(first.get("serial"))),
        uuid=trusted_uuid(words(first.get("uuid"))),
    )
    software = tuple(
        SoftwareFacts(
            name=words(row["name"]),
            publisher=words(row.get("publisher")) or None,
            version=words(row.get("version")) or None,
            origin=words(row.get("origin"), most=40) or None,
            installed_on=day(row.get("installed_on")),
            **_use(row),
        )
        for row in rows
    )
    snapshot = Snapshot(
        source="table",
        device=device,
        seen_at=seen_at,
        sections=frozenset({SECTION}),
        software=software,
        software_section=SECTION,
    )
    return Sighted(snapshot, company)


def _seat(row: Mapping[str, Any], company: str) -> SeatFacts:
    login = words(row["login"], most=320)
    return SeatFacts(
        sku=_sku(row), sku_name=words(row["name"]), subject=words(row.get("id"), most=200) or login[:200], outside=company,
        publisher=words(row.get("publisher")), login=login, name=words(row.get("person"), most=200),
        is_enabled=_yes(row.get("is_enabled")), **_use(row),
    )  # fmt: skip


def _subscription(row: Mapping[str, Any], company: str) -> SubscriptionFacts:
    return SubscriptionFacts(
        sku=_sku(row), name=words(row["name"]), publisher=words(row.get("publisher")), outside=company,
        ref=words(row.get("id"), most=200), purchased=units(row.get("purchased")), assigned=units(row.get("assigned")),
        status=words(row.get("status"), most=60), renews_on=day(row.get("renews_on")),
        committed_until=day(row.get("committed_until")), renews_itself=_yes(row.get("renews_itself")),
        unit_cost=money(row.get("unit_cost")), currency=words(row.get("currency"), most=3).upper(),
    )  # fmt: skip


def _sku(row: Mapping[str, Any]) -> str:
    return words(row.get("sku"), most=200) or words(row["name"], most=200)


def _yes(value: Any) -> bool | None:
    return YES.get(value.strip().casefold()) if isinstance(value, str) else flag(value)
