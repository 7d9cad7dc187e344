"""What is to be assessed: one question for every product, edition and metric that is licensed or installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from estate import Installed
from licensing.register import METRICS

Row = Mapping[str, Any]

LOOKS_AT: Mapping[str, str] = {
    "per_device": "devices",
    "per_named_user": "users",
    "mssql_per_core": "cores",
    "windows_server_core": "hosts",
    "vmware_per_core": "hosts",
}
"""What a metric's shapes are made of; other metrics by what their units are and who may hold them."""


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """A product, edition (0: any that nothing else names) and metric of a company."""

    company_id: int
    product_id: int
    edition_id: int
    metric: str


@dataclass(frozen=True, slots=True)
class Product:
    """How the catalogue says a product is licensed."""

    metric: str
    is_commercial: bool
    editions: Mapping[int, tuple[str, str]]

    def metric_of(self, edition_id: int) -> str:
        """The metric of an edition, else of the product; empty when the catalogue does not know."""
        own = self.editions.get(edition_id, ("", ""))[1]
        return own or self.metric


def products_from(rows: Iterable[Row]) -> dict[int, Product]:
    """Products by id out of ``facts/products.sql``."""
    found: dict[int, Product] = {}
    for row in rows:
        product = found.setdefault(row["product_id"], Product(row["metric"], row["is_commercial"], {}))
        if row["edition_id"] is not None:
            editions = dict(product.editions) | {row["edition_id"]: (row["edition"], row["edition_metric"])}
            found[row["product_id"]] = Product(product.metric, product.is_commercial, editions)
    return found


def questions(
    *,
    licences: Iterable[Row],
    found: Iterable[Installed],
    products: Mapping[int, Product],
    companies: Iterable[Row],
    rights: Iterable[Row] = (),
    components: Iterable[Row] = (),
) -> list[dict[str, Any]]:
    """Rows of the fact table ``questions``, numbered in a stable order.

    Licences ask for themselves. What is installed asks by its default metric where no licence of its company,
    product and edition (or of the product without an edition) asks already.
    """
    near = {row["company_id"]: row["near_limit_percent"] for row in companies}
    found = list(found)
    owned = {_asked(row): row["licences"] for row in licences}
    answered = {(one.company_id, one.product_id, one.edition_id) for one in owned}
    wanted = set(owned) | {
        asked for one in found if (asked := _installed(one, products, answered)) is not None
    }
    installed_at_all = {(one.company_id, one.product_id) for one in found}
    marks = marks_of(rights, components)
    return [
        _row(number, asked, owned.get(asked, 0), products, installed_at_all, near)
        | marks.get((asked.company_id, asked.product_id), {})
        for number, asked in enumerate(sorted(wanted), start=1)
    ]


def marks_of(rights: Iterable[Row], components: Iterable[Row]) -> dict[tuple[int, int], dict[str, bool]]:
    """What the rights of a company's licences of a product ask to be told apart; a suite's own versions are not."""
    marks: dict[tuple[int, int], dict[str, bool]] = {}
    suites = {row["licence_id"] for row in components}
    for row in rights:
        if row["is_written"]:
            mark = marks.setdefault((row["company_id"], row["product_id"]), {})
            compares = row["version_id"] is not None and row["licence_id"] not in suites
            for name, asks in (
                ("compares_versions", compares),
                ("splits_layers", row["virtual_per_unit"] is not None),
                ("second_use", bool(row["second_use"])),
            ):
                mark[name] = mark.get(name, False) or asks
    return marks


def looks_at(metric: str) -> str:
    """The shape of a metric: devices, users, cores or hosts; devices, as evidence, where the rules find no need."""
    entry = METRICS.get(metric)
    if entry is None or entry.of_shape is None:
        return "devices"
    if metric in LOOKS_AT:
        return LOOKS_AT[metric]
    if entry.unit.singular == "core":
        return "cores"
    return "users" if "person" in entry.holders else "devices"


def _asked(row: Row) -> Asked:
    return Asked(row["company_id"], row["product_id"], row["edition_id"] or 0, row["metric"])


def _installed(
    one: Installed, products: Mapping[int, Product], answered: set[tuple[int, int, int]]
) -> Asked | None:
    edition_id = one.edition_id or 0
    asks = {(one.company_id, one.product_id, edition_id), (one.company_id, one.product_id, 0)}
    product = products[one.product_id]
    if asks & answered or not product.is_commercial:
        return None
    return Asked(one.company_id, one.product_id, edition_id, product.metric_of(edition_id))


def _row(
    number: int,
    asked: Asked,
    licences: int,
    products: Mapping[int, Product],
    installed_at_all: set[tuple[int, int]],
    near: Mapping[int, int],
) -> dict[str, Any]:
    editions = products[asked.product_id].editions
    shape = looks_at(asked.metric)
    return {
        "question_id": number,
        "company_id": asked.company_id,
        "product_id": asked.product_id,
        "edition_id": asked.edition_id or None,
        "edition": editions[asked.edition_id][0] if asked.edition_id else None,
        "metric": asked.metric,
        "shape": shape,
        "counts_holders": shape == "users" and (asked.company_id, asked.product_id) not in installed_at_all,
        "licences": licences,
        "near_limit_percent": near.get(asked.company_id),
    }
