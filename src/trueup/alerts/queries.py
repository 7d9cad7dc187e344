"""Reading alerts and policies, and the preview of what would be sent."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from trueup.alerts.models import Alert, AlertPolicy
from trueup.alerts.telling import Notice, look_round
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.tenancy.queries import company_for


def alerts_visible_to(*, actor: Actor) -> QuerySet[Alert]:
    """Alerts that are open."""
    rows: QuerySet[Alert] = Alert.objects.visible_to(actor, Permission.LICENCES_VIEW)
    return rows.filter(closed_at=None)


def alert_for(*, actor: Actor, alert_id: int) -> Alert:
    """One open alert."""
    found = alerts_visible_to(actor=actor).filter(pk=alert_id).first()
    if found is None:
        raise NotFound(_("There is no open alert %(id)s.") % {"id": alert_id})
    return found


def policy_of(*, actor: Actor, company_id: int) -> AlertPolicy:
    """A company's policy; as it comes where none was ever changed."""
    company_for(actor=actor, company_id=company_id)
    rows = AlertPolicy.objects.visible_to(actor, Permission.LICENCES_VIEW)
    actor.require(Permission.LICENCES_VIEW, company_id)
    return rows.filter(company_id=company_id).first() or AlertPolicy(company_id=company_id)


def would_be_sent(*, actor: Actor, company_id: int, on: date, at: datetime) -> tuple[Notice, ...]:
    """What the next run would tell, to whom and why; stores nothing."""
    policy = policy_of(actor=actor, company_id=company_id)
    return look_round(actor=actor, policy=policy, on=on, at=at).notices


def last_round(*, actor: Actor) -> datetime | None:
    """When the company that waits longest was looked at last; nothing before the first time."""
    rows = AlertPolicy.objects.visible_to(actor, Permission.LICENCES_VIEW)
    return rows.aggregate(last=Min("last_run_at"))["last"]  # type: ignore[no-any-return]  # a moment, or nothing
