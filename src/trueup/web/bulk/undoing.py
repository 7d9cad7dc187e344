"""Releasing everybody after a look, what was done before, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.moving import restore_units
from trueup.assignments.queries import assignment_for, assignments_visible_to, released_lately
from trueup.assignments.undoing import (
    bulk_batch_for,
    bulk_batches_of,
    everybody_holding,
    release_everybody,
    undo_batch,
)
from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.licences.metrics import noun
from trueup.licences.queries import licence_for
from trueup.web.bulk.look import ROWS_SHOWN, counted, done_words, rows_table
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.figures import units
from trueup.web.kit.refusals import save_form
from trueup.web.licences.forms import ReasonForm

BOTH = ("GET", "HEAD", "POST")
HOLDERS_SHOWN = 50
CHANGE = Permission.ASSIGNMENTS_CHANGE


@page(CHANGE, methods=BOTH)
def everybody(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Everybody who holds units, in numbers and by name; posting releases them, if they are still the same (R-088)."""
    actor, today = actor_in(request), timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=today, permission=CHANGE)

    def act(values: Mapping[str, Any]) -> str:
        gone, batch_id = release_everybody(
            actor=actor,
            licence_id=licence_id,
            seen=request.POST.get("seen", ""),
            at=timezone.now(),
            on=today,
            reason=values["reason"],
        )
        undo_at = reverse("bulk_undo", args=[licence_id, batch_id])
        words = done_words("release", gone.people + gone.devices, gone.units)
        messages.success(request, words, extra_tags=f"undo:{undo_at}")
        return reverse("bulk_result", args=[licence_id, batch_id])

    holders = assignments_visible_to(actor=actor).filter(licence_id=licence_id).order_by("pk")
    context = {
        "licence": licence,
        "everybody": everybody_holding(actor=actor, licence_id=licence_id),
        "holders": holders.select_related("person", "device", "location", "department")[:HOLDERS_SHOWN],
        "shown": HOLDERS_SHOWN,
        "noun": noun(licence.metric),
        "active": "licences",
    }
    form = ReasonForm(request.POST or None)
    return save_form(request, form, act=act, template="bulk/everybody.html", context=context)


@page(CHANGE)
def before(request: HttpRequest, licence_id: int) -> HttpResponse:
    """What was done in one step before, and who was released lately: each with its way back."""
    actor = actor_in(request)
    licence = licence_for(actor=actor, licence_id=licence_id, on=timezone.localdate(), permission=CHANGE)
    context = {
        "licence": licence,
        "batches": bulk_batches_of(actor=actor, licence_id=licence_id),
        "released": released_lately(actor=actor, licence_id=licence_id),
        "active": "licences",
    }
    return render(request, "bulk/before.html", context)


@page(CHANGE)
def result(request: HttpRequest, licence_id: int, batch_id: int) -> HttpResponse:
    """What a batch did, row by row, and taking it back."""
    actor = actor_in(request)
    licence = licence_for(actor=actor, licence_id=licence_id, on=timezone.localdate(), permission=CHANGE)
    batch = bulk_batch_for(actor=actor, batch_id=batch_id, licence_id=licence_id)
    rows = batch.summary.get("rows", [])
    context = {
        "licence": licence,
        "batch": batch,
        "verb": "assign" if batch.kind.endswith("assign_list") else "release",
        "table": rows_table(rows),
        "counts": counted(rows),
        "total": len(rows),
        "left_out": len(rows) - batch.summary["done"] if rows else 0,
        "shown": ROWS_SHOWN,
        "active": "licences",
    }
    return render(request, "bulk/result.html", context)


@page(CHANGE, methods=("POST",))
def undo(request: HttpRequest, licence_id: int, batch_id: int) -> HttpResponse:
    """Take a batch back, or say what stands in the way."""
    actor = actor_in(request)
    batch = bulk_batch_for(actor=actor, batch_id=batch_id, licence_id=licence_id)
    try:
        undone = undo_batch(actor=actor, batch_id=batch.pk, at=timezone.now(), on=timezone.localdate())
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        words = _("Taken back: %(n)s units. Rows changed since and left as they are: %(left)s")
        messages.success(request, words % {"n": units(undone.units), "left": units(undone.left)})
    return redirect("bulk_result", licence_id, batch_id)


@page(CHANGE, methods=("POST",))
def restore(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Take one release back: the same holder, the same units, if the rules still allow it."""
    actor = actor_in(request)
    known = assignment_for(actor=actor, assignment_id=assignment_id, permission=CHANGE)
    try:
        restore_units(actor=actor, assignment_id=assignment_id, at=timezone.now(), on=timezone.localdate())
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("The release is taken back"))
    return redirect("licence", known.licence_id)
