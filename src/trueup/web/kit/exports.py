"""A list as a file: exactly the rows, columns, filters and order that the address asks for, streamed."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from trueup.base.problems import InvalidValue
from trueup.base.registers import Column, Listing, Register
from trueup.reports.lists import table_of
from trueup.reports.render.csv import write_csv
from trueup.reports.render.json import write_json
from trueup.reports.render.xlsx import write_xlsx
from trueup.web.kit.asker import actor_in

if TYPE_CHECKING:
    from trueup.web.kit.asking import Asked

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_OF_THE_API = frozenset({"columns", "rows", "folded", "after", "before", "cursor"})
IN_MEMORY_BYTES = 4 * 1024 * 1024


def export(
    request: HttpRequest,
    register: Register,
    listing: Listing,
    columns: tuple[Column, ...],
    **rows_arguments: Any,
) -> HttpResponseBase:
    """Answer with the list as CSV, XLSX or JSON; only rows of companies in which the actor may export."""
    keys = [column.key for column in columns]
    table = table_of(register, actor=actor_in(request), listing=listing, keys=keys, **rows_arguments)
    wanted = request.GET["format"]
    if wanted == "csv":
        marked = request.GET.get("bom") == "1"
        response: HttpResponseBase = StreamingHttpResponse(
            write_csv(table, byte_order_mark=marked), content_type="text/csv; charset=utf-8"
        )
    elif wanted == "xlsx":
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - FileResponse closes it
        write_xlsx(table, file)  # type: ignore[arg-type]  # spooled files are binary streams
        file.seek(0)
        response = FileResponse(file, content_type=XLSX)
    elif wanted == "json":
        response = StreamingHttpResponse(write_json(table), content_type="application/json")
    else:
        raise InvalidValue.of(
            "format", _("“%(wanted)s” is no format of an export: csv, xlsx or json is.") % {"wanted": wanted}
        )
    response["Content-Disposition"] = f'attachment; filename="{register.name}.{wanted}"'
    return response


def api_call(register: Register, asked: Asked) -> str:
    """The same rows, columns and order as an address of the API; nothing for a list the API does not have."""
    try:
        path = resolve(f"/api/{register.name}/").route
    except Resolver404:
        return ""
    names = {name: value for name, value in asked.given.items() if name not in NOT_OF_THE_API}
    fields = ",".join(column.key for column in asked.columns)
    return f"/{path}?{urlencode({**names, 'fields': fields}, safe=',')}"
