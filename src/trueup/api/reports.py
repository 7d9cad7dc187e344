"""Reports: the library, and each report as JSON, CSV, XLSX or PDF."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from ninja import Router

from trueup.api.lists import json_answer
from trueup.api.requests import actor_in
from trueup.reports.library.asking import OF_EVERY
from trueup.reports.library.register import report_named, reports_for, table_for
from trueup.reports.render.files import checked_form, file_of

router = Router(tags=["reports"])


@router.get("/reports/", response=dict[str, Any], summary="The reports there are")
def list_reports(request: HttpRequest) -> HttpResponse:
    """Those the token may read, each with what it answers and what it can be asked."""
    found = reports_for(actor=actor_in(request))
    results = [
        {
            "report": one.key,
            "title": str(one.title),
            "answers": str(one.answers),
            "section": one.section,
            "parameters": sorted(OF_EVERY | one.parameters),
            "asks_period": one.asks_period,
        }
        for one in found
    ]
    return json_answer({"results": results, "next": None, "count": len(results)})


@router.get("/reports/{str:report}/", response=dict[str, Any], summary="One report")
def get_report(request: HttpRequest, report: str) -> StreamingHttpResponse:
    """``format=json`` (unless told), csv, xlsx or pdf; ``product=``, ``region=``, ``company=`` (ids, several by commas),
    ``on=`` or ``from=`` and ``to=``. ``list.licences`` and the like are lists with ``columns=``, ``group=``, ``totals=1``.
    """
    actor = actor_in(request)
    given = {name: str(value) for name, value in request.GET.items() if value}
    form = checked_form(given.pop("format", "json"))
    report_named(actor=actor, key=report)
    table = table_for(actor=actor, key=report, query=given, today=timezone.localdate(), is_file=True)
    file = file_of(table, form, byte_order_mark=given.get("bom") == "1")
    answer = StreamingHttpResponse(file.chunks, content_type=file.content_type)
    if form != "json":
        answer["Content-Disposition"] = f'attachment; filename="{report}.{form}"'
    return answer
