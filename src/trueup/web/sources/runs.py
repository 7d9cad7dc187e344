"""Asking for a run of a source, and what a run came to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.sources.actions import ask_source_run
from trueup.sources.queries import pages_kept, run_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.figures import moment
from trueup.web.kit.panels import Detail
from trueup.web.kit.tables import Column, Table
from trueup.web.sources.look import state_badge

COUNTS = {
    "people": gettext_lazy("People"),
    "new_people": gettext_lazy("People who came"),
    "changed_people": gettext_lazy("People who changed"),
    "left_people": gettext_lazy("People who left"),
    "returned_people": gettext_lazy("People who came back"),
    "devices": gettext_lazy("Devices"),
    "new_devices": gettext_lazy("New devices"),
    "opened": gettext_lazy("Installations that are new"),
    "closed": gettext_lazy("Installations that are gone"),
    "subscriptions": gettext_lazy("Subscriptions"),
    "new_subscriptions": gettext_lazy("New subscriptions"),
    "ended_subscriptions": gettext_lazy("Subscriptions that ended"),
    "seats": gettext_lazy("Seats"),
    "new_seats": gettext_lazy("New seats"),
    "ended_seats": gettext_lazy("Seats that ended"),
}


@page(Permission.INVENTORY_IMPORT, methods=("POST",))
def ask(request: HttpRequest, source_id: int) -> HttpResponse:
    """Have it read: in earnest, only to look, or again from the pages of a run."""
    replays = request.POST.get("replays", "")
    asked = ask_source_run(
        actor=actor_in(request),
        source_id=source_id,
        is_dry="dry" in request.POST,
        replays_id=int(replays) if replays.isascii() and replays.isdigit() else None,
        at=timezone.now(),
    )
    messages.success(request, _("It is read in a moment."))
    return redirect("source_run", asked.pk)


@page(Permission.INVENTORY_VIEW)
def run(request: HttpRequest, source_run_id: int) -> HttpResponse:
    """One run: what it found, what it could not read, and why it stopped."""
    actor = actor_in(request)
    found = run_for(actor=actor, run_id=source_run_id)
    kept = pages_kept(run=found)
    details = [
        Detail(_("Asked by"), found.asked_by),
        Detail(_("Began"), moment(found.started_at) or None),
        Detail(_("Ended"), moment(found.ended_at) or None),
        Detail(_("Pages"), found.pages),
        Detail(_("Rows"), found.rows),
        Detail(_("Refused"), found.rejected),
        Detail(_("Not placed"), found.unplaced),
        *(Detail(words, found.counts[name]) for name, words in COUNTS.items() if name in found.counts),
    ]
    columns = [Column("row", _("Row")), Column("reason", _("Why it cannot be read"))]
    context = {
        "run": found,
        "state": state_badge(found.state),
        "details": details,
        "rejects": Table(_("Refused rows"), columns, rows=found.rejects, id="rejects"),
        "kept": kept,
        "may_run": kept and actor.may(Permission.INVENTORY_IMPORT, found.company_id),
        "active": "sources",
    }
    return render(request, "sources/run.html", context)
