"""Alerts: what is open, each with acknowledging and snoozing; what would be sent; what a company is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.alerts.actions import acknowledge_alert, change_alert_policy, snooze_alert
from trueup.alerts.columns import ALERTS
from trueup.alerts.queries import alert_for, last_round, policy_of, would_be_sent
from trueup.base.access import Permission
from trueup.base.problems import NotFound
from trueup.deliveries.queries import late_deliveries
from trueup.tenancy.queries import companies_visible_to, company_for
from trueup.web.alerts.forms import PolicyForm, SnoozeForm
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Tab
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from datetime import datetime

    from trueup.alerts.telling import Notice
    from trueup.base.actor import Actor

BOTH = ("GET", "HEAD", "POST")
LATE_AFTER = timedelta(hours=3)
STUCK_AFTER = timedelta(minutes=15)
COMPANIES_SHOWN = 50
PLACES = {"licence": "licence", "product": "product", "device": "device"}

LOOK = Look(
    noun=gettext_lazy("alerts"),
    icon="circle-alert",
    placeholder=gettext_lazy("Licence or what it says"),
    nothing_title=gettext_lazy("Nothing to know"),
    nothing_text=gettext_lazy("What ends, is over-allocated, short or stale stands here as soon as it is told."),
    missing={
        "term": gettext_lazy("none"),
        "snoozed_until": gettext_lazy("no"),
        "acknowledged_by": gettext_lazy("nobody"),
    },
    special={
        "says": Special("text", lambda row: {"text": row["says"], "url": address_of("alert", row["id"])}),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Ending"), "kind=ends"),
        View(gettext_lazy("Over-allocated"), "kind=over"),
    ),
)  # fmt: skip


@page(Permission.LICENCES_VIEW)
def alerts(request: HttpRequest) -> HttpResponseBase:
    """What is open, latest first; red where the last run is old or mail does not leave (U-015)."""
    actor, at = actor_in(request), timezone.now()
    extra = {"troubles": _troubles(actor, at), "may_audit": actor.may_somewhere(Permission.AUDIT_VIEW)}
    return list_page(request, ALERTS, LOOK, template="alerts/alerts.html", extra=extra)


def _troubles(actor: Actor, at: datetime) -> list[str]:
    found = []
    last = last_round(actor=actor)
    if last is not None and at - last > LATE_AFTER:
        found.append(_("The last round was more than three hours ago: is the worker running?"))
    if actor.may_somewhere(Permission.AUDIT_VIEW) and (
        late := late_deliveries(actor=actor, before=at - STUCK_AFTER)
    ):
        found.append(_("%(n)s messages have not left. Deliveries says why.") % {"n": late})
    return found


@page(Permission.LICENCES_VIEW, methods=BOTH)
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert: what it says, to whom, and having peace until a day."""
    actor, today = actor_in(request), timezone.localdate()
    found = alert_for(actor=actor, alert_id=alert_id)

    def act(values: Mapping[str, Any]) -> str:
        snooze_alert(actor=actor, alert_id=alert_id, until=values["until"], on=today, at=timezone.now())
        messages.success(request, _("Silent until then."))
        return reverse("alerts")

    place = PLACES.get(found.subject, "")
    context = {
        "alert": found,
        "subject_url": reverse(place, args=[found.subject_id]) if place else "",
        "may_change": actor.may(Permission.LICENCES_CHANGE, found.company_id),
        "active": "alerts",
    }
    form = SnoozeForm(request.POST or None, initial={"until": today + timedelta(days=7)})
    return save_form(request, form, act=act, template="alerts/alert.html", context=context)


@page(Permission.LICENCES_VIEW, methods=("POST",))
def acknowledge(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Say that it is seen."""
    acknowledge_alert(actor=actor_in(request), alert_id=alert_id, at=timezone.now())
    messages.success(request, _("Acknowledged: silent unless it gets worse."))
    return redirect("alerts")


@page(Permission.LICENCES_VIEW)
def preview(request: HttpRequest) -> HttpResponse:
    """What the next round would send in one company; the others are a click away."""
    actor, at, on = actor_in(request), timezone.now(), timezone.localdate()
    seen = actor.companies(Permission.LICENCES_VIEW)
    companies = [
        one for one in companies_visible_to(actor=actor)[:COMPANIES_SHOWN] if seen is None or one.pk in seen
    ]
    asked = request.GET.get("company", "")
    chosen = next(
        (one for one in companies if str(one.pk) == asked), companies[0] if companies and not asked else None
    )
    if chosen is None:
        raise NotFound(_("There is no company %(company_id)s.") % {"company_id": asked})
    notices = would_be_sent(actor=actor, company_id=chosen.pk, on=on, at=at)
    may_set = actor.may(Permission.COMPANIES_MANAGE, chosen.pk)
    context = {
        "company": chosen,
        "table": _notices(notices),
        "policy_url": reverse("alert_policy", args=[chosen.pk]) if may_set else "",
        "tabs": [Tab(one.name, f"{request.path}?company={one.pk}", one.pk == chosen.pk) for one in companies],
        "active": "alerts",
    }
    return render(request, "alerts/preview.html", context)


def _notices(notices: tuple[Notice, ...]) -> Table:
    columns = [
        Column("says", _("What")),
        Column("to", _("To"), missing=_("nobody")),
        Column("why", _("Why these"), low=True, missing=_("its own")),
    ]
    rows = [
        {"says": one.condition.says, "to": ", ".join(one.recipients) or None, "why": one.why or None}
        for one in notices
    ]
    return Table(_("Would be sent"), columns, rows=rows, id="would-be-sent")


@page(Permission.COMPANIES_MANAGE, methods=BOTH)
def policy(request: HttpRequest, company_id: int) -> HttpResponse:
    """What a company is told, whom and when."""
    actor = actor_in(request)
    company = company_for(actor=actor, company_id=company_id)
    actor.require(Permission.COMPANIES_MANAGE, company_id)
    found = policy_of(actor=actor, company_id=company_id)

    def act(values: Mapping[str, Any]) -> str:
        change_alert_policy(actor=actor, company_id=company_id, changes=values, at=timezone.now())
        messages.success(request, _("Saved"))
        return reverse("alerts_preview")

    names = [*PolicyForm.base_fields]
    initial = {name: getattr(found, name) for name in names}
    initial |= {"lead_days": ", ".join(map(str, found.lead_days)), "recipients": "\n".join(found.recipients)}
    context = {
        "title": _("What is told"), "meta": company.name,
        "verb": _("Save"), "back": reverse("alerts_preview"), "trail": [(_("Alerts"), reverse("alerts"))],
        "active": "alerts",
    }  # fmt: skip
    form = PolicyForm(request.POST or None, initial=initial)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)
