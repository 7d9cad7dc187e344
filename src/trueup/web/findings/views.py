"""What is to be settled: all of it, what is over- or under-licensed, one finding, and what was muted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from trueup.base.access import Permission
from trueup.base.registers import Register
from trueup.compliance.columns import FINDINGS, MUTES, OVER_LICENSED, UNDER_LICENSED
from trueup.compliance.queries import finding_for, mutes_of, mutes_visible_to
from trueup.web.findings import look
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import Look
from trueup.web.kit.lists import list_page
from trueup.web.positions.look import unit_of

if TYPE_CHECKING:
    from decimal import Decimal

    from trueup.base.actor import Actor
    from trueup.compliance.finding_tables import Finding


@page(Permission.RUNS_VIEW)
def findings(request: HttpRequest) -> HttpResponseBase:
    """Everything open that does not rest today, dearest first."""
    return _listed(request, FINDINGS, look.FINDINGS)


@page(Permission.RUNS_VIEW)
def over_licensed(request: HttpRequest) -> HttpResponseBase:
    """Licences with fewer units in use than the company's share (C-035, C-036)."""
    return _listed(request, OVER_LICENSED, look.OVER)


@page(Permission.RUNS_VIEW)
def under_licensed(request: HttpRequest) -> HttpResponseBase:
    """Products of which more is required than owned (C-038)."""
    return _listed(request, UNDER_LICENSED, look.UNDER)


def _listed(request: HttpRequest, register: Register, how: Look) -> HttpResponseBase:
    extra = {"active": "findings", "here": register.name}
    return list_page(
        request, register, how, template="findings/list.html", extra=extra, on=timezone.localdate()
    )


@page(Permission.RUNS_VIEW)
def mutes(request: HttpRequest) -> HttpResponseBase:
    """What was muted, until when and why, with the way to hear of it again."""
    actor = actor_in(request)
    standing = [
        one for one in mutes_visible_to(actor=actor)[:50] if actor.may(Permission.RUNS_START, one.company_id)
    ]
    extra = {"active": "findings", "here": MUTES.name, "liftable": standing}
    return list_page(request, MUTES, look.MUTES, template="findings/list.html", extra=extra)


@page(Permission.RUNS_VIEW)
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding: what it is about, its money, who answers for it, and what is behind."""
    actor = actor_in(request)
    found = finding_for(actor=actor, finding_id=finding_id)
    may_change = actor.may(Permission.RUNS_START, found.company_id) and found.closed_at is None
    context = {
        "finding": found,
        "unit": unit_of(found.metric),
        "cost": _amount(actor, found, found.money),
        "spared": _amount(actor, found, found.saving),
        "records": look.records_table(actor, found) if found.records else None,
        "mutes": mutes_of(actor=actor, finding=found, on=timezone.localdate()),
        "may_change": may_change,
        "active": "findings",
    }
    return render(request, "findings/finding.html", context)


def _amount(actor: Actor, found: Finding, amount: Decimal | None) -> tuple[Decimal, str] | None:
    """Money as the page shows it; nothing where it is not known or may not be seen."""
    if amount is None or not actor.may(Permission.PRICES_VIEW, found.company_id):
        return None
    return amount, found.currency
