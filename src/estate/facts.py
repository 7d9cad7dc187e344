"""The fact tables of a counting run, as Arrow schemas: what each column means and when it is null.

A null is *unknown*, never zero and never "no". Columns that may not be null say so in the schema, and
a table that breaks this is refused while it is frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

ID = pa.int64()
COUNT = pa.int32()
DAY = pa.date32()
TEXT = pa.string()
YES_NO = pa.bool_()
UNITS = pa.int64()
MONEY = pa.decimal128(20, 4)


@dataclass(frozen=True, slots=True)
class FactTable:
    """One table of facts: its columns, the key its rows are sorted by, and the version of both."""

    name: str
    about: str
    schema: pa.Schema
    key: tuple[str, ...]
    version: int = 1


def _schema(
    *, known: Iterable[tuple[str, pa.DataType]], nullable: Iterable[tuple[str, pa.DataType]]
) -> pa.Schema:
    fields = [pa.field(name, kind, nullable=False) for name, kind in known]
    return pa.schema(fields + [pa.field(name, kind) for name, kind in nullable])


DEVICES = FactTable(
    name="devices",
    about=(
        "Machines in use on the day, physical and virtual. `cores` is the total of the machine (virtual "
        "cores of a VM); `core_count_uncertain` says that the source may have miscounted. `person_id` is "
        "the primary user, `host_id` the machine a VM runs on. `software_known_on` is the day its installed "
        "software was last reported: while null, what is installed there is unknown, not nothing."
    ),
    schema=_schema(
        known=[("device_id", ID), ("company_id", ID), ("core_count_uncertain", YES_NO)],
        nullable=[
            ("name", TEXT),
            ("kind", TEXT),
            ("environment", TEXT),
            ("region_id", ID),
            ("is_virtual", YES_NO),
            ("host_id", ID),
            ("cluster_id", ID),
            ("processors", COUNT),
            ("cores_per_processor", COUNT),
            ("threads_per_core", COUNT),
            ("cores", COUNT),
            ("person_id", ID),
            ("last_seen_on", DAY),
            ("software_known_on", DAY),
        ],
    ),
    key=("device_id",),
)

PEOPLE = FactTable(
    name="people",
    about="People known on the day; `is_active` is false for those who left or are disabled.",
    schema=_schema(
        known=[("person_id", ID), ("company_id", ID)],
        nullable=[("department_id", ID), ("region_id", ID), ("is_active", YES_NO)],
    ),
    key=("person_id",),
)

INSTALLATIONS = FactTable(
    name="installations",
    about=(
        "Titles found on devices. `person_id` is set when the installation belongs to one user of the "
        "device; `product_id` is null while the title is not recognised."
    ),
    schema=_schema(
        known=[("installation_id", ID), ("company_id", ID), ("device_id", ID)],
        nullable=[
            ("title_id", ID),
            ("person_id", ID),
            ("product_id", ID),
            ("edition_id", ID),
            ("version_id", ID),
            ("last_seen_on", DAY),
        ],
    ),
    key=("installation_id",),
)

ASSIGNMENTS = FactTable(
    name="assignments",
    about="Units held on the day by a person or a device; both are null for other holders.",
    schema=_schema(
        known=[
            ("assignment_id", ID),
            ("company_id", ID),
            ("licence_id", ID),
            ("product_id", ID),
            ("metric", TEXT),
            ("units", UNITS),
        ],
        nullable=[("edition_id", ID), ("person_id", ID), ("device_id", ID)],
    ),
    key=("assignment_id",),
)

LINES = FactTable(
    name="lines",
    about=(
        "Purchase lines in force on the day; a reduction has negative units, an unlimited line null. "
        "`valid_until` is the first day no longer covered, null for perpetual lines. `price_basis` says "
        "whether `price` is for one unit or for the total of the line."
    ),
    schema=_schema(
        known=[
            ("purchase_id", ID),
            ("licence_id", ID),
            ("company_id", ID),
            ("product_id", ID),
            ("metric", TEXT),
            ("unlimited", YES_NO),
        ],
        nullable=[
            ("region_id", ID),
            ("edition_id", ID),
            ("version_id", ID),
            ("units", UNITS),
            ("valid_from", DAY),
            ("valid_until", DAY),
            ("price", MONEY),
            ("price_basis", TEXT),
            ("currency", TEXT),
        ],
    ),
    key=("purchase_id",),
)

QUESTIONS = FactTable(
    name="questions",
    about=(
        "What is to be assessed: one row a position. `shape` says what its metric looks at (devices, "
        "users, cores, hosts; none for metrics the estate does not feed). A null `edition_id` asks for "
        "every edition that no other question of the same company and product names. `counts_holders`: "
        "people who hold units are users too, installed or not (subscriptions to services). `edition` is "
        "its name, `licences` how many licences of the company answer it, `near_limit_percent` the company's "
        "own idea of nearly used up. `compares_versions`, `splits_layers` and `second_use`: rights of its licences "
        "ask for the newest version on each subject, for virtual machines apart, for second copies apart."
    ),
    schema=_schema(
        known=[
            ("question_id", ID),
            ("company_id", ID),
            ("product_id", ID),
            ("metric", TEXT),
            ("shape", TEXT),
            ("counts_holders", YES_NO),
        ],
        nullable=[
            ("edition_id", ID),
            ("edition", TEXT),
            ("licences", COUNT),
            ("near_limit_percent", COUNT),
            ("compares_versions", YES_NO),
            ("splits_layers", YES_NO),
            ("second_use", YES_NO),
        ],
    ),
    key=("question_id",),
)

VERSIONS = FactTable(
    name="versions",
    about=(
        "Versions of products. `place` orders those of one product, oldest first; null where the order is not "
        "known: such a version is not compared."
    ),
    schema=_schema(
        known=[("version_id", ID), ("product_id", ID), ("name", TEXT)],
        nullable=[("place", COUNT), ("released_on", DAY)],
    ),
    key=("version_id",),
)

EDITIONS = FactTable(
    name="editions",
    about="Editions of products; of two, the one of higher rank may do all that the other may.",
    schema=_schema(
        known=[("edition_id", ID), ("product_id", ID), ("name", TEXT), ("rank", COUNT)], nullable=[]
    ),
    key=("edition_id",),
)

RIGHTS = FactTable(
    name="rights",
    about=(
        "What the terms of each licence allow beside its own units. `is_written` is false where nobody wrote "
        "them down: then its units cover every version, as an assumption. `downgrade` is none, any, or a number of "
        "versions back. `maintained_until` is the last day of the maintenance paid, `maintained_units` for how many units "
        "(null: all). `by_order`: the company or a contract demands the order of consumption."
    ),
    schema=_schema(
        known=[
            ("licence_id", ID),
            ("company_id", ID),
            ("product_id", ID),
            ("metric", TEXT),
            ("is_written", YES_NO),
            ("by_order", YES_NO),
        ],
        nullable=[
            ("edition_id", ID),
            ("version_id", ID),
            ("downgrade", TEXT),
            ("covers_lower_editions", YES_NO),
            ("second_use", YES_NO),
            ("virtual_per_unit", COUNT),
            ("installs_per_unit", COUNT),
            ("maintained_until", DAY),
            ("maintained_units", UNITS),
            ("clause", TEXT),
        ],
    ),
    key=("licence_id",),
)

COMPONENTS = FactTable(
    name="components",
    about="What one unit of a licence covers together on one subject: a suite. Without edition, those not named.",
    schema=_schema(
        known=[("component_id", ID), ("licence_id", ID), ("company_id", ID), ("product_id", ID)],
        nullable=[("edition_id", ID)],
    ),
    key=("component_id",),
)

UPGRADES = FactTable(
    name="upgrades",
    about=(
        "Upgrades and step-ups in force on the day: units of a base licence that became units of another. They add "
        "nothing of their own. `units` null is all of the line they rest on."
    ),
    schema=_schema(
        known=[("purchase_id", ID), ("company_id", ID), ("licence_id", ID), ("base_licence_id", ID)],
        nullable=[("units", UNITS)],
    ),
    key=("purchase_id",),
)

TABLES: Mapping[str, FactTable] = {
    table.name: table
    for table in (
        DEVICES,
        PEOPLE,
        INSTALLATIONS,
        ASSIGNMENTS,
        LINES,
        QUESTIONS,
        VERSIONS,
        EDITIONS,
        RIGHTS,
        COMPONENTS,
        UPGRADES,
    )
}


def to_table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows written as dictionaries, as a fact table; a column left out is null (unknown).

    Raises:
        KeyError: a row has a column the table has not, or the table does not exist.

    >>> to_table("people", [{"person_id": 1, "company_id": 7}]).column("is_active").to_pylist()
    [None]
    """
    schema = TABLES[name].schema
    listed = list(rows)
    for row in listed:
        strangers = sorted(set(row) - set(schema.names))
        if strangers:
            raise KeyError(f"{name} has no column {', '.join(strangers)}")
    return pa.Table.from_pylist(listed, schema=schema)
