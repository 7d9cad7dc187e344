"""The register of positions, one position, and asking for a new run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.listing import matching
from trueup.base.lists.grouping import heads_of
from trueup.compliance.actions import start_run
from trueup.compliance.columns import POSITIONS
from trueup.compliance.queries import (
    behind,
    covers_of,
    history_of,
    outcomes_visible_to,
    position_for,
    remedies_of,
    runs_visible_to,
    shapes_of,
)
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.asking import Asked
from trueup.web.kit.lists import list_page
from trueup.web.kit.tables import Table
from trueup.web.positions import covered, explained, remedied
from trueup.web.positions.look import LOOK, ORDER, group_head, headline, page_of, unit_of

if TYPE_CHECKING:
    from trueup.base.actor import Actor

SHOWN_SUBJECTS = 100


@page(Permission.RUNS_VIEW)
def positions(request: HttpRequest) -> HttpResponseBase:
    """All positions of the latest runs, grouped by state unless sorted otherwise."""
    actor = actor_in(request)
    outcomes = list(outcomes_visible_to(actor=actor))
    extra = {
        "outcomes": outcomes,
        "headline": headline(outcomes, sees_prices=actor.may_somewhere(Permission.PRICES_VIEW)),
        "last_run": runs_visible_to(actor=actor).first(),
        "may_run": actor.may_somewhere(Permission.RUNS_START),
        "active": "position",
    }
    arrange = partial(_by_state, actor)
    return list_page(request, POSITIONS, LOOK, template="positions/list.html", extra=extra, arrange=arrange)


def _by_state(actor: Actor, table: Table, rows: Sequence[Mapping[str, Any]], asked: Asked) -> Table:
    """The same rows under a head for each state, as long as that is the order they come in. A head counts all that
    match, not only those of this page.
    """
    column = POSITIONS.column("state")
    if asked.listing.sort != POSITIONS.order or column is None:
        return table
    matches = matching(POSITIONS, actor=actor, listing=asked.listing)
    counts = {head.identity: head.count for head in heads_of(matches, column, of=None, columns=())}
    states = {row["id"]: row["state"] for row in rows}
    groups = [
        group_head(state, [row for row in table.rows if states[row["id"]] == state], counts.get(state))
        for state in ORDER
        if state in states.values()
    ]
    return replace(table, groups=groups)


@page(Permission.RUNS_VIEW)
def position(request: HttpRequest, position_id: int) -> HttpResponse:
    """One position: both sides, every rule in order, and the subjects behind."""
    actor = actor_in(request)
    found = position_for(actor=actor, position_id=position_id)
    shapes = list(shapes_of(actor=actor, position_id=position_id))
    sees_prices = actor.may(Permission.PRICES_VIEW, found.company_id)
    context = {
        "position": found,
        "unit": unit_of(found.metric),
        "counting": page_of(found.metric),
        "waterfall": explained.waterfall_of(found, shapes),
        "rules": explained.rules_table(found),
        "shapes": explained.shapes_table(shapes, position_id),
        "covers": covered.covers_table(covers_of(actor=actor, position_id=position_id)),
        "remedies": remedied.remedies_table(remedies_of(actor=actor, position=found), found),
        "choice": covered.choice_of(found, sees_prices=sees_prices),
        "assumptions": explained.assumptions(found),
        "figures": explained.figures(found, sees_prices=sees_prices),
        "history": explained.history(history_of(actor=actor, position=found)),
        "parameters": found.parameters,
        "may_export": actor.may(Permission.EXPORTS_RUN, found.company_id),
        "active": "position",
    }
    return render(request, "positions/position.html", context)


@page(Permission.RUNS_VIEW)
def subjects(request: HttpRequest, position_id: int) -> HttpResponse:
    """The devices and people behind a position or one of its shapes, from the frozen facts of its run."""
    actor = actor_in(request)
    found = position_for(actor=actor, position_id=position_id)
    shape = request.GET.get("shape", "")
    shape_id = int(shape) if shape.isdigit() else None
    members = behind(
        actor=actor, position_id=position_id, home=settings.HOME, shape_id=shape_id, limit=SHOWN_SUBJECTS
    )
    context = {
        "position": found,
        "table": explained.subjects_table(members),
        "most": SHOWN_SUBJECTS,
        "active": "position",
    }
    return render(request, "positions/subjects.html", context)


@page(Permission.RUNS_START, methods=("POST",))
def run(request: HttpRequest) -> HttpResponse:
    """Ask for a run over what is in view: one company, or all of them."""
    actor = actor_in(request)
    companies = actor.companies(Permission.RUNS_START)
    chosen: list[int | None] = [None] if companies is None else [*sorted(companies)]
    for company_id in chosen:
        start_run(actor=actor, company_id=company_id, as_of=timezone.localdate(), at=timezone.now())
    messages.success(request, _("The run has been asked for; its result stands here when it is done."))
    return redirect("positions")
