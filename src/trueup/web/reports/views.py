"""The library of reports, and one report as a page or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trueup.base.access import Permission
from trueup.reports.actions import NOT_KEPT
from trueup.reports.library.asking import ask_of
from trueup.reports.library.lists import PREFIX
from trueup.reports.library.register import SECTIONS, report_named, reports_for, table_for
from trueup.reports.queries import saved_reports_visible_to
from trueup.reports.render.files import TYPES
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.exports import file_answer
from trueup.web.reports import look

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.reports.library.report import Report

MANY = ("product", "region", "company")
"""Parameters that may be given several times."""
SAVED_SHOWN = 100


@page(Permission.LICENCES_VIEW)
def reports(request: HttpRequest) -> HttpResponse:
    """All of them by section, each with one line of what it answers (R-092)."""
    found = reports_for(actor=actor_in(request))
    sections = [
        {"key": key, "title": title, "reports": [one for one in found if one.section == key]}
        for key, title in SECTIONS
    ]
    saved = saved_reports_visible_to(actor=actor_in(request))[:SAVED_SHOWN]
    return render(
        request, "reports/library.html", {"sections": sections, "saved": saved, "active": "reports"}
    )


@page(Permission.LICENCES_VIEW)
def report(request: HttpRequest, report: str) -> HttpResponseBase:
    """One report with its filters; as a file where `format=` asks for one."""
    actor, today = actor_in(request), timezone.localdate()
    given = asked_in(request)
    found = report_named(actor=actor, key=report)
    if request.GET.get("format"):
        table = table_for(actor=actor, key=report, query=given, today=today, is_file=True)
        return file_answer(request, table, found.key)
    ask = ask_of(found, actor=actor, query=given, today=today)
    table = table_for(actor=actor, key=report, query=given, today=today)
    context = {
        "report": found,
        "shown": look.shown(table),
        "filters": look.filters(ask, actor, found),
        "exports": _exports(actor, found, given),
        "build_url": _build_url(found, given),
        "save_url": f"{reverse('saved_report_new')}?{urlencode({'report': found.key, 'query': _asked(given)})}",
        "kept": [(name, value) for name, value in given.items() if name in found.takes or found.takes_columns],
        "active": "reports",
    }  # fmt: skip
    return render(request, "reports/report.html", context)


def asked_in(request: HttpRequest) -> dict[str, str]:
    """The parameters of the address, several values of one joined by commas."""
    query = request.GET
    return {
        name: ",".join(query.getlist(name)) if name in MANY else query[name]
        for name in query
        if query[name] and name != "format"
    }


def _asked(given: dict[str, str]) -> str:
    """What the report is asked besides its days and companies, as part of an address."""
    return urlencode({name: value for name, value in given.items() if name not in NOT_KEPT}, safe=",")


def _build_url(found: Report, given: dict[str, str]) -> str:
    """Where the columns and filters of a list are chosen; nothing for a report of the library."""
    if not found.key.startswith(PREFIX):
        return ""
    return f"{reverse('report_build', args=[found.key.removeprefix(PREFIX)])}?{_asked(given)}"


def _exports(actor: Actor, found: Report, given: dict[str, str]) -> list[tuple[str, str]]:
    """The forms there are and their addresses, for whoever may export."""
    if not actor.may_somewhere(Permission.EXPORTS_RUN):
        return []
    address = reverse("report", args=[found.key])
    kept: dict[str, Any] = {name: value for name, value in given.items() if name != "bom"}
    return [(form.upper(), f"{address}?{urlencode({**kept, 'format': form}, safe=',')}") for form in TYPES]
