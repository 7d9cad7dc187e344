"""Who holds licences, and their keys without what is secret, as tables beside the records of licences (C-048)."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.assignments.queries import assignments_visible_to
from trueup.base.actor import Actor
from trueup.base.sets import OneOf
from trueup.licences.keys.reading import keys_visible_to
from trueup.reports.render.table import Cell, Column, Kind, Table
from trueup.vault.plain import masked


def holders_table(*, actor: Actor, names: Mapping[int, str]) -> Table:
    """Who holds units of these licences at the moment, and since when."""
    columns = [
        Column("licence", "Licence", Kind.INTEGER), Column("product", "Product"), Column("holder", "Holder"),
        Column("units", "Units", Kind.INTEGER), Column("assigned_at", "Assigned", Kind.MOMENT),
        Column("assigned_by", "By"),
    ]  # fmt: skip
    held = assignments_visible_to(actor=actor).filter(OneOf("licence_id", names)).order_by("licence_id", "pk")
    paths = ("licence_id", "holder_name", "units", "assigned_at", "assigned_by")
    rows: list[list[Cell]] = [
        [licence_id, names[licence_id], *told] for licence_id, *told in held.values_list(*paths)
    ]
    return Table("Holders", columns, rows)


def keys_table(*, actor: Actor, names: Mapping[int, str]) -> Table:
    """The keys of these licences: kind, label, state, and of the text no more than its masked tail."""
    columns = [
        Column("licence", "Licence", Kind.INTEGER), Column("product", "Product"), Column("kind", "Kind"),
        Column("label", "Label"), Column("state", "State"), Column("key", "Key"),
    ]  # fmt: skip
    keys = (
        keys_visible_to(actor=actor).filter(OneOf("licence_id", names)).order_by("licence_id", "kind", "pk")
    )
    rows: list[list[Cell]] = [
        [key.licence_id, names[key.licence_id], key.kind, key.label, key.state, masked(key.tail)]
        for key in keys
    ]
    return Table("Keys", columns, rows)
