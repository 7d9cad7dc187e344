"""A report of one's own: any list of the product with chosen columns, filters, grouping and sums (R-095)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from inspect import signature
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.listing import parse_listing
from trueup.base.problems import InvalidValue, UnknownParameter
from trueup.base.registers import Column, Register
from trueup.reports.library.asking import Ask
from trueup.reports.library.report import Report
from trueup.reports.lists import list_table
from trueup.reports.registers import register_named
from trueup.reports.render.table import Table

PREFIX = "list."
OWN = frozenset({"columns", "totals"})


def list_report(name: str) -> Report:
    """The list of that name as a report."""
    register = register_named(name)
    return Report(
        key=f"{PREFIX}{register.name}",
        title=register.title,
        answers=gettext_lazy("A list with columns, filters, grouping and sums of one's own."),
        section="own",
        view=register.view,
        build=lambda ask: build(ask, register),
        takes_columns=True,
    )


def build(ask: Ask, register: Register) -> Table:
    """The list as asked."""
    seen = register.seen_by(ask.actor)
    given = {name: value for name, value in ask.more.items() if name not in OWN}
    given |= _narrowing(ask, seen)
    listing = parse_listing(seen, given)
    keys = _keys(seen, ask.more.get("columns", ""), listing.group)
    arguments: dict[str, Any] = {"on": ask.on} if "on" in signature(register.rows).parameters else {}
    made = list_table(seen, actor=ask.actor, listing=listing, keys=keys, with_id=False, **arguments)
    has_totals = ask.more.get("totals", "") == "1"
    return replace(
        made, filters=[*ask.filters, *made.filters], group_key=listing.group, has_totals=has_totals
    )


def _narrowing(ask: Ask, register: Register) -> dict[str, str]:
    """Software and regions as filters of the list, where it has such columns; else they are refused."""
    found: dict[str, str] = {}
    for name, ids in (("product", ask.products), ("region", ask.regions)):
        if not ids:
            continue
        if register.column(name) is None:
            raise UnknownParameter(
                _("The list %(list)s has no column “%(name)s” to narrow it by.")
                % {"list": register.name, "name": name}
            )
        found[f"{name}__in"] = ",".join(map(str, ids))
    return found


def _keys(register: Register, asked: str, group: str) -> list[str]:
    """The columns as asked, else those the list shows; the one it is grouped by is among them."""
    keys = [key for key in asked.split(",") if key] or [one.key for one in shown(register.columns)]
    for key in keys:
        if register.column(key) is None:
            raise InvalidValue.of(
                "columns",
                _("“%(key)s” is no column of %(list)s. Known: %(known)s.")
                % {"key": key, "list": register.name, "known": ", ".join(c.key for c in register.columns)},
            )
    return keys if not group or group in keys else [group, *keys]


def shown(columns: Iterable[Column]) -> Iterable[Column]:
    """The columns a list has unless somebody chooses."""
    return (column for column in columns if column.shown)
