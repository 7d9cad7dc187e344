"""Reviews: the list, one with its rows and decisions, the dry run with its approval, closing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.base.selection import Selection, chosen_rows
from trueup.reviews.actions import (
    approve_releases,
    close_review,
    decide_rows,
    look_at_releases,
    open_review,
    quarter_of,
)
from trueup.reviews.columns import REVIEW_ROWS, REVIEWS
from trueup.reviews.queries import counts_of, releases_of, review_for, rows_to_decide, sections_of
from trueup.reviews.releasing import release_reviewed, rule_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.figures import units
from trueup.web.kit.lists import list_page
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table
from trueup.web.reviews.looks import REVIEWS_LOOK, ROWS_LOOK

if TYPE_CHECKING:
    from trueup.reviews.models import Review

SEEN, KEEPS = Permission.LICENCES_VIEW, Permission.LICENCES_CHANGE
BOTH = ("GET", "HEAD", "POST")
ROWS_SHOWN = 500
KINDS = REVIEWS.column("kind").choices  # type: ignore[union-attr]  # the register has it
VERBS = (
    ("keep", gettext_lazy("Keep"), "check"),
    ("release", gettext_lazy("Release"), "rotate-ccw"),
    ("ask", gettext_lazy("Ask"), "circle-question-mark"),
)


class OpenForm(forms.Form):
    """What kind of review, its name, and how long there is to decide."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=KINDS, help_text=gettext_lazy("In an access review each person's manager decides."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    days = forms.IntegerField(
        label=gettext_lazy("Due after"),
        initial=30,
        min_value=1,
        max_value=3650,
        help_text=gettext_lazy("Days"),
    )
    idle_days = forms.IntegerField(
        label=gettext_lazy("Not used for"), initial=90, min_value=1, max_value=3650,
        help_text=gettext_lazy("Days after which a release is proposed"),
    )  # fmt: skip


@page(SEEN)
def reviews(request: HttpRequest) -> HttpResponseBase:
    """All of them, open ones with what waits."""
    extra = {"may_open": actor_in(request).may_somewhere(KEEPS), "active": "reviews"}
    return list_page(request, REVIEWS, REVIEWS_LOOK, template="reviews/list.html", extra=extra)


@page(KEEPS, methods=BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Freeze what is held today."""
    back = reverse("reviews")
    company, choice = choose_for(request, KEEPS, title=_("Open a review"), back=back)
    if company is None:
        return choice
    actor, today = actor_in(request), timezone.localdate()

    def act(values: Mapping[str, Any]) -> str:
        made = open_review(actor=actor, company_id=company.pk, at=timezone.now(), on=today, **values)
        messages.success(request, _("Review opened"))
        return reverse("review", args=[made.pk])

    context = {
        "title": _("Open a review"), "meta": company.name, "verb": _("Open it"), "back": back,
        "trail": [(_("Reviews"), back)], "active": "reviews",
    }  # fmt: skip
    form = OpenForm(request.POST or None, initial={"name": quarter_of(today)})
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(SEEN)
def review(request: HttpRequest, review_id: int) -> HttpResponseBase:
    """One review: what waits in each section, and its rows to be decided."""
    actor = actor_in(request)
    found = review_for(actor=actor, review_id=review_id)
    counts = counts_of(review=found)
    may_decide = found.closed_at is None and rows_to_decide(actor=actor, review=found).exists()
    extra: dict[str, Any] = {
        "review": found,
        "sections": [(label, counts[key]) for key, label in sections_of(counts=counts)],
        "may_decide": may_decide,
        "may_keep": actor.may(KEEPS, found.company_id),
        "active": "reviews",
    }
    if may_decide:
        extra["bulk"] = {
            "label": _("Decisions about the chosen rows"), "back": request.get_full_path(), "query": "",
            "actions": [
                {"label": label, "icon": icon, "url": reverse("review_decide", args=[found.pk, key])}
                for key, label, icon in VERBS
            ],
        }  # fmt: skip
    return list_page(
        request,
        replace(REVIEW_ROWS, title=found.name),
        ROWS_LOOK,
        template="reviews/review.html",
        extra=extra,
        review_id=found.pk,
    )


@page(SEEN, methods=("POST",))
def decide(request: HttpRequest, review_id: int, decision: str) -> HttpResponse:
    """Decide the chosen rows."""
    actor = actor_in(request)
    found = review_for(actor=actor, review_id=review_id)
    sent = request.POST
    ids = tuple(int(one) for one in sent.getlist("selected") if one.isascii() and one.isdigit())
    selection = Selection(ids, sent.get("query", ""), everything=sent.get("all") == "1")
    try:
        rows = chosen_rows(REVIEW_ROWS, actor=actor, selection=selection, review_id=found.pk)
        number = decide_rows(
            actor=actor, review_id=found.pk, decision=decision, row_ids=[pk for pk, _company in rows],
            note=sent.get("note", ""), at=timezone.now(),
        )  # fmt: skip
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        words = ngettext("%(n)s row decided", "%(n)s rows decided", number) % {"n": units(number)}
        messages.success(request, words)
    return redirect(_back(request, found))


@page(SEEN)
def releases(request: HttpRequest, review_id: int) -> HttpResponse:
    """What would be released, by which rule; approved as it stands here, then carried out."""
    actor = actor_in(request)
    found = review_for(actor=actor, review_id=review_id)
    rows = releases_of(review=found)
    number = rows.count()
    context = {
        "review": found,
        "table": _table(found, rows[:ROWS_SHOWN]),
        "number": number,
        "shown": ROWS_SHOWN,
        "is_approved": bool(number and found.approved_hash and found.approved_hash == found.dry_hash),
        "may_keep": actor.may(KEEPS, found.company_id) and found.closed_at is None,
        "active": "reviews",
    }
    return render(request, "reviews/releases.html", context)


def _table(found: Review, rows: Any) -> Table:
    columns = [
        Column("holder", _("Holder")), Column("product", _("Product")), Column("units", _("Units"), "number"),
        Column("rule", _("Rule")), Column("used_on", _("Last seen in use"), "day", missing=_("not known")),
        Column("by", _("Decided by"), low=True),
    ]  # fmt: skip
    cells = [
        {
            "id": row.pk,
            "holder": row.holder,
            "product": row.product,
            "units": row.units,
            "rule": rule_of(found, row.section),
            "used_on": row.used_on,
            "by": row.decided_by,
        }
        for row in rows
    ]
    return Table(_("Would be released"), columns, rows=cells, id="releases")


@page(KEEPS, methods=("POST",))
def look(request: HttpRequest, review_id: int) -> HttpResponse:
    """The dry run."""
    look_at_releases(actor=actor_in(request), review_id=review_id, at=timezone.now())
    return redirect("review_releases", review_id)


@page(KEEPS, methods=("POST",))
def approve(request: HttpRequest, review_id: int) -> HttpResponse:
    """Approve what was looked at."""
    return _done(
        request, "review_releases", review_id, _("Approved"),
        lambda: approve_releases(
            actor=actor_in(request), review_id=review_id, seen=request.POST.get("seen", ""), at=timezone.now()
        ),
    )  # fmt: skip


@page(KEEPS, methods=("POST",))
def release(request: HttpRequest, review_id: int) -> HttpResponse:
    """Carry out what was approved."""
    return _done(
        request, "review", review_id, _("The releases are under way: Jobs says how far."),
        lambda: release_reviewed(actor=actor_in(request), review_id=review_id, at=timezone.now()),
    )  # fmt: skip


@page(KEEPS, methods=("POST",))
def close(request: HttpRequest, review_id: int) -> HttpResponse:
    """Close it with a record."""
    return _done(
        request, "review", review_id, _("Review closed"),
        lambda: close_review(actor=actor_in(request), review_id=review_id, at=timezone.now()),
    )  # fmt: skip


def _done(request: HttpRequest, view: str, review_id: int, words: str, act: Any) -> HttpResponse:
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, words)
    return redirect(view, review_id)


def _back(request: HttpRequest, found: Review) -> str:
    wanted = request.POST.get("back", "")
    known = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if known and wanted.startswith("/") else reverse("review", args=[found.pk])
