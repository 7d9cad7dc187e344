"""The generic list page: a register and its look in, a page out. Every state of the list is an address, and a full
request to that address gives the same page with and without script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.listing import parse_listing, read_page
from trueup.base.registers import Column, Condition, Kind, Listing, Page, Register
from trueup.web.kit.asker import actor_in
from trueup.web.kit.exports import export
from trueup.web.kit.list_cells import Look, cells_of, heads
from trueup.web.kit.panels import Pager, Tab
from trueup.web.kit.tables import Choice, Table

WORDS = {
    "": gettext_lazy("is"), "in": gettext_lazy("is one of"), "contains": gettext_lazy("contains"), "isnull": gettext_lazy("is empty"),
    "lt": gettext_lazy("before or below"), "lte": gettext_lazy("up to"), "gt": gettext_lazy("after or above"), "gte": gettext_lazy("from"),
}  # fmt: skip
PAGING = ("after", "before", "cursor", "page")


@dataclass(frozen=True, slots=True)
class Asked:
    """An address taken apart: the listing, the columns wanted, and every parameter as given."""

    path: str
    listing: Listing
    columns: tuple[Column, ...]
    given: Mapping[str, str]

    def url(self, **changes: str | None) -> str:
        """This list with some parameters changed (None drops one); the page starts anew."""
        kept = {name: value for name, value in self.given.items() if name not in PAGING} | changes
        query = urlencode({name: value for name, value in kept.items() if value not in {None, ""}})
        return f"{self.path}?{query}" if query else self.path

    def sort_of(self, column: Column) -> tuple[str, str]:
        """The address that sorts by the column (turned round if it is sorted by already), and how it is sorted now."""
        if not column.sortable:
            return "", ""
        now = self.listing.sort
        if now.lstrip("-") != column.key:
            return self.url(sort=column.key), ""
        down = now.startswith("-")
        return self.url(sort=column.key if down else f"-{column.key}"), "descending" if down else "ascending"


def list_page(
    request: HttpRequest,
    register: Register,
    look: Look,
    *,
    template: str = "kit/list.html",
    extra: Mapping[str, Any] | None = None,
    **rows_arguments: Any,
) -> HttpResponseBase:
    """Read the register as the address asks and show it; with ``format=csv`` or ``xlsx`` export it instead."""
    actor = actor_in(request)
    seen = register.seen_by(actor)
    asked = asked_of(request, seen, look)
    if request.GET.get("format"):
        return export(request, seen, asked.listing, asked.columns, **rows_arguments)
    page = read_page(seen, actor=actor, listing=asked.listing, **rows_arguments)
    context = list_context(seen, look, asked, page)
    context["may_export"] = actor.may_somewhere(Permission.EXPORTS_RUN)
    return render(request, template, {**context, **(extra or {})})


def asked_of(request: HttpRequest, register: Register, look: Look) -> Asked:
    """Take the address apart. The columns are ours to read; all else goes to the register, which refuses what it
    does not know.
    """
    given: dict[str, str] = {
        name: str(value)
        for name, value in request.GET.items()
        if value and name not in {"columns", "format", "page"}
    }
    listing = parse_listing(register, given)
    keys = [key for value in request.GET.getlist("columns") for key in str(value).split(",") if key]
    columns = tuple(column for key in keys if (column := register.column(key)) is not None)
    if keys:
        given["columns"] = ",".join(column.key for column in columns)
    return Asked(request.path, listing, columns or _default(register, look, request), given)


def _default(register: Register, look: Look, request: HttpRequest) -> tuple[Column, ...]:
    """The columns shown unless others are asked for; the company only where there is more than one to tell apart."""
    actor = actor_in(request)
    companies = actor.companies(register.view)
    alone = companies is not None and len(companies) == 1
    hidden = look.beside | ({"company"} if alone else set())
    return tuple(column for column in register.columns if column.shown and column.key not in hidden)


def list_context(register: Register, look: Look, asked: Asked, page: Page) -> dict[str, Any]:
    """Everything kit/list.html shows."""
    rows = [cells_of(row, asked.columns, look) for row in page.rows]
    pager = Pager(
        first=0,
        last=len(rows),
        total=page.count,
        previous_url=asked.url(before=page.previous) if page.previous else "",
        next_url=asked.url(after=page.next) if page.next else "",
    )
    return {
        "register": register,
        "look": look,
        "asked": asked,
        "count": page.count,
        "table": Table(register.title, heads(asked.columns, look, asked.sort_of), rows=rows),
        "pager": pager,
        "chips": [_chip(register, asked, condition) for condition in asked.listing.conditions],
        "filters": [
            _filter(column, asked) for column in register.columns if column.filterable and _is_offered(column)
        ],
        "tabs": _tabs(look, asked),
        "choices": _choices(register, asked),
        "keep": {name: value for name, value in asked.given.items() if name not in {*PAGING, "q"}},
        "keep_columns": {
            name: value for name, value in asked.given.items() if name not in {*PAGING, "columns"}
        },
        "keep_filters": {
            name: value for name, value in asked.given.items() if name in {"q", "sort", "columns"}
        },
        "exports": [("CSV", f"{asked.url(format='csv')}"), ("XLSX", f"{asked.url(format='xlsx')}")],
        "is_filtered": bool(asked.listing.conditions or asked.listing.words),
        "clear_url": asked.url(q=None, **{_name(condition): None for condition in asked.listing.conditions}),
    }


def _name(condition: Condition) -> str:
    return f"{condition.key}__{condition.lookup}" if condition.lookup else condition.key


def _chip(register: Register, asked: Asked, condition: Condition) -> dict[str, str]:
    column = register.column(condition.key)
    assert column is not None  # noqa: S101 - parse_listing let only known columns through
    words = {str(key): str(label) for key, label in column.choices}
    value = ", ".join(words.get(part, part) for part in condition.value.replace("|", ",").split(","))
    label = f"{column.label} {WORDS[condition.lookup]}"
    if column.kind is Kind.FLAG or condition.lookup == "isnull":
        value = _("yes") if condition.value.lower() in {"true", "1", "yes"} else _("no")
    return {"label": label, "value": value, "remove_url": asked.url(**{_name(condition): None})}


def _is_offered(column: Column) -> bool:
    return column.kind in {Kind.CHOICE, Kind.FLAG, Kind.REFERENCE, Kind.DAY, Kind.TEXT, Kind.MONO, Kind.TAGS}


def _filter(column: Column, asked: Asked) -> dict[str, Any]:
    """One line of “Add filter”: a select for choices, a day up to which, else a part of the text."""
    if column.kind is Kind.CHOICE:
        options: Iterable[tuple[str, Any]] = column.choices
    elif column.kind is Kind.FLAG:
        options = (("true", _("yes")), ("false", _("no")))
    else:
        options = ()
    lookups = {Kind.DAY: "lte", Kind.REFERENCE: "contains", Kind.TEXT: "contains", Kind.MONO: "contains"}
    lookup = lookups.get(column.kind, "")
    name = f"{column.key}__{lookup}" if lookup else column.key
    label = f"{column.label}, {WORDS[lookup]}" if column.kind is Kind.DAY else column.label
    kind = "date" if column.kind is Kind.DAY else "text"
    return {
        "name": name,
        "label": label,
        "options": list(options),
        "kind": kind,
        "value": asked.given.get(name, ""),
    }


def _tabs(look: Look, asked: Asked) -> list[Tab]:
    """The standard views; current is the one whose filter is exactly the address's."""
    here = urlencode(
        sorted(
            (name, value) for name, value in asked.given.items() if name not in {*PAGING, "sort", "columns"}
        )
    )
    return [
        Tab(
            view.label,
            f"{asked.path}?{view.query}" if view.query else asked.path,
            current=_sorted_query(view.query) == here,
        )
        for view in look.views
    ]


def _sorted_query(query: str) -> str:
    return urlencode(sorted(parse_qsl(query)))


def _choices(register: Register, asked: Asked) -> list[Choice]:
    shown = [Choice(column.key, column.label, shown=True) for column in asked.columns]
    rest = [
        Choice(column.key, column.label, shown=False)
        for column in register.columns
        if column not in asked.columns
    ]
    return shown + rest


def respond(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page or, for htmx, a part of it under the same address."""
    response = render(request, template, dict(context), status=status)
    response["Vary"] = "HX-Request"
    return response
