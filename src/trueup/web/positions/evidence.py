"""The page from which an auditor's files of a run are taken: the workbook, and the pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.compliance.queries import publishers_of_run, run_for
from trueup.reports.evidence.pack import elp_workbook, evidence_pack
from trueup.reports.render.files import TYPES
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_DIGITS = 18


@page(Permission.EXPORTS_RUN)
def evidence(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Choose a publisher and a form; with `format=` the file itself."""
    actor = actor_in(request)
    found = run_for(actor=actor, run_id=run_id)
    form, publisher_id = request.GET.get("format", ""), _publisher(request)
    chosen: dict[str, Any] = {
        "actor": actor,
        "run_id": run_id,
        "home": settings.HOME,
        "publisher_id": publisher_id,
    }
    if form == "xlsx":
        return _file(elp_workbook(**chosen), TYPES["xlsx"], f"elp-{run_id}.xlsx")
    if form == "zip":
        return _file(evidence_pack(**chosen, at=timezone.now()), "application/zip", f"evidence-{run_id}.zip")
    if form:
        words = _("“%(wanted)s” is no format of evidence. Known: %(known)s.")
        raise InvalidValue.of("format", words % {"wanted": form, "known": "xlsx, zip"})
    context = {
        "run": found,
        "publishers": publishers_of_run(actor=actor, run_id=run_id),
        "active": "position",
    }
    return render(request, "positions/evidence.html", context)


def _publisher(request: HttpRequest) -> int | None:
    given = request.GET.get("publisher", "")
    if given and not (given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS):
        raise InvalidValue.of("publisher", _("“%(given)s” is no publisher.") % {"given": given})
    return int(given) if given else None


def _file(chunks: Iterator[bytes], content_type: str, name: str) -> HttpResponse | StreamingHttpResponse:
    answer = StreamingHttpResponse(chunks, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
