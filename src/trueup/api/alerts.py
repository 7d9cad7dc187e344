"""Alerts: what is open, what would be sent, and what a company or a licence wants to be told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.alerts.actions import (
    acknowledge_alert,
    change_alert_policy,
    set_licence_alerts,
    snooze_alert,
)
from trueup.alerts.columns import ALERTS
from trueup.alerts.queries import policy_of, would_be_sent
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, revision_in

if TYPE_CHECKING:
    from trueup.alerts.models import Alert, AlertPolicy

router = Router(tags=["alerts"])
MOST_NUMBER = 2**31 - 1


class SnoozeBody(Body):
    """The day from which the alert may speak again."""

    until: date


class PolicyChange(Body):
    """Fields to change; what is not named stays. Quiet hours are given together, null for none."""

    is_on: StrictBool = True
    lead_days: list[StrictInt] = Field(default=[], max_length=20)
    interval_days: StrictInt = Field(7, le=MOST_NUMBER)
    recipients: list[str] = Field(default=[], max_length=100)
    off: list[str] = Field(default=[], max_length=20)
    digest: StrictBool = False
    quiet_from: StrictInt | None = None
    quiet_until: StrictInt | None = None
    stale_days: StrictInt = Field(30, le=MOST_NUMBER)
    reveals_an_hour: StrictInt = Field(20, le=MOST_NUMBER)


class LicenceAlertsBody(Body):
    """What a licence wants otherwise; empty lists are the company's."""

    lead_days: list[StrictInt] = Field(default=[], max_length=20)
    recipients: list[str] = Field(default=[], max_length=100)
    is_silent: StrictBool = False


@router.get("/alerts/", response=ListAnswer, summary="Open alerts")
def list_alerts(request: HttpRequest) -> HttpResponse:
    """What was told and still holds, latest first."""
    return list_answer(request, ALERTS)


@router.post("/alerts/{int:alert_id}/acknowledge/", response=dict[str, Any], summary="Acknowledge an alert")
def post_acknowledge(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Silent from now on, unless it gets worse."""
    return json_answer(
        _alert(acknowledge_alert(actor=actor_in(request), alert_id=alert_id, at=timezone.now()))
    )


@router.post("/alerts/{int:alert_id}/snooze/", response=dict[str, Any], summary="Snooze an alert")
def post_snooze(request: HttpRequest, alert_id: int, body: SnoozeBody) -> HttpResponse:
    """Silent before the day."""
    found = snooze_alert(
        actor=actor_in(request),
        alert_id=alert_id,
        until=body.until,
        on=timezone.localdate(),
        at=timezone.now(),
    )
    return json_answer(_alert(found))


@router.get("/companies/{int:company_id}/alerts/", response=dict[str, Any], summary="What a company is told")
def get_policy(request: HttpRequest, company_id: int) -> HttpResponse:
    """Lead times, recipients, quiet hours, and when the last run was."""
    return json_answer(_policy(policy_of(actor=actor_in(request), company_id=company_id)))


@router.patch(
    "/companies/{int:company_id}/alerts/", response=dict[str, Any], summary="Decide what a company is told"
)
def patch_policy(request: HttpRequest, company_id: int, body: PolicyChange) -> HttpResponse:
    """``If-Match`` with the revision (``"r3"``) refuses to overwrite somebody else's change (412)."""
    changed = change_alert_policy(
        actor=actor_in(request), company_id=company_id, changes=body.named(), revision=revision_in(request),
        at=timezone.now(),
    )  # fmt: skip
    return json_answer(_policy(changed))


@router.get(
    "/companies/{int:company_id}/alerts/preview/", response=dict[str, Any], summary="What would be sent"
)
def get_preview(request: HttpRequest, company_id: int) -> HttpResponse:
    """What the next run would tell, to whom and why. Nothing is sent and nothing stored."""
    notices = would_be_sent(
        actor=actor_in(request), company_id=company_id, on=timezone.localdate(), at=timezone.now()
    )
    results = [
        {
            "kind": one.condition.kind,
            "subject": one.condition.subject,
            "id": one.condition.subject_id,
            "says": one.condition.says,
            "to": list(one.recipients),
            "why": one.why,
        }
        for one in notices
    ]
    return json_answer({"results": results, "next": None, "count": len(results)})


@router.put("/licences/{int:licence_id}/alerts/", response=dict[str, Any], summary="Alerts of one licence")
def put_licence_alerts(request: HttpRequest, licence_id: int, body: LicenceAlertsBody) -> HttpResponse:
    """Lead times and recipients of its own, or silence."""
    rule = set_licence_alerts(
        actor=actor_in(request), licence_id=licence_id, lead_days=body.lead_days, recipients=body.recipients,
        is_silent=body.is_silent, at=timezone.now(),
    )  # fmt: skip
    names = ("lead_days", "recipients", "is_silent")
    return json_answer({"licence": licence_id, **{name: getattr(rule, name) for name in names}})


def _alert(found: Alert) -> dict[str, Any]:
    names = ("id", "kind", "subject", "subject_id", "says", "term", "told_at", "acknowledged_at", "acknowledged_by", "snoozed_until")  # fmt: skip
    return {name: getattr(found, name) for name in names}


def _policy(found: AlertPolicy) -> dict[str, Any]:
    names = (*PolicyChange.model_fields, "last_run_at", "revision")
    return {"company": found.company_id, **{name: getattr(found, name) for name in names}}
