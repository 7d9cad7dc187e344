"""Tickets: the list, one with its errands, and the desk of a company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.alerts.desk_lines import ABOUT
from trueup.base.access import Permission
from trueup.tenancy.queries import companies_visible_to, company_for
from trueup.tickets.actions import DeskTerms, retry_errands, set_up_desk, withdraw_desk
from trueup.tickets.columns import TICKETS
from trueup.tickets.queries import desk_for, errands_of, ticket_for
from trueup.vault.plain import Plain
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trueup.tickets.models import Errand

BOTH = ("GET", "HEAD", "POST")
COMPANIES_SHOWN = 50
SYSTEMS = (("request_tracker", "Request Tracker"), ("roundup", "Roundup"))
STATES: Mapping[str, tuple[Any, str, str]] = {
    "waiting": (gettext_lazy("Waiting"), "warn", "clock"),
    "done": (gettext_lazy("Told"), "good", "circle-check"),
    "failed": (gettext_lazy("Given up"), "bad", "circle-alert"),
}
LOOK = Look(
    noun=gettext_lazy("tickets"),
    icon="ticket",
    placeholder=gettext_lazy("Title or number"),
    nothing_title=gettext_lazy("No tickets yet"),
    nothing_text=gettext_lazy("Once a company has a desk, what ends or is short stands there as one ticket of each kind."),
    missing={
        "remote_id": gettext_lazy("not opened yet"), "closed_at": gettext_lazy("open"), "trouble": gettext_lazy("none"),
    },
    special={"title": Special("text", lambda row: {"text": row["title"], "url": address_of("ticket", row["id"])})},
    views=(View(gettext_lazy("All")), View(gettext_lazy("Open"), "closed_at__isnull=true")),
)  # fmt: skip


class DeskForm(forms.Form):
    """A ticket system and our account there."""

    kind = forms.ChoiceField(label=gettext_lazy("Ticket system"), choices=SYSTEMS)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Up to and without /REST or /rest; for Roundup with the name of the tracker"),
    )
    username = forms.CharField(
        label=gettext_lazy("Login"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Empty for a token of Request Tracker"),
    )
    secret = forms.CharField(
        label=gettext_lazy("Password or token"), max_length=1000, widget=forms.PasswordInput
    )
    queue = forms.CharField(
        label=gettext_lazy("Queue"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("A keyword in Roundup"),
    )
    requestor = forms.CharField(
        label=gettext_lazy("Requestor"), required=False, max_length=254, widget=forms.EmailInput
    )
    about = forms.MultipleChoiceField(
        label=gettext_lazy("Tickets about"),
        required=False,
        choices=tuple(ABOUT.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    lead_days = forms.IntegerField(
        label=gettext_lazy("Before the end"), help_text=gettext_lazy("Days before the day to decide")
    )
    instead_of_mail = forms.BooleanField(label=gettext_lazy("A ticket instead of the mail"), required=False)
    closes = forms.BooleanField(label=gettext_lazy("Close it when it is settled"), required=False)


@page(Permission.AUDIT_VIEW)
def tickets(request: HttpRequest) -> HttpResponseBase:
    """What stands at desks, latest first."""
    managed = companies_visible_to(actor=actor_in(request), permission=Permission.COMPANIES_MANAGE)
    desks = [(reverse("desk", args=[one.pk]), one.name) for one in managed[:COMPANIES_SHOWN]]
    return list_page(request, TICKETS, LOOK, template="tickets/tickets.html", extra={"desks": desks})


@page(Permission.AUDIT_VIEW)
def ticket(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """What it says now, and what was and is to be said of it."""
    actor = actor_in(request)
    found = ticket_for(actor=actor, ticket_id=ticket_id)
    errands = list(errands_of(actor=actor, ticket_id=ticket_id))
    may_manage = actor.may(Permission.COMPANIES_MANAGE, found.company_id)
    context = {
        "ticket": found, "says": _says(found.rows), "errands": _errands(errands), "active": "tickets",
        "may_retry": may_manage and any(one.state == "failed" for one in errands),
    }  # fmt: skip
    return render(request, "tickets/ticket.html", context)


def _says(rows: Iterable[list[str]]) -> Table:
    columns = [
        Column("says", _("What")),
        Column("owner", _("Owner"), low=True, missing=_("nobody")),
        Column("cost", _("Cost to close"), missing=_("unknown"), align="end"),
    ]
    shown = [{"says": says, "owner": owner or None, "cost": cost or None} for says, owner, cost in rows]
    return Table(_("What holds"), columns, rows=shown, id="says")


def _errands(errands: Iterable[Errand]) -> Table:
    columns = [
        Column("does", _("Step")),
        Column("state", _("State"), "badge"),
        Column("at", _("Since"), "moment"),
        Column("error", _("Answer"), low=True, missing=""),
    ]
    rows = []
    for one in errands:
        label, tone, icon = STATES[one.state]
        state = {"label": label, "tone": tone, "icon": icon}
        rows.append({"id": one.pk, "does": one.get_does_display(), "state": state, "at": one.created_at, "error": one.error or None})  # fmt: skip
    return Table(_("Said at the desk"), columns, rows=rows, id="errands")


@page(Permission.COMPANIES_MANAGE, methods=("POST",))
def retry(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say again what was given up."""
    retry_errands(actor=actor_in(request), ticket_id=ticket_id, at=timezone.now())
    messages.success(request, _("It is said again."))
    return redirect("ticket", ticket_id)


@page(Permission.COMPANIES_MANAGE, methods=BOTH)
def desk(request: HttpRequest, company_id: int) -> HttpResponse:
    """Where tickets of a company go. The secret is asked for each time and never shown."""
    actor = actor_in(request)
    company = company_for(actor=actor, company_id=company_id)
    found = desk_for(actor=actor, company_id=company_id)

    def act(values: Mapping[str, Any]) -> str:
        terms = DeskTerms(**{**values, "secret": Plain(values["secret"])})
        set_up_desk(actor=actor, company_id=company_id, terms=terms, at=timezone.now())
        messages.success(request, _("Saved: the next round tells the desk."))
        return reverse("tickets")

    names = [name for name in DeskForm.base_fields if name != "secret"]
    usual = {"lead_days": 60, "closes": True, "about": ["ends", "short"]}
    initial = {name: getattr(found, name) for name in names} if found is not None else usual
    context = {"company": company, "desk": found, "active": "tickets"}
    form = DeskForm(request.POST or None, initial=initial)
    return save_form(request, form, act=act, template="tickets/desk.html", context=context)


@page(Permission.COMPANIES_MANAGE, methods=("POST",))
def withdraw(request: HttpRequest, company_id: int) -> HttpResponse:
    """Tell the desk nothing any more."""
    actor = actor_in(request)
    company_for(actor=actor, company_id=company_id)
    withdraw_desk(actor=actor, company_id=company_id, at=timezone.now())
    messages.success(request, _("The desk is told nothing any more."))
    return redirect("tickets")
