"""Groups and sums of a list as the page shows them. Amounts stand beside each other per currency and metric, never added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.base.listing import EMPTY_GROUP, FOLD_ALL, matching
from trueup.base.lists.grouping import CHEAP_ROWS, Head, heads_of, summed, sums_of
from trueup.base.registers import Column, Kind, Page, Register
from trueup.web.kit.asking import Asked
from trueup.web.kit.figures import money, units
from trueup.web.kit.list_cells import Look, value_of
from trueup.web.kit.tables import Group, Table

if TYPE_CHECKING:
    from trueup.base.actor import Actor

MOST_AMOUNTS = 3
"""So many currencies or metrics are said in one head; more than that is a table of its own."""


def grouped(
    table: Table,
    register: Register,
    look: Look,
    asked: Asked,
    page: Page,
    *,
    actor: Actor,
    **rows_arguments: Any,
) -> Table:
    """The table with its rows under heads; folded groups keep theirs on every page."""
    column = register.column(asked.listing.group)
    if column is None:
        return table
    columns = summed(asked.columns) if _may_sum(asked, page) else ()
    rows = matching(register, actor=actor, listing=asked.listing, **rows_arguments)
    first = asked.listing.sort.split(",")[0]
    heads = heads_of(
        rows, column, of=_wanted(column, asked, page), columns=columns, descending=first == f"-{column.key}"
    )
    groups = [_group(head, column, register, look, asked, page, table) for head in heads]
    return replace(table, groups=groups)


def _wanted(column: Column, asked: Asked, page: Page) -> list[Any] | None:
    if FOLD_ALL in asked.listing.folded:
        return None
    folded = [None if name == EMPTY_GROUP else unquote(name) for name in asked.listing.folded]
    return [*dict.fromkeys([*(row[column.identity] for row in page.rows), *folded])]


def _group(
    head: Head, column: Column, register: Register, look: Look, asked: Asked, page: Page, table: Table
) -> Group:
    places = [place for place, row in enumerate(page.rows) if row[column.identity] == head.identity]
    badge = _badge(column, look, page.rows[places[0]] if places else None)
    folded = not places
    return Group(
        badge.get("label") or _label(head, column, look),
        [table.rows[place] for place in places],
        tone=badge.get("tone", ""),
        icon=badge.get("icon", ""),
        note=_note(head.amounts, register),
        count=head.count,
        fold_url=_fold_url(head, column, asked, folded=folded),
        is_folded=folded,
    )


def _badge(column: Column, look: Look, row: Mapping[str, Any] | None) -> Mapping[str, Any]:
    special = look.special.get(column.key)
    if row is None or special is None or special.kind != "badge":
        return {}
    found: Mapping[str, Any] = special.value(row) or {}
    return found


def _label(head: Head, column: Column, look: Look) -> str | Promise:
    if head.label is None or head.label == "":
        return look.missing.get(column.key) or _("none")
    shown = value_of({column.source: head.label}, column)
    return str(shown["text"] if isinstance(shown, Mapping) else shown)


def _fold_url(head: Head, column: Column, asked: Asked, *, folded: bool) -> str:
    """Fold a group or open it again; where all are folded, opening one shows it alone."""
    names = set(asked.listing.folded)
    if FOLD_ALL in names:
        if head.identity is None:
            return asked.url(**{f"{column.key}__isnull": "true", "folded": None})
        value = str(head.identity).lower() if column.kind is Kind.FLAG else str(head.identity)
        return asked.url(**{column.key: value, "folded": None})
    names = names - {head.name} if folded else names | {head.name}
    return asked.url(folded=",".join(sorted(names)))


def _note(amounts: Mapping[str, Mapping[str, Any]], register: Register) -> str:
    """What a group comes to: “Annual cost €100 + US$50”, each currency and metric by itself."""
    said = []
    for key, values in amounts.items():
        column = register.column(key)
        if column is not None and len(values) <= MOST_AMOUNTS:
            each = " + ".join(
                _amount(column, register, measure, values[measure]) for measure in sorted(values)
            )
            said.append(_("%(column)s %(amounts)s") % {"column": column.label, "amounts": each})
    return " · ".join(said)


def _amount(column: Column, register: Register, measure: str, amount: Any) -> str:
    """Money in its currency, units with the name of their metric."""
    if column.kind is Kind.MONEY:
        return money((amount, measure or "EUR"))
    metric = next((one for one in register.columns if one.source == column.unit_path), None)
    label = dict(metric.choices).get(measure, measure) if metric else measure
    return _("%(units)s (%(metric)s)") % {"units": units(amount), "metric": label}


def totals_of(
    register: Register, asked: Asked, page: Page, *, actor: Actor, **rows_arguments: Any
) -> dict[str, list[tuple[Any, str]]]:
    """Sums of money of everything that matches, per currency, by column key."""
    columns = [column for column in asked.columns if column.kind is Kind.MONEY and column.measure]
    if not columns or not page.count or not _may_sum(asked, page):
        return {}
    amounts = sums_of(matching(register, actor=actor, listing=asked.listing, **rows_arguments), columns)
    return {
        key: [(amount, currency or "EUR") for currency, amount in sorted(values.items())]
        for key, values in amounts.items()
    }


def total_label(page: Page) -> str:
    """What the sums are of."""
    return ngettext("Total of %(n)s row", "Total of %(n)s rows", page.count) % {"n": units(page.count)}


def sums_url(columns: Sequence[Column], asked: Asked, page: Page) -> str:
    """The address that adds a long list up, where that is not done unasked."""
    is_money = any(column.kind is Kind.MONEY and column.measure for column in columns)
    return asked.url(totals="1") if is_money and not _may_sum(asked, page) else ""


def _may_sum(asked: Asked, page: Page) -> bool:
    return page.count <= CHEAP_ROWS or asked.adds_up
