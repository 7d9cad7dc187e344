"""What the tests of reports share: asking one, and a small estate with prices, departments and regions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.base.actor import Actor
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence
from trueup.reports.library.register import table_for
from trueup.reports.render.table import Table

YEAR = {"valid_from": date(2026, 1, 1), "valid_until": date(2027, 1, 1)}


def answer(actor: Actor, report: str, **query: str) -> Table:
    return table_for(actor=actor, key=report, query=query, today=TODAY)


def rows_of(actor: Actor, report: str, *columns: str, **query: str) -> list[Any]:
    """The rows as dictionaries, or as tuples of the columns named."""
    table = answer(actor, report, **query)
    keys = [column.key for column in table.columns]
    found = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return [tuple(row[key] for key in columns) for row in found] if columns else found


def priced(units: int, price: str, **more: Any) -> LineTerms:
    return LineTerms(units=units, price=Decimal(price), **{"currency": "EUR", **YEAR, **more})


def give(stage: Stage, licence: Licence, thing: Any, units: int = 1, **when: Any) -> Any:
    on = when.get("on", TODAY)
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, at=when.get("at", NOW), on=on
    )  # fmt: skip


def an_estate(stage: Stage) -> dict[str, Any]:
    """Draw for people (10, four held by IT and HR), Store for devices (4, one held), and nothing of Globex's."""
    draw = a_licence(
        stage.acme, metric="per_named_user", product=a_product(stage.acme, "Draw"), line=priced(10, "1000")
    )
    store = a_licence(
        stage.acme, metric="per_device", product=a_product(stage.acme, "Store"), line=priced(4, "99.99")
    )
    carol = a_person(stage.acme, "carol", department="IT")
    dora = a_person(stage.acme, "dora", department="HR")
    server = a_device(stage.acme, "db1")
    give(stage, draw, carol, 3)
    give(stage, draw, dora)
    give(stage, store, server)
    a_licence(stage.globex, 7, product=a_product(stage.globex, "Secret"))
    return {"draw": draw, "store": store, "carol": carol, "dora": dora, "server": server}
