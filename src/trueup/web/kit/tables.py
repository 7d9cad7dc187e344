"""The table every list is drawn with: columns and rows in, one table out. The same columns feed the chooser and exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from trueup.web.kit import cells
from trueup.web.kit.assets_tags import icon
from trueup.web.kit.register import register
from trueup.web.kit.safe import joined

Words = str | Promise
BULK_FORM = "bulk-form"
"""The form of the bulk bar: boxes belong to it by their attribute, wherever in the page they stand."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `low` hides it on phones; `sort_url` makes its head a link, `sorted` says which way it is sorted now;
    `missing` is what a None reads as: "not reported", "none".
    """

    key: str
    label: Words
    kind: str = "text"
    low: bool = False
    sort_url: str = ""
    then_url: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    missing: Words = ""
    align: Literal["", "start", "end"] = ""
    hidden_label: bool = False

    @property
    def css(self) -> str:
        end = self.align == "end" or (not self.align and self.kind in cells.NUMERIC)
        names = ("r" * end, "p-low" * self.low, "tight" * (self.kind == "actions"))
        return " ".join(name for name in names if name)


@dataclass(frozen=True, slots=True)
class Group:
    """A stretch of rows under a head of its own, with its own words at the end ("€249,560 exposure")."""

    label: Words
    rows: Sequence[Mapping[str, Any]]
    tone: str = ""
    icon: str = ""
    note: Words = ""
    count: int | None = None
    fold_url: str = ""
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. A row is a dict by column key; "id" is what selecting it sends to the form named `form`, the first cell
    what it is called aloud, "tone" greys it. Give `rows` or `groups`; `totals` by column key, money only.
    """

    label: Words
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]] = ()
    groups: Sequence[Group] = ()
    totals: Mapping[str, Any] = field(default_factory=dict)
    total_label: Words = ""
    selectable: bool = False
    form: str = ""
    flush: bool = False
    id: str = "listing"


@register.simple_tag
def table(shown: Table, bulk: Mapping[str, Any] | None = None) -> SafeString:
    """The table in a region that scrolls sideways by keyboard too; inside `tru-table-select` where rows can be chosen,
    which `bulk` (what can be done to them) makes possible.
    """
    if bulk:
        shown = replace(shown, selectable=True, form=BULK_FORM)
    body = [_head(shown)]
    for number, group in enumerate(shown.groups):
        body.append(_group(shown, group, number))
    if not shown.groups:
        body.append(format_html("<tbody>{}</tbody>", _rows(shown, shown.rows)))
    body.append(_foot(shown))
    classes = "table flush" if shown.flush else "table"
    return format_html(
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}"><table class="{}" id="{}">{}</table></div>',
        _("%(name)s, scrolls sideways") % {"name": shown.label}, classes, shown.id, joined(body),
    )  # fmt: skip


def _head(shown: Table) -> SafeString:
    box = mark_safe("")
    if shown.selectable:
        box = format_html(
            '<th scope="col" class="tight"><input class="check" type="checkbox" aria-label="{}" data-all data-needs-script></th>',
            _("Select all on this page"),
        )
    heads = joined(_column_head(column) for column in shown.columns)
    return format_html("<thead><tr>{}{}</tr></thead>", box, heads)


def _column_head(column: Column) -> SafeString:
    if column.hidden_label:
        return format_html(
            '<th scope="col" class="{}"><span class="sr">{}</span></th>', column.css, column.label
        )
    if not column.sort_url:
        return format_html('<th scope="col" class="{}">{}</th>', column.css, column.label)
    arrow = {"ascending": "arrow-up", "descending": "arrow-down"}.get(column.sorted)
    sort = format_html(' aria-sort="{}"', column.sorted) if column.sorted else ""
    mark = icon(arrow) if arrow else ""
    return format_html(
        '<th scope="col" class="{}"{}><a href="{}"{}>{}{}</a></th>',
        column.css,
        sort,
        column.sort_url,
        format_html(' data-then="{}"', column.then_url) if column.then_url else "",
        column.label,
        mark,
    )


def _rows(shown: Table, rows: Sequence[Mapping[str, Any]]) -> SafeString:
    return format_html_join(
        "", "<tr{}>{}{}</tr>", ((_marks(row), _box(shown, row), _cells(shown, row)) for row in rows)
    )


def _marks(row: Mapping[str, Any]) -> SafeString:
    """A row with an address answers to j, k and Enter."""
    named = format_html(' id="row-{}"', row["id"]) if row.get("id") is not None else mark_safe("")
    toned = format_html(' class="is-{}"', row["tone"]) if row.get("tone") else mark_safe("")
    return named + toned


def _box(shown: Table, row: Mapping[str, Any]) -> SafeString:
    if not shown.selectable:
        return mark_safe("")
    words = _("Select %(name)s") % {"name": _called(shown, row)}
    return format_html(
        '<td><input class="check" type="checkbox" name="selected" value="{}" aria-label="{}"{}></td>',
        row["id"],
        words,
        format_html(' form="{}"', shown.form) if shown.form else "",
    )


def _called(shown: Table, row: Mapping[str, Any]) -> Any:
    """The name of a row: what its first cell reads."""
    cell = row.get(shown.columns[0].key)
    if isinstance(cell, Mapping):
        cell = cell.get("name") or cell.get("text")
    return cell or row["id"]


def _cells(shown: Table, row: Mapping[str, Any]) -> SafeString:
    return format_html_join(
        "",
        '<td class="{}">{}</td>',
        (
            (column.css, cells.render(column.kind, row.get(column.key), str(column.missing)))
            for column in shown.columns
        ),
    )


def _group(shown: Table, group: Group, number: int) -> SafeString:
    """A body of its own with a head that spans the table and says how many rows follow."""
    span = len(shown.columns) + shown.selectable
    mark = (
        format_html('<span class="t-{}">{}</span>', group.tone or "mute", icon(group.icon))
        if group.icon
        else ""
    )
    count = group.count if group.count is not None else len(group.rows)
    note = format_html(
        '<span class="grp-note {}">{}</span>', f"t-{group.tone}" if group.tone == "bad" else "", group.note
    )
    head = format_html(
        '<tr class="grp"><th scope="rowgroup" colspan="{}" id="{}-g{}"><span class="flex">{}{}{}<span class="n">{}</span>{}</span></th></tr>',
        span, shown.id, number, _fold(group), mark, group.label, count, note,
    )  # fmt: skip
    return format_html("<tbody>{}{}</tbody>", head, _rows(shown, group.rows))


def _fold(group: Group) -> SafeString:
    """The link that folds a group or opens it again: another address of the same list."""
    if not group.fold_url:
        return mark_safe("")
    words = _("Open %(name)s") if group.is_folded else _("Fold %(name)s")
    return format_html(
        '<a class="fold" href="{}" aria-expanded="{}">{}</a>',
        group.fold_url,
        "false" if group.is_folded else "true",
        icon(
            "chevron-right" if group.is_folded else "chevron-down",
            "i-sm",
            label=words % {"name": group.label},
        ),
    )


def _foot(shown: Table) -> SafeString:
    if not shown.totals:
        return mark_safe("")
    box = mark_safe("<td></td>") if shown.selectable else mark_safe("")
    totals = format_html_join(
        "",
        '<td class="{}">{}</td>',
        ((column.css, _total(shown, column, place)) for place, column in enumerate(shown.columns)),
    )
    return format_html("<tfoot><tr>{}{}</tr></tfoot>", box, totals)


def _total(shown: Table, column: Column, place: int) -> SafeString | str:
    if column.key in shown.totals:
        return cells.render(column.kind, shown.totals[column.key], "")
    return str(shown.total_label) if place == 0 else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the column chooser."""

    key: str
    label: Words
    shown: bool


@register.inclusion_tag("kit/columns.html")
def columns(
    choices: Sequence[Choice | Mapping[str, Any]],
    *,
    action: str,
    keep: Mapping[str, str] | None = None,
    reset_url: str = "",
) -> dict[str, object]:
    """The column chooser: a popover with a small form that sends `cols`; `keep` are the list's other parameters."""
    return {"choices": choices, "action": action, "keep": (keep or {}).items(), "reset_url": reset_url}
