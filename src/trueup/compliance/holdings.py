"""Who holds what, as the frozen facts of a run have it: units held in vain, and installations outside their region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from estate import DuckEngine, Frozen, over_facts

Row = Mapping[str, Any]
MOST_RECORDS = 50

COVERED_PRODUCTS = """
SELECT licence_id, company_id, product_id FROM rights
UNION
SELECT licence_id, company_id, product_id FROM components
"""
FOUND = "SELECT DISTINCT company_id, device_id, product_id FROM installations WHERE product_id IS NOT NULL"
HELD = """
WITH found AS ({found}),
parts AS ({parts}),
known AS (SELECT DISTINCT p.licence_id FROM parts p JOIN found f ON f.company_id = p.company_id AND f.product_id = p.product_id),
used AS (
    SELECT DISTINCT p.licence_id, f.device_id
    FROM parts p
    JOIN found f ON f.company_id = p.company_id AND f.product_id = p.product_id
),
users AS (
    SELECT DISTINCT u.licence_id, d.person_id FROM used u JOIN devices d ON d.device_id = u.device_id
    WHERE d.person_id IS NOT NULL
),
machines AS (
    SELECT person_id, COUNT(*) = COUNT(software_known_on) AS all_known
    FROM devices WHERE person_id IS NOT NULL GROUP BY person_id
)
SELECT a.licence_id, a.person_id, a.device_id, a.units, d.name,
    CASE
        WHEN p.is_active = FALSE THEN 'leavers'
        WHEN a.device_id IS NOT NULL AND d.device_id IS NULL THEN 'decommissioned'
        WHEN k.licence_id IS NULL THEN ''
        WHEN a.device_id IS NOT NULL AND d.software_known_on IS NOT NULL AND u.device_id IS NULL THEN 'idle'
        WHEN a.person_id IS NOT NULL AND m.all_known AND w.person_id IS NULL THEN 'idle'
        ELSE ''
    END AS kind
FROM assignments a
LEFT JOIN people p ON p.person_id = a.person_id
LEFT JOIN devices d ON d.device_id = a.device_id
LEFT JOIN known k ON k.licence_id = a.licence_id
LEFT JOIN used u ON u.licence_id = a.licence_id AND u.device_id = a.device_id
LEFT JOIN machines m ON m.person_id = a.person_id
LEFT JOIN users w ON w.licence_id = a.licence_id AND w.person_id = a.person_id
ORDER BY a.assignment_id
"""
ABROAD = """
WITH parts AS ({parts}),
sold AS (
    SELECT DISTINCT p.company_id, p.product_id, l.region_id FROM lines l JOIN parts p ON p.licence_id = l.licence_id
),
anywhere AS (SELECT DISTINCT company_id, product_id FROM sold)
SELECT i.company_id, i.product_id, d.region_id, d.device_id, d.name, MIN(i.title_id) AS title_id
FROM installations i
JOIN devices d ON d.device_id = i.device_id
JOIN anywhere a ON a.company_id = i.company_id AND a.product_id = i.product_id
LEFT JOIN sold s ON s.company_id = i.company_id AND s.product_id = i.product_id AND s.region_id = d.region_id
WHERE d.region_id IS NOT NULL AND s.region_id IS NULL
GROUP BY i.company_id, i.product_id, d.region_id, d.device_id, d.name
ORDER BY i.company_id, i.product_id, d.region_id, d.device_id
"""


@dataclass(slots=True)
class InVain:
    """Units of one licence held to no use of one kind, and the first of those who hold them."""

    units: int = 0
    holders: int = 0
    records: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Abroad:
    """Devices in one region with a product that no line there covers."""

    devices: int = 0
    records: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Units by licence: owned by its lines (None: no limit), held, and held in vain by kind; and what is abroad."""

    company_of: Mapping[int, Row]
    owned: Mapping[int, int | None]
    held: Mapping[int, int]
    in_vain: Mapping[tuple[int, str], InVain]
    abroad: Mapping[tuple[int, int, int], Abroad]


def holdings_of(frozen: Frozen) -> Holdings:
    """Read from the frozen facts; those of an earlier version of Trueup say nothing of rights, so nothing is found."""
    if not {"rights", "components"} <= set(frozen.paths):
        return Holdings({}, {}, {}, {}, {})
    with DuckEngine(threads=1) as engine:
        over_facts(engine, frozen.paths)

        def rows(sql: str) -> list[Row]:
            found: list[Row] = engine.query(sql).to_pylist()
            return found

        lines = rows(
            "SELECT licence_id, CAST(SUM(COALESCE(units, 0)) AS BIGINT) AS units, BOOL_OR(unlimited) AS unlimited "
            "FROM lines GROUP BY licence_id"
        )
        holders = rows(HELD.format(found=FOUND, parts=COVERED_PRODUCTS))
        return Holdings(
            company_of={row["licence_id"]: row for row in rows("SELECT * FROM rights")},
            owned={row["licence_id"]: None if row["unlimited"] else max(0, row["units"]) for row in lines},
            held=_held(holders),
            in_vain=_in_vain(holders),
            abroad=_abroad(rows(ABROAD.format(parts=COVERED_PRODUCTS))),
        )


def _held(holders: Iterable[Row]) -> dict[int, int]:
    held: dict[int, int] = {}
    for row in holders:
        held[row["licence_id"]] = held.get(row["licence_id"], 0) + row["units"]
    return held


def _in_vain(holders: Iterable[Row]) -> dict[tuple[int, str], InVain]:
    found: dict[tuple[int, str], InVain] = {}
    for row in holders:
        if row["kind"]:
            one = found.setdefault((row["licence_id"], row["kind"]), InVain())
            one.units += row["units"]
            one.holders += 1
            if len(one.records) < MOST_RECORDS:
                kind = "device" if row["person_id"] is None else "person"
                one.records.append({"kind": kind, "id": row[f"{kind}_id"], "units": row["units"]})
    return found


def _abroad(rows: Iterable[Row]) -> dict[tuple[int, int, int], Abroad]:
    found: dict[tuple[int, int, int], Abroad] = {}
    for row in rows:
        key = row["company_id"], row["product_id"], row["region_id"]
        one = found.setdefault(key, Abroad())
        one.devices += 1
        if len(one.records) < MOST_RECORDS:
            one.records.append({"kind": "device", "id": row["device_id"], "title": row["title_id"]})
    return found
