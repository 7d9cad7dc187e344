"""A list as a file: exactly the rows, columns, filters and order that the address asks for, streamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import Resolver404, resolve

from trueup.base.registers import Column, Listing, Register
from trueup.reports.lists import table_of
from trueup.reports.render.files import checked_form, file_of
from trueup.reports.render.table import Table
from trueup.web.kit.asker import actor_in

if TYPE_CHECKING:
    from trueup.web.kit.asking import Asked

NOT_OF_THE_API = frozenset({"columns", "rows", "folded", "after", "before", "cursor"})


def export(
    request: HttpRequest,
    register: Register,
    listing: Listing,
    columns: tuple[Column, ...],
    **rows_arguments: Any,
) -> HttpResponseBase:
    """Answer with the list as PDF, XLSX, CSV or JSON; only rows of companies in which the actor may export."""
    keys = [column.key for column in columns]
    table = table_of(register, actor=actor_in(request), listing=listing, keys=keys, **rows_arguments)
    return file_answer(request, table, register.name)


def file_answer(request: HttpRequest, table: Table, name: str) -> HttpResponseBase:
    """The table in the form that `format=` asks for, streamed."""
    wanted = checked_form(request.GET["format"])
    file = file_of(table, wanted, byte_order_mark=request.GET.get("bom") == "1")
    answer = StreamingHttpResponse(file.chunks, content_type=file.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    return answer


def api_call(register: Register, asked: Asked) -> str:
    """The same rows, columns and order as an address of the API; nothing for a list the API does not have."""
    try:
        path = resolve(f"/api/{register.name}/").route
    except Resolver404:
        return ""
    names = {name: value for name, value in asked.given.items() if name not in NOT_OF_THE_API}
    fields = ",".join(column.key for column in asked.columns)
    return f"/{path}?{urlencode({**names, 'fields': fields}, safe=',')}"
