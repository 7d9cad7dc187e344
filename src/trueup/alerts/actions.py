"""Telling what is due, and what people do with alerts: acknowledge, snooze, decide what is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.alerts.deciding import after_quiet_hours
from trueup.alerts.desk_lines import goes_to_desk, tell_company_desk
from trueup.alerts.models import Alert, AlertKind, AlertPolicy, LicenceRule
from trueup.alerts.queries import alert_for, policy_of
from trueup.alerts.telling import OWNER, ROLE, Notice, look_round
from trueup.audit.actions import Happening, record, record_many
from trueup.base.access import Permission, Role
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, Stale
from trueup.deliveries.actions import Message, checked_address, owe_event, owe_mail
from trueup.licences.queries import bare_licence_for
from trueup.tenancy.queries import companies_visible_to, company_for
from trueup.tickets.models import Desk

MOST_DAYS, MOST_LEADS, MOST_RECIPIENTS = 3650, 12, 50
HOURS = 24
OF_POLICY = frozenset(
    {
        "is_on", "lead_days", "interval_days", "recipients", "off", "digest", "quiet_from", "quiet_until", "stale_days",
        "reveals_an_hour",
    }
)  # fmt: skip


def tell_alerts(*, actor: Actor, on: date, at: datetime) -> int:
    """Look round every company and tell what is due; how many things were told. Once more on the same day tells nothing new."""
    ids = list(companies_visible_to(actor=actor).order_by("pk").values_list("pk", flat=True))
    return sum(_tell_company(actor, company_id, on, at) for company_id in ids)


@transaction.atomic
def _tell_company(actor: Actor, company_id: int, on: date, at: datetime) -> int:
    """One company in one transaction, its policy locked: alerts, what is owed for them, and that it was done."""
    AlertPolicy.objects.bulk_create([AlertPolicy(company_id=company_id)], ignore_conflicts=True)
    policy = AlertPolicy.objects.select_for_update().get(company_id=company_id)
    found = look_round(actor=actor, policy=policy, on=on, at=at)
    for notice in found.notices:
        _store(notice, company_id, at)
    Alert.objects.filter(pk__in=[alert.pk for alert in found.cured]).update(closed_at=at)
    desk = None
    if policy.is_on:
        desk = tell_company_desk(
            actor=actor, company_id=company_id, conditions=found.conditions, on=on, at=at
        )
    _owe(policy, found.notices, at, desk)
    AlertPolicy.objects.filter(pk=policy.pk).update(last_run_at=at)
    told = [
        Happening("alerts.told", one.condition.subject, one.condition.subject_id, one.condition.name,
                  {"kind": one.condition.kind, "says": one.condition.says, "to": list(one.recipients)})
        for one in found.notices
    ]  # fmt: skip
    cured = [
        Happening("alerts.closed", one.subject, one.subject_id, one.name, {"kind": one.kind}) for one in found.cured
    ]  # fmt: skip
    if told or cured:
        record_many(actor=actor, company_id=company_id, at=at, happenings=[*told, *cured])
    return len(found.notices)


def _store(notice: Notice, company_id: int, at: datetime) -> None:
    one, alert = notice.condition, notice.alert
    if alert is None:
        alert = Alert(
            company_id=company_id, kind=one.kind, licence_id=one.licence_id, subject=one.subject,
            subject_id=one.subject_id, term=one.term, opened_at=at,
        )  # fmt: skip
    alert.name, alert.says, alert.level = one.name[:300], one.says, one.level
    alert.told_leads = sorted(set(alert.told_leads) | set(one.leads))
    alert.told, alert.told_at, alert.told_to = alert.told + 1, at, list(notice.recipients)
    alert.acknowledged_at, alert.acknowledged_by, alert.snoozed_until = None, "", None
    alert.save()


def _owe(policy: AlertPolicy, notices: Sequence[Notice], at: datetime, desk: Desk | None) -> None:
    """A mail for each recipient and notice, or with a digest one for each recipient; webhooks one for each notice. What
    stands in a ticket is not mailed too where the company wants it so.
    """
    due_at = after_quiet_hours(at, quiet_from=policy.quiet_from, quiet_until=policy.quiet_until)
    by_recipient: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        is_mailed = desk is None or not (desk.instead_of_mail and goes_to_desk(desk, notice.condition))
        for recipient in notice.recipients if is_mailed else ():
            by_recipient[recipient].append(notice)
        one = notice.condition
        facts = {
            "kind": one.kind, "subject": one.subject, "id": one.subject_id, "name": one.name, "says": one.says,
            "term": one.term, "level": one.level,
        }  # fmt: skip
        owe_event(company_id=policy.company_id, topic=f"alert.{one.kind}", facts=facts, at=at)
    for recipient, theirs in by_recipient.items():
        for part in [theirs] if policy.digest else [[one] for one in theirs]:
            owe_mail(
                company_id=policy.company_id, recipient=recipient, topic=_topic(part), message=message_of(part),
                at=at, due_at=due_at,
            )  # fmt: skip


def _topic(notices: Sequence[Notice]) -> str:
    return "alert.digest" if len(notices) > 1 else f"alert.{notices[0].condition.kind}"


def message_of(notices: Sequence[Notice]) -> Message:
    """What a mail says: each thing in a sentence, why it came, and how to have peace."""
    first = notices[0].condition
    subject = (
        first.says if len(notices) == 1 else _("%(n)s things to know about licences") % {"n": len(notices)}
    )
    lines = [f"{one.condition.says}\n{one.why}".strip() for one in notices]
    end = _("Acknowledge or snooze it under Alerts; what is told, to whom and when is set there too.")
    return Message(subject=subject, body="\n\n".join([*lines, end]) + "\n")


def acknowledge_alert(*, actor: Actor, alert_id: int, at: datetime) -> Alert:
    """Say that it is seen: silent from now on, unless it gets worse."""
    alert = alert_for(actor=actor, alert_id=alert_id)
    actor.require(Permission.LICENCES_CHANGE, alert.company_id)
    with transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(acknowledged_at=at, acknowledged_by=actor.name[:200])
        _note(actor, "alerts.acknowledged", alert, at)
    return alert_for(actor=actor, alert_id=alert_id)


def snooze_alert(*, actor: Actor, alert_id: int, until: date, on: date, at: datetime) -> Alert:
    """Be told nothing of it before a day."""
    alert = alert_for(actor=actor, alert_id=alert_id)
    actor.require(Permission.LICENCES_CHANGE, alert.company_id)
    if not 0 < (until - on).days <= MOST_DAYS:
        raise InvalidValue.of("until", _("Give a day from tomorrow on, at most ten years ahead."))
    with transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(snoozed_until=until)
        _note(actor, "alerts.snoozed", alert, at, until=until)
    return alert_for(actor=actor, alert_id=alert_id)


def change_alert_policy(
    *, actor: Actor, company_id: int, changes: Mapping[str, Any], at: datetime, revision: int | None = None
) -> AlertPolicy:
    """Decide what a company is told, whom, how often and at which hours."""
    company_for(actor=actor, company_id=company_id)
    actor.require(Permission.COMPANIES_MANAGE, company_id)
    changes = {name: value for name, value in changes.items() if name in OF_POLICY}
    _check_policy(changes)
    with transaction.atomic():
        AlertPolicy.objects.bulk_create([AlertPolicy(company_id=company_id)], ignore_conflicts=True)
        policy = AlertPolicy.objects.select_for_update().get(company_id=company_id)
        if revision is not None and revision != policy.revision:
            raise Stale(_("Somebody else changed this meanwhile. Load it again."))
        changed = {name: [getattr(policy, name), value] for name, value in changes.items()}
        AlertPolicy.objects.filter(pk=policy.pk).update(**changes, revision=policy.revision + 1)
        happening = Happening("alerts.policy_changed", "company", company_id, "", changed)
        record(actor=actor, company_id=company_id, at=at, happening=happening)
    return policy_of(actor=actor, company_id=company_id)


def set_licence_alerts(
    *, actor: Actor, licence_id: int, lead_days: Sequence[int], recipients: Sequence[str], at: datetime, is_silent: bool = False
) -> LicenceRule:  # fmt: skip
    """Give a licence lead times and recipients of its own, or silence; empty ones are the company's again."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.LICENCES_CHANGE)
    _check_leads(lead_days)
    values = {"lead_days": sorted(set(lead_days)), "recipients": _checked(recipients), "is_silent": is_silent}
    with transaction.atomic():
        rule, _made = LicenceRule.objects.update_or_create(
            licence=licence, company_id=licence.company_id, defaults=values
        )
        happening = Happening("alerts.licence_set", "licence", licence.pk, licence.product.name, values)
        record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
    return rule


def _check_policy(changes: Mapping[str, Any]) -> None:
    _check_leads(changes.get("lead_days", ()))
    if "recipients" in changes:
        _checked(changes["recipients"])
    for kind in changes.get("off", ()):
        if kind not in AlertKind.values:
            raise InvalidValue.of("off", _("“%(kind)s” is no kind of alert.") % {"kind": kind})
    for name in ("interval_days", "stale_days", "reveals_an_hour"):
        if name in changes and not 1 <= changes[name] <= MOST_DAYS:
            raise InvalidValue.of(name, _("Give a whole number from 1 to %(most)s.") % {"most": MOST_DAYS})
    quiet = [changes.get("quiet_from"), changes.get("quiet_until")]
    if (quiet[0] is None) != (quiet[1] is None) or any(
        hour is not None and not 0 <= hour < HOURS for hour in quiet
    ):
        raise InvalidValue.of("quiet_from", _("Quiet hours have a beginning and an end, from 0 to 23."))


def _check_leads(leads: Iterable[int]) -> None:
    leads = list(leads)
    if len(leads) > MOST_LEADS or any(not 0 <= lead <= MOST_DAYS for lead in leads):
        raise InvalidValue.of(
            "lead_days", _("Lead times are at most %(most)s numbers of days.") % {"most": MOST_LEADS}
        )


def _checked(recipients: Sequence[str]) -> list[str]:
    """Each the word for the owner, a role of ours, or a mail address."""
    if len(recipients) > MOST_RECIPIENTS:
        raise InvalidValue.of("recipients", _("At most %(most)s recipients.") % {"most": MOST_RECIPIENTS})
    roles = {f"{ROLE}{role.value}" for role in Role}
    return [one if one == OWNER or one in roles else checked_address(one) for one in recipients]


def _note(actor: Actor, event: str, alert: Alert, at: datetime, **details: Any) -> None:
    happening = Happening(event, alert.subject, alert.subject_id, alert.name, {"kind": alert.kind, **details})
    record(actor=actor, company_id=alert.company_id, at=at, happening=happening)
