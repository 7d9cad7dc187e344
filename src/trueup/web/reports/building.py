"""Putting a report of one's own together: a list, then its columns, filters, grouping and sums (R-095)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.reports.library.lists import PREFIX
from trueup.reports.library.register import table_for
from trueup.reports.registers import register_named, registers
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import REFUSED, refuse
from trueup.web.reports.forms import FILTERS, BuildForm, as_built

if TYPE_CHECKING:
    from trueup.base.registers import Register


@page(Permission.LICENCES_VIEW)
def lists(request: HttpRequest) -> HttpResponse:
    """Which list the report is of."""
    actor = actor_in(request)
    found = [one for one in registers().values() if actor.may_somewhere(one.view)]
    found.sort(key=lambda one: str(one.title))
    return render(request, "reports/lists.html", {"lists": found, "active": "reports"})


@page(Permission.LICENCES_VIEW)
def build(request: HttpRequest, name: str) -> HttpResponse:
    """Columns, filters, grouping and sums; shown as soon as they are asked for."""
    register = _list(request, name)
    is_asked = "build" in request.GET
    given = {key: str(value) for key, value in request.GET.items() if value}
    form = BuildForm(request.GET if is_asked else None, register=register, initial=as_built(given, register))
    status = 200
    if is_asked and form.is_valid():
        query, key = form.query(), f"{PREFIX}{register.name}"
        try:
            table_for(actor=actor_in(request), key=key, query=query, today=timezone.localdate())
        except (NotFound, NotAllowed):
            raise
        except Problem as problem:
            refuse(form, problem)
            status = REFUSED
        else:
            return redirect(f"{reverse('report', args=[key])}?{urlencode(query, safe=',')}")
    rows = [[form[f"{part}_{number}"] for part in ("on", "by", "value")] for number in FILTERS]
    context = {"form": form, "register": register, "filters": rows, "active": "reports"}
    return render(request, "reports/build.html", context, status=status)


def _list(request: HttpRequest, name: str) -> Register:
    register = registers().get(name)
    if register is None or not actor_in(request).may_somewhere(register.view):
        raise NotFound(_("There is no list %(name)s.") % {"name": name})
    return register_named(name).seen_by(actor_in(request))
