"""A saved report behind a secret address, for who does not sign in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from trueup.base.problems import NotAllowed, NotFound
from trueup.reports.render.files import TYPES
from trueup.reports.sharing import open_link
from trueup.web.kit.exports import file_answer
from trueup.web.reports.look import shown

GONE = 404


@require_GET
def shared_report(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The report as its maker may see it today; every other address reads the same. Each opening is logged."""
    try:
        link, table = open_link(secret=secret, at=timezone.now(), on=timezone.localdate())
    except (NotFound, NotAllowed):
        return _sealed(render(request, "reports/gone.html", status=GONE))
    if request.GET.get("format"):
        return _sealed(file_answer(request, table, "report"))
    context = {"link": link, "table": table, "shown": shown(table), "forms": list(TYPES)}
    return _sealed(render(request, "reports/shared.html", context))


def _sealed(answer: HttpResponse | HttpResponseBase) -> HttpResponseBase:
    """No cache keeps it, no search engine lists it, and no page it links to is told the address."""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
