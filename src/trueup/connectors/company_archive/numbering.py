"""New ids for what an archive counts otherwise, and the tables they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from trueup.base.copying import stored
from trueup.catalogue.models import Edition, Product, Publisher, Version
from trueup.connectors.company_archive.opening import ArchiveRefused, Opened
from trueup.connectors.company_archive.values import checked_row
from trueup.reports.moving_out import OWNED, TOLD_BESIDES, told_fields
from trueup.tenancy.models import Company

Row = dict[str, Any]
Change = Callable[[Row], Row | None]

CATALOGUE: Mapping[str, type[models.Model]] = {
    "publishers": Publisher,
    "products": Product,
    "editions": Edition,
    "versions": Version,
}
TABLES: Mapping[str, type[models.Model]] = {
    "company": Company,
    **CATALOGUE,
    **{name: rows.model for name, rows in OWNED},
}
NAMES = {model: name for name, model in TABLES.items()}
LOOSE = {"movements": {"assignment_id": "assignments"}, "licence_keys": {"assignment_id": "assignments"}}
"""Ids that no foreign key speaks of."""


def told_columns(table: str) -> list[models.Field[Any, Any]]:
    """The columns of a table that an archive tells."""
    told = set(told_fields(TABLES[table]))
    fields = TABLES[table]._meta.concrete_fields  # noqa: SLF001 - Django's documented, if underscored, interface
    return [one for one in fields if one.attname in told]


@dataclass(slots=True)
class Numbering:
    """Which id of the archive became which here, by table."""

    archive: Opened
    ids: dict[str, dict[int, int]] = field(default_factory=dict)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, checked, with the ids they have in the archive."""
        columns, besides = told_columns(table), TOLD_BESIDES.get(table, {})
        for number, given in enumerate(self._lines(table), 1):
            yield checked_row(given, where=f"tables/{table}.jsonl:{number}", fields=columns, besides=besides)

    def _lines(self, table: str) -> Iterator[Any]:
        return self.archive.lines(f"tables/{table}.jsonl")

    def number(self, table: str) -> None:
        """Give every row of a table its id here, in the same order."""
        told = (row.get("id") if isinstance(row, dict) else None for row in self._lines(table))
        old: list[int] = [one if type(one) is int else -1 for one in told]
        if any(one < 1 for one in old) or len(set(old)) != len(old):
            raise ArchiveRefused(
                _("Two records of “%(table)s” have one id, or one has none.") % {"table": table}
            )
        self.ids[table] = dict(zip(old, fresh_ids(TABLES[table], len(old)), strict=True))

    def id_here(self, table: str, old: Any, *, where: str) -> int | None:
        """What an id of the archive is here; empty stays empty."""
        if old is None:
            return None
        found = self.ids.get(table, {}).get(old)
        if found is None:
            raise ArchiveRefused(
                _(
                    "%(where)s refers to %(id)s of “%(table)s”, which is neither in the archive nor in the library here."
                )
                % {"where": where, "id": old, "table": table}
            )
        return found

    def put_in(self, table: str, change: Change | None = None) -> int:
        """Store the rows of a table under their ids here; how many. A change to none leaves a row out."""
        return copy_in(TABLES[table], self._renumbered(table, change), list(self._columns(table)))

    def _columns(self, table: str) -> Iterator[models.Field[Any, Any]]:
        """What is stored: what was told, and what stands in for accounts and handles of elsewhere."""
        told = {one.attname for one in told_columns(table)}
        model = TABLES[table]
        for one in model._meta.concrete_fields:  # noqa: SLF001 - as above
            if one.attname in told or (one.attname in {"maker_id", "secret_id"}):
                yield one

    def _renumbered(self, table: str, change: Change | None) -> Iterator[Row]:
        for number, row in enumerate(self.rows(table), 1):
            if (changed := change(row) if change else row) is not None:
                yield self.renumber(table, changed, where=f"tables/{table}.jsonl:{number}")

    def renumber(self, table: str, row: Row, *, where: str) -> Row:
        """A row with every id in it as it is here."""
        model = TABLES[table]
        ids: dict[str, int | None] = {"id": self.ids[table][row["id"]]}
        for one in model._meta.concrete_fields:  # noqa: SLF001 - as above
            target = NAMES.get(one.related_model) if one.is_relation else None  # type: ignore[arg-type]  # a class
            if one.attname == "company_id":
                target = "company"
            if target is not None and one.attname in row:
                ids[one.attname] = self.id_here(target, row[one.attname], where=where)
        for name, target in LOOSE.get(table, {}).items():
            ids[name] = self.id_here(target, row[name], where=where)
        return row | ids


def fresh_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids that nothing else will have."""
    table = model._meta.db_table  # noqa: SLF001 - as above
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return sorted(pk for (pk,) in cursor.fetchall())


def copy_in(model: type[models.Model], rows: Iterable[Row], columns: list[models.Field[Any, Any]]) -> int:
    """Store rows by COPY, one in memory at a time; the database puts its own value into every other column."""
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in columns)
    table, count = connection.ops.quote_name(model._meta.db_table), 0  # noqa: SLF001 - as above
    is_json = [isinstance(one, models.JSONField) for one in columns]
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copying,
    ):
        for row in rows:
            values = (row[one.attname] for one in columns)
            copying.write_row(
                [
                    Jsonb(value) if json and value is not None else stored(value)
                    for value, json in zip(values, is_json, strict=True)
                ]
            )
            count += 1
    return count
