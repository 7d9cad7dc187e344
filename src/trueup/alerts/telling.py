"""Telling: which conditions are told today and to whom. The preview and the run ask the same function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from trueup.alerts.conditions import Condition, conditions_of
from trueup.alerts.deciding import Before, is_told
from trueup.alerts.models import Alert, AlertPolicy
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.tenancy.queries import owners_of

OWNER, ROLE = "owner", "role:"
Key = tuple[str, str, int, date | None]


@dataclass(frozen=True, slots=True)
class Notice:
    """A condition that is told: to whom, and why these where it is not obvious. ``alert`` is the open one, if any."""

    condition: Condition
    recipients: tuple[str, ...]
    why: str
    alert: Alert | None


@dataclass(slots=True)
class Directory:
    """Whom the words for people mean in one company, each looked up once however much is told."""

    policy: AlertPolicy
    roles: dict[str, list[str]] = field(default_factory=dict)

    def with_role(self, role: str) -> list[str]:
        """Mail addresses of those who have a role."""
        if role not in self.roles:
            self.roles[role] = owners_of(company_id=self.policy.company_id, role=role)
        return self.roles[role]


@dataclass(frozen=True, slots=True)
class Round:
    """One look at a company: what is told, the open alerts whose condition holds no more, and everything that holds."""

    notices: tuple[Notice, ...]
    cured: tuple[Alert, ...]
    conditions: tuple[Condition, ...] = ()


def look_round(*, actor: Actor, policy: AlertPolicy, on: date, at: datetime) -> Round:
    """What would be told now. Writes nothing."""
    conditions = conditions_of(actor=actor, policy=policy, on=on, at=at) if policy.is_on else []
    alerts: dict[Key, Alert] = {
        (one.kind, one.subject, one.subject_id, one.term): one
        for one in Alert.objects.filter(company_id=policy.company_id, closed_at=None)
    }
    directory = Directory(policy)
    notices = [
        _notice(directory, one, alerts.get(one.key))
        for one in conditions
        if _is_told(policy, one, alerts.get(one.key), on, at)
    ]
    holding = {one.key for one in conditions}
    cured = tuple(alert for key, alert in alerts.items() if key not in holding) if policy.is_on else ()
    return Round(tuple(notices), cured, tuple(conditions))


def _is_told(policy: AlertPolicy, one: Condition, alert: Alert | None, on: date, at: datetime) -> bool:
    before = None if alert is None else Before(
        tuple(alert.told_leads), alert.level, alert.told_at, alert.acknowledged_at is not None, alert.snoozed_until
    )  # fmt: skip
    return is_told(
        before=before, leads=one.leads, level=one.level, repeats=one.repeats, interval_days=policy.interval_days,
        on=on, at=at,
    )  # fmt: skip


def _notice(directory: Directory, condition: Condition, alert: Alert | None) -> Notice:
    """Its own recipients, else its owner, else the company's, else the company's owners; and which of these it was."""
    asked: Sequence[str] = condition.recipients or ([OWNER] if condition.licence_id else [])
    policy = directory.policy
    found = _addresses(directory, condition, asked)
    why = ""
    if not found and policy.recipients:
        found = _addresses(directory, condition, [one for one in policy.recipients if one != OWNER])
        why = _("Nobody of its own could be told, so the company's usual recipients are.") if asked else ""
    if not found:
        found = directory.with_role(Role.OWNER)
        why = _("No recipient is set, so the owners of the company are told.")
    if not found:
        why = _("Nobody can be told: neither the licence nor the company has anybody with a mail address.")
    return Notice(condition, tuple(dict.fromkeys(found)), why, alert)


def _addresses(directory: Directory, condition: Condition, asked: Iterable[str]) -> list[str]:
    """Mail addresses of what stands for people: the owner, a role, or an address."""
    found: list[str] = []
    for one in asked:
        if one == OWNER:
            found += [condition.owner_mail] if condition.owner_mail else []
        elif one.startswith(ROLE):
            found += directory.with_role(one.removeprefix(ROLE))
        else:
            found.append(one)
    return found
