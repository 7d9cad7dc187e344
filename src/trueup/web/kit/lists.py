"""The generic list page: a register and its look in, a page out. Every state of the list is an address, and a full
request to that address gives the same page with and without script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.listing import FOLD_ALL, read_page
from trueup.base.lists.nearby import MOST_COUNTED, without_each
from trueup.base.problems import InvalidValue
from trueup.base.registers import Page, Register
from trueup.saved_views.queries import views_visible_to
from trueup.web.kit.asker import actor_in
from trueup.web.kit.asking import ROW_HEIGHTS, Asked, asked_of
from trueup.web.kit.exports import api_call, export
from trueup.web.kit.list_cells import Look, cells_of, heads
from trueup.web.kit.list_filters import chips_of, edited, editor_of, name_of, offered
from trueup.web.kit.list_groups import grouped, sums_url, total_label, totals_of
from trueup.web.kit.list_views import standing_of, tabs_of
from trueup.web.kit.panels import Pager
from trueup.web.kit.tables import Choice, Table

if TYPE_CHECKING:
    from trueup.saved_views.models import SavedView

__all__ = ["Asked", "asked_of", "list_context", "list_page", "respond"]
NOT_ALL_UNDERSTOOD = 422
Arrange = Callable[[Table, Sequence[Mapping[str, Any]], Asked], Table]


def list_page(
    request: HttpRequest,
    register: Register,
    look: Look,
    *,
    template: str = "kit/list.html",
    extra: Mapping[str, Any] | None = None,
    arrange: Arrange | None = None,
    **rows_arguments: Any,
) -> HttpResponseBase:
    """Read the register as the address asks and show it; with ``format=`` export it instead.

    ``arrange`` may put the rows under heads of the page's own where nothing else was asked.
    """
    actor = actor_in(request)
    seen = register.seen_by(actor)
    views = list(views_visible_to(actor=actor, registers=[register]))
    asked = asked_of(request, seen, look, views=views, keeps_views=True)
    changes = edited(seen, request.GET)
    if changes is not None:
        return redirect(asked.url(**changes))
    if request.GET.get("format"):
        return _exported(request, seen, asked, **rows_arguments)
    page = read_page(seen, actor=actor, listing=asked.listing, **rows_arguments)
    context = list_context(seen, look, asked, page)
    context |= _around(request, seen, look, asked, page, views, **rows_arguments)
    if asked.listing.group:
        context["table"] = grouped(context["table"], seen, look, asked, page, actor=actor, **rows_arguments)
    elif arrange is not None:
        context["table"] = arrange(context["table"], page.rows, asked)
    if (extra or {}).get("bulk"):
        context["bulk"] = {**(extra or {})["bulk"], "query": asked.query}
    wrong = any(fault.name in request.GET for fault in asked.faults)
    return render(
        request, template, {**(extra or {}), **context}, status=NOT_ALL_UNDERSTOOD if wrong else None
    )


def _exported(
    request: HttpRequest, register: Register, asked: Asked, **rows_arguments: Any
) -> HttpResponseBase:
    """The file, which never leaves a filter out: who reads it later could not know."""
    if asked.faults:
        fault = asked.faults[0]
        raise InvalidValue.of(fault.name, fault.detail)
    return export(request, register, asked.listing, asked.columns, **rows_arguments)


def list_context(register: Register, look: Look, asked: Asked, page: Page) -> dict[str, Any]:
    """What kit/listing.html shows of the rows themselves."""
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
        "table": Table(register.title, heads(asked.columns, look, asked.sort_of, asked.then_by), rows=rows),
        "pager": pager,
        "chips": chips_of(register, asked),
        "faults": asked.faults,
        "filters": offered(register, asked),
        "choices": _choices(register, asked),
        "arranging": _arranging(register, asked),
        "keep": asked.carried("q"),
        "keep_columns": asked.carried("columns"),
        "keep_arranged": asked.carried("sort", "group", "rows", "folded"),
        "columns_reset_url": asked.url(columns=None) if asked.given.get("columns") else "",
        "exports": [(name.upper(), asked.url(format=name)) for name in ("pdf", "xlsx", "csv", "json")],
        "is_filtered": bool(asked.listing.conditions or asked.listing.words),
        "clear_url": asked.url(q=None, **{name_of(one): None for one in asked.listing.conditions}),
    }


def _around(
    request: HttpRequest,
    register: Register,
    look: Look,
    asked: Asked,
    page: Page,
    views: Sequence[SavedView],
    **rows_arguments: Any,
) -> dict[str, Any]:
    """What stands around the rows: views, sums, the filter being edited, and the way out of an empty list."""
    actor = actor_in(request)
    totals = totals_of(register, asked, page, actor=actor, **rows_arguments)
    context: dict[str, Any] = {
        "tabs": tabs_of(register, look, asked, views, actor=actor, **rows_arguments),
        "standing": standing_of(register, look, asked, actor),
        "editor": editor_of(register, asked, str(request.GET.get("edit", ""))),
        "may_export": actor.may_somewhere(Permission.EXPORTS_RUN),
        "api_call": api_call(register, asked),
        "sums_url": sums_url(asked.columns, asked, page),
        "totals": [(column.label, totals[column.key]) for column in asked.columns if column.key in totals],
        "total_label": total_label(page),
    }
    if asked.given.get("rows") in ROW_HEIGHTS:
        context["density"] = asked.given["rows"]
    if not page.rows and context_is_narrow(asked):
        counted = without_each(register, actor=actor, listing=asked.listing, **rows_arguments)
        context["ways_out"] = [_way_out(register, asked, place, rows) for place, rows in counted]
    return context


def context_is_narrow(asked: Asked) -> bool:
    """Whether filters or words keep rows away."""
    return bool(asked.listing.conditions or asked.listing.words)


def _way_out(register: Register, asked: Asked, place: int | None, rows: int) -> dict[str, Any]:
    """A filter to drop, and how many rows that brings back."""
    if place is None:
        label, url = _("“%(words)s”") % {"words": asked.listing.words}, asked.url(q=None)
    else:
        chip = chips_of(register, asked)[place]
        label, url = f"{chip['label']} {chip['value']}", chip["remove_url"]
    return {"label": label, "url": url, "rows": rows, "more": rows >= MOST_COUNTED}


def _choices(register: Register, asked: Asked) -> list[Choice]:
    shown = [Choice(column.key, column.label, shown=True) for column in asked.columns]
    rest = [
        Choice(column.key, column.label, shown=False)
        for column in register.columns
        if column not in asked.columns
    ]
    return shown + rest


def _arranging(register: Register, asked: Asked) -> dict[str, Any]:
    """The choices of “Arrange”: group, two sort keys, row height."""
    now = [*asked.listing.sort.split(","), "", ""]
    sortable = [column for column in register.columns if column.sortable]
    orders = [
        (value, words % {"name": column.label})
        for column in sortable
        for value, words in ((column.key, _("%(name)s, up")), (f"-{column.key}", _("%(name)s, down")))
    ]
    folded = asked.listing.folded
    return {
        "groups": [(column.key, column.label) for column in register.columns if column.groups],
        "group": asked.listing.group,
        "orders": orders,
        "first": now[0],
        "second": now[1],
        "rows": asked.given.get("rows", ""),
        "fold_url": asked.url(folded=FOLD_ALL) if asked.listing.group and FOLD_ALL not in folded else "",
        "unfold_url": asked.url(folded=None) if folded else "",
    }


def respond(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page or, for htmx, a part of it under the same address."""
    response = render(request, template, dict(context), status=status)
    response["Vary"] = "HX-Request"
    return response
