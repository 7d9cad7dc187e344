"""The part of the catalogue that companies share: found again in the library here, or brought as the company's own.

No archive adds to what other companies see: a product that is not here comes in under the company that used it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from trueup.catalogue.models import Edition, Product, Publisher, Version
from trueup.connectors.company_archive.numbering import (
    CATALOGUE,
    Numbering,
    Row,
    copy_in,
    fresh_ids,
    told_columns,
)


@dataclass(slots=True)
class Catalogue:
    """What of the catalogue is here already, and the names of products that came in as the company's own."""

    numbering: Numbering
    company_id: int
    copied: list[str] = field(default_factory=list)

    def bring_in(self) -> None:
        """Find or store every row of the catalogue that the archive names."""
        self._settle("publishers", self._publishers())
        self._settle("products", self._products())
        for table in ("editions", "versions"):
            self._settle(table, self._parts(table))

    def _settle(self, table: str, here: Mapping[int, int]) -> None:
        """Take the ids of what is here, and store the rest. Parts of products that are here stay as they are here."""
        numbering, model = self.numbering, CATALOGUE[table]
        numbering.ids[table] = dict(here)
        own = set(Product.objects.filter(company_id=self.company_id).values_list("pk", flat=True))
        wanted = [
            row for row in numbering.rows(table) if row["id"] not in here and self._is_ours(table, row, own)
        ]
        numbering.ids[table] |= zip((row["id"] for row in wanted), fresh_ids(model, len(wanted)), strict=True)
        rows = [
            numbering.renumber(table, self._as_own(table, row), where=f"tables/{table}.jsonl")
            for row in wanted
        ]
        for row in rows:
            if "company_id" in row:
                row["company_id"] = self.company_id
        copy_in(model, rows, told_columns(table))

    def _is_ours(self, table: str, row: Row, own: Collection[int]) -> bool:
        """Whether a row that is not here may be added: to a product of the company's own, never to a shared one."""
        if table in {"publishers", "products"}:
            return True
        return self.numbering.ids["products"].get(row["product_id"]) in own

    def _as_own(self, table: str, row: Row) -> Row:
        if "library_key" not in row:
            return row
        if table == "products" and row["company_id"] is None:
            self.copied.append(row["name"])
        return row | {"company_id": None, "library_key": None}

    def _publishers(self) -> dict[int, int]:
        shared = [row for row in self.numbering.rows("publishers") if row["company_id"] is None]
        by_key = _ids_by(Publisher, "library_key", (row["library_key"] for row in shared))
        by_name = _ids_by(Publisher, "name", (row["name"] for row in shared))
        found = {row["id"]: by_key.get(row["library_key"]) or by_name.get(row["name"]) for row in shared}
        return {old: here for old, here in found.items() if here is not None}

    def _products(self) -> dict[int, int]:
        shared = [row for row in self.numbering.rows("products") if row["company_id"] is None]
        by_key = _ids_by(Product, "library_key", (row["library_key"] for row in shared))
        names = Product.objects.filter(company=None, name__in={row["name"] for row in shared})
        by_name: dict[Any, int] = {
            (publisher, name): pk for pk, publisher, name in names.values_list("pk", "publisher_id", "name")
        }
        publishers = self.numbering.ids["publishers"]
        found = {
            row["id"]: by_key.get(row["library_key"])
            or by_name.get((publishers.get(row["publisher_id"]), row["name"]))
            for row in shared
        }
        return {old: here for old, here in found.items() if here is not None}

    def _parts(self, table: str) -> dict[int, int]:
        """Editions or versions of the products that are here, by their keys."""
        model = Edition if table == "editions" else Version
        products = self.numbering.ids["products"]
        rows = model.objects.filter(product_id__in=products.values()).values_list("product_id", "key", "pk")
        here: dict[Any, int] = {(product, key): pk for product, key, pk in rows}
        found = {
            row["id"]: here.get((products.get(row["product_id"]), row["key"]))
            for row in self.numbering.rows(table)
        }
        return {old: pk for old, pk in found.items() if pk is not None}


def _ids_by(model: type[Model], name: str, values: Iterable[str | None]) -> dict[str, int]:
    """Ids of shared rows by one of their fields."""
    wanted = {value for value in values if value}
    rows = model._default_manager.filter(company=None, **{f"{name}__in": wanted})  # noqa: SLF001 - any of the models
    return dict(rows.values_list(name, "pk"))
