"""Saved reports: saving, sharing, sending by schedule, links for who does not sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.problems import Problem
from trueup.reports.actions import (
    ReportTerms,
    change_saved_report,
    end_schedule,
    revoke_link,
    save_report,
    schedule_report,
    share_report,
    withdraw_report,
)
from trueup.reports.library.register import report_named
from trueup.reports.queries import links_of, may_change_report, saved_report_for, schedule_for, schedules_of
from trueup.reports.sending import saved_table, send_report_now
from trueup.tenancy.queries import companies_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import REFUSED, refuse, save_form
from trueup.web.reports.forms import ChangeForm, LinkForm, SaveForm, ScheduleForm

if TYPE_CHECKING:
    from trueup.reports.models import SavedReport

SEEN, SENDS = Permission.LICENCES_VIEW, Permission.EXPORTS_RUN
BOTH = ("GET", "HEAD", "POST")


@page(SEEN, methods=BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Save a report with what it is asked."""
    actor = actor_in(request)
    key, query = request.GET.get("report", ""), request.GET.get("query", "")
    if not key:
        return redirect("reports")
    report = report_named(actor=actor, key=key)
    form = SaveForm(request.POST or None, initial={"name": str(report.title)})
    companies = companies_visible_to(actor=actor, permission=report.view).order_by("name")
    form.offer_companies(list(companies.values_list("id", "name")))

    def act(values: Mapping[str, Any]) -> str:
        terms = ReportTerms(values["name"], key, query, values["is_shared"])
        now, today = timezone.now(), timezone.localdate()
        made = save_report(actor=actor, company_id=values["company"], terms=terms, at=now, on=today)
        messages.success(request, _("Report saved"))
        return reverse("saved_report", args=[made.pk])

    back = f"{reverse('report', args=[key])}?{query}" if query else reverse("report", args=[key])
    context = {
        "title": _("Save report"), "meta": report.title, "verb": _("Save report"), "back": back,
        "trail": [(_("Reports"), reverse("reports")), (report.title, back)], "active": "reports",
    }  # fmt: skip
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(SEEN)
def saved_report(request: HttpRequest, saved_id: int) -> HttpResponse:
    """One saved report: what it is asked, who gets it when, and which links show it."""
    saved = saved_report_for(actor=actor_in(request), saved_id=saved_id)
    return _shown(request, saved)


def _shown(request: HttpRequest, saved: SavedReport, *, address: str = "", status: int = 200) -> HttpResponse:
    actor, now = actor_in(request), timezone.now()
    report = report_named(actor=actor, key=saved.report)
    query = "&".join(filter(None, (saved.query, f"company={saved.company_id}")))
    table = saved_table(actor=actor, saved=saved, on=timezone.localdate())
    context = {
        "saved": saved,
        "report": report,
        "filters": [*table.filters, *([(_("Columns"), _columns(table))] if report.takes_columns else [])],
        "open_url": f"{reverse('report', args=[saved.report])}?{query}",
        "schedules": list(schedules_of(actor=actor, saved_id=saved.pk)),
        "links": list(links_of(actor=actor, saved_id=saved.pk, at=now)),
        "may_change": may_change_report(actor=actor, saved=saved),
        "may_send": actor.may(SENDS, saved.company_id) and not actor.read_only,
        "is_owner": actor.may(Permission.COMPANIES_MANAGE, saved.company_id),
        "me": actor.user_id,
        "address": address,
        "active": "reports",
    }  # fmt: skip
    return render(request, "reports/saved.html", context, status=status)


def _columns(table: Any) -> str:
    return ", ".join(column.title for column in table.columns)


@page(SEEN, methods=BOTH)
def change(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Rename it, share it, or take it back to oneself."""
    actor = actor_in(request)
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    form = ChangeForm(request.POST or None, initial={"name": saved.name, "is_shared": saved.is_shared})

    def act(values: Mapping[str, Any]) -> str:
        change_saved_report(
            actor=actor, saved_id=saved.pk, changes=values, at=timezone.now(), on=timezone.localdate()
        )
        messages.success(request, _("Report saved"))
        return reverse("saved_report", args=[saved.pk])

    return save_form(request, form, act=act, template="kit/form_page.html", context=_form_context(saved, _("Change the report"), _("Save")))  # fmt: skip


@page(SENDS, methods=BOTH)
def schedule(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Send it by mail from the next period on."""
    actor = actor_in(request)
    saved = saved_report_for(actor=actor, saved_id=saved_id)

    def act(values: Mapping[str, Any]) -> str:
        schedule_report(actor=actor, saved_id=saved.pk, at=timezone.now(), on=timezone.localdate(), **values)
        messages.success(request, _("It will be sent."))
        return reverse("saved_report", args=[saved.pk])

    form = ScheduleForm(request.POST or None)
    return save_form(request, form, act=act, template="kit/form_page.html", context=_form_context(saved, _("Send by mail"), _("Send it so")))  # fmt: skip


@page(SENDS, methods=BOTH)
def share(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Make an address for who does not sign in; it is shown this once."""
    actor = actor_in(request)
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    form, status = LinkForm(request.POST or None), 200
    if request.method == "POST":
        status = REFUSED
        if form.is_valid():
            try:
                _link, secret = share_report(
                    actor=actor, saved_id=saved.pk, at=timezone.now(), **form.cleaned_data
                )
            except Problem as problem:
                refuse(form, problem)
                status = problem.status
            else:
                address = request.build_absolute_uri(reverse("shared_report", args=[secret]))
                answer = _shown(request, saved, address=address)
                answer["Cache-Control"] = "no-store"
                return answer
    context = _form_context(saved, _("Share by a link"), _("Make a link"))
    return render(request, "kit/form_page.html", {**context, "form": form}, status=status)


@page(SEEN, methods=("POST",))
def withdraw(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Delete it, with its schedules and links."""
    withdraw_report(actor=actor_in(request), saved_id=saved_id, at=timezone.now())
    messages.success(request, _("Report deleted"))
    return redirect("reports")


@page(SENDS, methods=("POST",))
def send_now(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Send what the schedule would, now."""
    job = send_report_now(actor=actor_in(request), schedule_id=schedule_id, at=timezone.now())
    return redirect("job", job.pk)


@page(SEEN, methods=("POST",))
def end(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Send it no more."""
    actor = actor_in(request)
    saved_id = schedule_for(actor=actor, schedule_id=schedule_id).saved_id
    end_schedule(actor=actor, schedule_id=schedule_id, at=timezone.now())
    messages.success(request, _("It is sent no more."))
    return redirect("saved_report", saved_id)


@page(SEEN, methods=("POST",))
def revoke(request: HttpRequest, saved_id: int, link_id: int) -> HttpResponse:
    """Let a link lead nowhere."""
    revoke_link(actor=actor_in(request), link_id=link_id, at=timezone.now())
    messages.success(request, _("The link leads nowhere from now on."))
    return redirect("saved_report", saved_id)


def _form_context(saved: SavedReport, title: str, verb: str) -> dict[str, Any]:
    back = reverse("saved_report", args=[saved.pk])
    trail = [(_("Reports"), reverse("reports")), (saved.name, back)]
    return {
        "title": title,
        "meta": saved.name,
        "verb": verb,
        "back": back,
        "trail": trail,
        "active": "reports",
    }
