"""Doing something to everything chosen in a list: its parameters, a look at the effect, then it is done or sent off.

The browser sends ticked ids or the list's own query, never the ids of all that match; they are found anew at every step,
and what was looked at is what is done, or it is shown again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from trueup.assignments.chosen.register import DEEDS
from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.base.selection import NothingChosen, Selection, chosen_rows, mark_of
from trueup.jobs.actions import ask_job, send_job
from trueup.jobs.deeds import AT_ONCE_ROWS, Answers, Row, Scene
from trueup.jobs.running import run_job
from trueup.tenancy.queries import companies_visible_to
from trueup.web.bulk.choosing import ChosenForm
from trueup.web.bulk.offers import Chosen, Offer, chosen_in, form_of
from trueup.web.gate import page
from trueup.web.jobs.look import answers_table
from trueup.web.jobs.words import done_words
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import refuse

ANSWERED_BY = 10_000
"""Ids a browser may tick at once: far more than a page shows."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A request taken apart: which list, which deed, and which rows of one company."""

    request: HttpRequest
    name: str
    chosen: Chosen
    offer: Offer
    selection: Selection
    company_id: int
    ids: Sequence[int]

    @property
    def back(self) -> str:
        """The list as it was when things were chosen."""
        return _back(self.request, self.chosen)

    def rows(self) -> list[Row]:
        """The chosen things as a deed takes them."""
        return [Row(position, pk) for position, pk in enumerate(self.ids, start=1)]

    def context(self) -> dict[str, Any]:
        """What every page of the way repeats."""
        return {
            "offer": self.offer,
            "chosen": self.chosen,
            "selection": self.selection,
            "company_id": self.company_id,
            "total": len(self.ids),
            "back": self.back,
            "active": self.chosen.view,
        }


@page(Permission.COMPANIES_VIEW, methods=("POST",))
def chosen(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """The next step of the way; each is the answer to a form and works without script."""
    listed = chosen_in(name)
    offer = listed.offer(key)
    selection = _selection(request)
    actor = actor_in(request)
    try:
        found = chosen_rows(listed.register, actor=actor, selection=selection, **listed.rows_arguments())
    except NothingChosen as nothing:
        messages.error(request, nothing.detail)
        return redirect(_back(request, listed))
    companies = _companies(request, offer, found)
    if len(companies) > 1:
        return _choose_company(request, listed, offer, selection, companies)
    [company_id] = companies
    ids = [pk for pk, company in found if company == company_id]
    return _step(Asking(request, name, listed, offer, selection, company_id, ids))


def _selection(request: HttpRequest) -> Selection:
    ticked = [int(one) for one in request.POST.getlist("selected")[:ANSWERED_BY] if one.isdigit()]
    everything = request.POST.get("all") == "1"
    return Selection(() if everything else tuple(ticked), request.POST.get("query", ""), everything)


def _back(request: HttpRequest, listed: Chosen) -> str:
    given = request.POST.get("back", "")
    is_ours = given.startswith("/") and url_has_allowed_host_and_scheme(given, None)
    return given if is_ours else reverse(listed.view)


def _companies(request: HttpRequest, offer: Offer, found: Sequence[tuple[int, int]]) -> Counter[int]:
    """How many rows of which company; only where the actor may do it, and only the one it was narrowed to."""
    actor = actor_in(request)
    counts = Counter(company for _, company in found if actor.may(offer.deed.permission, company))
    if not counts:
        actor.require(offer.deed.permission, found[0][1])
    narrowed = request.POST.get("company", "")
    if narrowed.isdigit() and int(narrowed) in counts:
        return Counter({int(narrowed): counts[int(narrowed)]})
    return counts


def _choose_company(
    request: HttpRequest, listed: Chosen, offer: Offer, selection: Selection, companies: Counter[int]
) -> HttpResponse:
    """One step changes things of one company: which?"""
    names = companies_visible_to(actor=actor_in(request)).filter(pk__in=list(companies)).order_by("name")
    context = {
        "offer": offer,
        "chosen": listed,
        "selection": selection,
        "back": _back(request, listed),
        "companies": [(one.pk, one.name, companies[one.pk]) for one in names],
        "active": listed.view,
    }
    return render(request, "bulk/chosen_company.html", context)


def _step(asking: Asking) -> HttpResponse:
    """Parameters, look, or do: as far as what was said allows."""
    request, offer = asking.request, asking.offer
    step = request.POST.get("step", "")
    said = request.POST if step or not offer.form.asks else None
    form = form_of(offer, actor=actor_in(request), company_id=asking.company_id, given=said)
    if step == "find" or not form.is_bound:
        return _ask(asking, form)
    if not form.is_valid():
        return _ask(asking, form, 422)
    try:
        given = form.parameters()
        if step == "do" and request.POST.get("seen") == mark_of(asking.ids):
            return _do(asking, given)
        return _look(asking, form, given, changed=step == "do")
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        refuse(form, problem)
        return _ask(asking, form, problem.status)


def _ask(asking: Asking, form: ChosenForm, status: int = 200) -> HttpResponse:
    context = {**asking.context(), "form": form}
    if asking.request.POST.get("step") == "find":
        form.errors.clear()
    return render(asking.request, "bulk/chosen_form.html", context, status=status)


def _look(asking: Asking, form: ChosenForm, given: Mapping[str, Any], *, changed: bool) -> HttpResponse:
    """The effect on each row today. Nothing is stored."""
    at = timezone.now()
    scene = Scene(actor_in(asking.request), asking.company_id, at, timezone.localdate(), given)
    answers = asking.offer.deed.look(scene, asking.rows())
    context = {
        **asking.context(),
        "form": form,
        "said": [(name, asking.request.POST.get(name, "")) for name in form.fields],
        "seen": mark_of(asking.ids),
        "changed": changed,
        "counts": _counts(answers),
        "later": len(asking.ids) > AT_ONCE_ROWS,
        **answers_table(answers),
    }
    return render(asking.request, "bulk/chosen_look.html", context, status=409 if changed else 200)


def _counts(answers: Answers) -> dict[str, int]:
    counts = Counter(str(told.outcome) for told in answers.values())
    return {name: counts[name] for name in ("done", "unchanged", "refused")}


def _do(asking: Asking, given: Mapping[str, Any]) -> HttpResponse:
    """As a job in any case: a small one is carried out before the answer, a large one by the worker."""
    request, rows = asking.request, asking.rows()
    job = ask_job(
        actor=actor_in(request),
        company_id=asking.company_id,
        deed=asking.offer.deed,
        rows=rows,
        at=timezone.now(),
        given=given,
        label=str(asking.chosen.register.title),
        all_or_nothing=request.POST.get("mode") == "all",
    )
    if len(rows) > AT_ONCE_ROWS:
        send_job(job_id=job.pk)
        return redirect("job", job.pk)
    done = run_job(job_id=job.pk, deeds=DEEDS, clock=timezone.now)
    if done.trouble:
        messages.error(request, done.trouble)
        return redirect("job", done.pk)
    undo = f"undo:{reverse('job_undo', args=[done.pk])}" if done.done else ""
    messages.success(request, done_words(done), extra_tags=undo)
    return redirect("job", done.pk) if done.refused else redirect(asking.back)
