"""The list of sources, one source with its runs and the companies it speaks of, and what vendors told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.connectors.register import suitcases
from trueup.sources.actions import place_outside_company
from trueup.sources.columns import SEATS, SOURCES, SUBSCRIPTIONS
from trueup.sources.queries import placement_for, placements_of, runs_of, source_for
from trueup.tenancy.queries import companies_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.figures import moment
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Detail
from trueup.web.kit.tables import Column, Table
from trueup.web.sources.look import SEAT_LOOK, SOURCE_LOOK, SUBSCRIPTION_LOOK, kind_title, state_badge

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.sources.models import Placement, Source, SourceRun

VIEW = Permission.INVENTORY_VIEW
SHOWN_RUNS = 20
SHOWN_PLACES = 200
IGNORED = "ignored"


@page(VIEW)
def sources(request: HttpRequest) -> HttpResponseBase:
    """Every source with its last run."""
    may = actor_in(request).may_somewhere(Permission.COMPANIES_MANAGE)
    new_url = reverse("source_new") if may else ""
    extra = {"new_url": new_url, "new_verb": _("Add a source"), "nothing_url": new_url}
    return list_page(request, SOURCES, SOURCE_LOOK, template="sources/list.html", extra=extra)


@page(VIEW)
def subscriptions(request: HttpRequest) -> HttpResponseBase:
    """What vendors say was bought."""
    return list_page(request, SUBSCRIPTIONS, SUBSCRIPTION_LOOK)


@page(VIEW)
def seats(request: HttpRequest) -> HttpResponseBase:
    """Who has which seat by the vendors' word, and when they used it last."""
    return list_page(request, SEATS, SEAT_LOOK)


@page(VIEW)
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source."""
    actor = actor_in(request)
    found: Any = source_for(actor=actor, source_id=source_id)
    may_manage = actor.may(Permission.COMPANIES_MANAGE, found.company_id)
    places = list(placements_of(actor=actor, source_id=source_id)[:SHOWN_PLACES])
    runs = list(runs_of(actor=actor, source_id=source_id)[:SHOWN_RUNS])
    suitcase = suitcases()[found.kind]
    context = {
        "source": found,
        "kind": suitcase.title,
        "state": state_badge(found.state),
        "trouble": found.trouble,
        "details": _details(found),
        "runs": run_table(runs),
        "places": [_placed(one) for one in places],
        "companies": _companies(actor) if may_manage and places else [],
        "brings": suitcase.brings,
        "cannot_know": suitcase.cannot_know,
        "may_run": actor.may(Permission.INVENTORY_IMPORT, found.company_id),
        "may_manage": may_manage,
        "active": "sources",
    }
    return render(request, "sources/source.html", context)


def _details(found: Source) -> list[Detail]:
    """How it is read; never what opens it."""
    asks = {ask.key: ask.label for ask in suitcases()[found.kind].asks}
    every = (
        _("only when asked") if not found.every_hours else _("every %(n)s hours") % {"n": found.every_hours}
    )
    return [
        Detail(_("Kind"), kind_title(found.kind)),
        Detail(_("Address"), found.url, mono=True),
        *(Detail(asks.get(key, key), value or None) for key, value in found.options.items()),
        Detail(_("Credentials"), _("sealed in the vault") if found.secret_id else None),
        Detail(_("Read"), every),
        Detail(_("Next run"), moment(found.due_at) or None),
        Detail(_("Speaks of"), _("several companies") if found.is_shared else found.company.name),
    ]


def run_table(runs: list[SourceRun]) -> Table:
    """Runs as rows."""
    rows = [
        {
            "id": one.pk,
            "asked": {
                "text": moment(one.asked_at),
                "url": address_of("source_run", one.pk),
                "sub": one.asked_by,
            },
            "state": state_badge(one.state),
            "how": _("only looks") if one.is_dry else _("from its pages") if one.replays_id else None,
            "rows": one.rows,
            "rejected": one.rejected,
            "unplaced": one.unplaced,
        }
        for one in runs
    ]
    columns = [
        Column("asked", _("Asked for")),
        Column("state", _("State"), "badge"),
        Column("how", _("How"), low=True, missing=_("in earnest")),
        Column("rows", _("Rows"), "number"),
        Column("rejected", _("Refused"), "number", low=True),
        Column("unplaced", _("Not placed"), "number", low=True),
    ]
    return Table(_("Runs"), columns, rows=rows, id="runs")


def _placed(one: Placement) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "name": one.name or one.outside or _("no company named"),
        "outside": one.outside,
        "into_id": one.into_id,
        "into": one.into.name if one.into else "",
        "is_ignored": one.is_ignored,
    }


def _companies(actor: Actor) -> list[tuple[int, str]]:
    found = companies_visible_to(actor=actor, permission=Permission.INVENTORY_IMPORT)
    return [(one.pk, one.name) for one in found]


@page(Permission.COMPANIES_MANAGE, methods=("POST",))
def place(request: HttpRequest, placement_id: int) -> HttpResponse:
    """Say which company of ours one of theirs is, or that it is none of ours."""
    actor = actor_in(request)
    placement = placement_for(actor=actor, placement_id=placement_id)
    into = request.POST.get("into", "")
    place_outside_company(
        actor=actor,
        placement_id=placement_id,
        into_id=int(into) if into.isascii() and into.isdigit() else None,
        is_ignored=into == IGNORED,
        at=timezone.now(),
    )
    messages.success(request, _("Placed. It holds from the next run on."))
    return redirect("source", placement.source_id)
