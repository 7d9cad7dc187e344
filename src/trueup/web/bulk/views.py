"""A list of holders: written, looked at row by row, carried out. Every step reads the list again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.bulk import assign_list, plan_assign_list, plan_release_list, release_list
from trueup.assignments.chosen.giving import ASSIGN_ROWS, RELEASE_ROWS
from trueup.assignments.outcomes import Listing, Mode
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Problem
from trueup.jobs.actions import ask_job, send_job
from trueup.jobs.deeds import AT_ONCE_ROWS, Row
from trueup.licences.metrics import noun
from trueup.licences.queries import licence_for
from trueup.web.bulk.forms import CarryOutForm, ListForm
from trueup.web.bulk.look import ROWS_SHOWN, counted, done_words, rows_table
from trueup.web.bulk.reading import text_of, wishes_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import REFUSED, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trueup.assignments.naming import Wish
    from trueup.jobs.models import Job
    from trueup.licences.queries import LicenceOnDay

BOTH = ("GET", "HEAD", "POST")


@page(Permission.ASSIGNMENTS_CHANGE, methods=BOTH)
def write_list(request: HttpRequest, licence_id: int, verb: str) -> HttpResponse:
    """Paste a list or choose a file; posting shows what would become of each row."""
    licence = _licence(request, int(licence_id))
    again = "again" in request.POST
    form = ListForm(
        None if request.method != "POST" or again else request.POST,
        request.FILES or None,
        initial=request.POST.dict() if again else {"units": 1},
    )
    status = 200
    if request.method == "POST" and not again:
        status = REFUSED
        if form.is_valid():
            try:
                return _preview(request, licence, verb, _said(form))
            except (NotFound, NotAllowed):
                raise
            except Problem as problem:
                refuse(form, problem)
                status = problem.status
    return render(request, "bulk/list.html", {**_context(licence, verb), "form": form}, status=status)


@page(Permission.ASSIGNMENTS_CHANGE, methods=("POST",))
def carry_out(request: HttpRequest, licence_id: int, verb: str) -> HttpResponse:
    """Do it, all or the rest; a refusal shows the rows as they stand now."""
    licence = _licence(request, int(licence_id))
    form = CarryOutForm(request.POST)
    if not form.is_valid():
        return redirect("bulk_list", licence.pk, verb)
    said = form.cleaned_data
    if len(wishes := wishes_of(said["list"], units=said["units"])) > AT_ONCE_ROWS:
        return redirect("job", _sent(request, licence, verb, said, wishes).pk)
    act = assign_list if verb == "assign" else release_list
    try:
        done = act(
            actor=actor_in(request),
            licence_id=licence.pk,
            wishes=wishes,
            mode=Mode(said["mode"]),
            at=timezone.now(),
            on=timezone.localdate(),
            reason=said["reason"],
        )
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        return _preview(request, _licence(request, licence.pk), verb, said, problem)
    if done.batch_id is None:
        return _preview(request, _licence(request, licence.pk), verb, said)
    undo = reverse("bulk_undo", args=[licence.pk, done.batch_id])
    messages.success(request, done_words(verb, len(done.finished), done.units), extra_tags=f"undo:{undo}")
    return redirect("bulk_result", licence.pk, done.batch_id)


def _sent(
    request: HttpRequest, licence: LicenceOnDay, verb: str, said: dict[str, Any], wishes: Sequence[Wish]
) -> Job:
    """A list too long to wait for becomes a job of the worker's."""
    given = [{"name": wish.name, "units": wish.units, "kind": wish.kind} for wish in wishes]
    job = ask_job(
        actor=actor_in(request),
        company_id=licence.company_id,
        deed=ASSIGN_ROWS if verb == "assign" else RELEASE_ROWS,
        rows=[Row(wish.row, None, one) for wish, one in zip(wishes, given, strict=True)],
        at=timezone.now(),
        given={"licence_id": licence.pk, "reason": said["reason"]},
        label=licence.product.name,
        all_or_nothing=said["mode"] == "all",
    )
    send_job(job_id=job.pk)
    return job


def _licence(request: HttpRequest, licence_id: int) -> LicenceOnDay:
    return licence_for(
        actor=actor_in(request),
        licence_id=licence_id,
        on=timezone.localdate(),
        permission=Permission.ASSIGNMENTS_CHANGE,
    )


def _said(form: ListForm) -> dict[str, Any]:
    """The list as text, from the file where one was chosen; its units and reason."""
    said = form.cleaned_data
    text = text_of(said["file"]) if said["file"] else said["list"]
    if not text.strip():
        raise InvalidValue.of("list", _("Paste a list, or choose a file."))
    return {"list": text, "units": said["units"] or 1, "reason": said["reason"], "mode": "fill"}


def _preview(
    request: HttpRequest,
    licence: LicenceOnDay,
    verb: str,
    said: dict[str, Any],
    problem: Problem | None = None,
) -> HttpResponse:
    """What becomes of each row today."""
    wishes = wishes_of(said["list"], units=said["units"])
    plan = _plan(request, licence.pk, verb, wishes)
    rows = [item.as_row() for item in plan.items]
    context = {
        **_context(licence, verb),
        "said": said,
        "plan": plan,
        "ready": len(plan.ready),
        "total": len(rows),
        "table": rows_table(rows),
        "counts": counted(rows),
        "shown": ROWS_SHOWN,
        "problem": problem,
    }
    return render(request, "bulk/check.html", context, status=problem.status if problem else 200)


def _plan(request: HttpRequest, licence_id: int, verb: str, wishes: Any) -> Listing:
    actor = actor_in(request)
    if verb == "assign":
        return plan_assign_list(actor=actor, licence_id=licence_id, wishes=wishes, on=timezone.localdate())
    return plan_release_list(actor=actor, licence_id=licence_id, wishes=wishes)


def _context(licence: LicenceOnDay, verb: str) -> dict[str, Any]:
    return {"licence": licence, "verb": verb, "noun": noun(licence.metric), "active": "licences"}
