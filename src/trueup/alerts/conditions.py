"""What holds today and somebody should know: read from licences, positions, inventories and reveals of one company.

The company is always that of the licence, never that of its product (D-080). Retired and withdrawn licences are silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from trueup.alerts.models import AlertKind, AlertPolicy, LicenceRule
from trueup.base.actor import Actor
from trueup.base.days import day_in_words
from trueup.compliance.models import PositionState
from trueup.compliance.queries import positions_visible_to
from trueup.inventory.models import DeviceSection
from trueup.licences.queries import licences_visible_to, purchases_visible_to
from trueup.vault.models import Reveal
from trueup.workflows.queries import leftovers_of

FORGOTTEN_AFTER_DAYS = 365
"""What ended longer ago is history and wakes nobody."""
PATHS = (
    "pk", "product__name", "edition__name", "owner_id", "owner__name", "owner__email", "owner__is_active", "decide_by",
    "valid_to", "purchased", "held", "state", "renews_itself", "ended_on", "is_renewed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing to know. ``leads`` are those of its lead times that are reached; ``level`` grows as it gets worse.

    ``owner_mail`` is empty where there is nobody, or nobody at work, to write to.
    """

    kind: str
    subject: str
    subject_id: int
    name: str
    says: str
    licence_id: int | None = None
    term: date | None = None
    level: int = 0
    leads: tuple[int, ...] = ()
    repeats: bool = False
    owner: str = ""
    owner_mail: str = ""
    recipients: tuple[str, ...] = field(default=())

    @property
    def key(self) -> tuple[str, str, int, date | None]:
        """What makes it the same condition tomorrow."""
        return self.kind, self.subject, self.subject_id, self.term


def conditions_of(*, actor: Actor, policy: AlertPolicy, on: date, at: datetime) -> list[Condition]:
    """Everything that holds in the policy's company on a day, kinds that are switched off left out."""
    here = actor.narrowed_to(policy.company_id)
    found = [*_licences(here, policy, on), *_short(here), *_stale(policy, at), *_reveals(policy, at)]
    found += _leftovers(here, policy)
    return [one for one in found if one.kind not in policy.off]


def _licences(actor: Actor, policy: AlertPolicy, on: date) -> Iterator[Condition]:
    rules = {rule.licence_id: rule for rule in LicenceRule.objects.filter(company_id=policy.company_id)}
    lines = purchases_visible_to(actor=actor).filter(licence=OuterRef("pk"))
    ended = lines.filter(valid_until__lte=on).order_by().values("licence").annotate(last=Max("valid_until"))
    follows = lines.filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("ends_on")), Q(units__gt=0) | Q(is_unlimited=True),
        valid_from__gt=on, valid_from__lte=OuterRef("ends_on"),
    )  # fmt: skip
    rows = licences_visible_to(actor=actor, on=on).filter(retired_at=None).order_by("pk")
    rows = rows.annotate(ended_on=Subquery(ended.values("last")), is_renewed=Exists(follows))
    for row in rows.values(*PATHS).iterator(2000):
        rule = rules.get(row["pk"])
        if rule is None or not rule.is_silent:
            yield from _of_licence(
                row, rule.lead_days if rule and rule.lead_days else policy.lead_days, rule, on
            )


def _of_licence(
    row: Mapping[str, Any], leads: list[int], rule: LicenceRule | None, on: date
) -> Iterator[Condition]:
    """What holds of one licence: that it ends or ended, and how it stands between owned and held."""
    name = f"{row['product__name']} {row['edition__name'] or ''}".strip()
    bare = Condition(
        AlertKind.ENDS, "licence", row["pk"], name, "", licence_id=row["pk"], owner=row["owner__name"] or "",
        owner_mail=_mail(row), recipients=tuple(rule.recipients) if rule else (),
    )  # fmt: skip
    state, valid_to = row["state"], row["valid_to"]
    if state == "expired" and row["ended_on"] and (on - row["ended_on"]).days <= FORGOTTEN_AFTER_DAYS:
        last = row["ended_on"] - timedelta(days=1)
        says = _("%(name)s has expired: its last day was %(day)s.") % {
            "name": name,
            "day": day_in_words(last),
        }
        yield replace(bare, kind=AlertKind.EXPIRED, term=last, says=says, repeats=True)
    elif valid_to is not None and not row["is_renewed"]:
        reached = _reached(leads, (row["decide_by"] - on).days)
        if reached:
            yield replace(bare, term=valid_to, leads=reached, says=_ending_says(name, row))
    facts = {"name": name, "held": row["held"], "purchased": row["purchased"]}
    if state == "over":
        says = _("%(name)s: %(held)s units are held, %(purchased)s are owned.") % facts
        yield replace(bare, kind=AlertKind.OVER, level=row["held"] - row["purchased"], says=says)
    elif state in {"near", "full"}:
        says = _("%(name)s: %(held)s of %(purchased)s units are held.") % facts
        yield replace(bare, kind=AlertKind.NEAR, level=int(state == "full"), says=says)


def _reached(leads: list[int], days: int) -> tuple[int, ...]:
    """The lead times that are reached, the boundary included; past the day to decide all of them are.

    >>> _reached([90, 60, 30, 7], 60), _reached([90, 60], 91), _reached([30], -2)
    ((60, 90), (), (30,))
    """
    return tuple(sorted(lead for lead in set(leads) if days <= lead))


def _ending_says(name: str, row: Mapping[str, Any]) -> str:
    facts = {
        "name": name,
        "decide_by": day_in_words(row["decide_by"]),
        "valid_to": day_in_words(row["valid_to"]),
    }
    if row["renews_itself"]:
        return _("%(name)s renews itself: its last day is %(valid_to)s, decide by %(decide_by)s.") % facts
    return _("%(name)s ends: its last day is %(valid_to)s.") % facts


def _mail(row: Mapping[str, Any]) -> str:
    return str(row["owner__email"] or "") if row["owner__is_active"] else ""


def _short(actor: Actor) -> Iterator[Condition]:
    rows = positions_visible_to(actor=actor).filter(state=PositionState.SHORT, unlimited=False)
    paths = ("product_id", "product__name", "metric", "short")
    for product_id, name, _metric, short in rows.order_by("product_id", "pk").values_list(*paths):
        says = _("%(name)s is short: %(short)s units more are needed than are owned.") % {
            "name": name, "short": f"{short.normalize():f}",
        }  # fmt: skip
        yield Condition(AlertKind.SHORT, "product", product_id, name, says, level=int(short))


def _leftovers(actor: Actor, policy: AlertPolicy) -> Iterator[Condition]:
    """Decommissioned devices that units are still held for (R-116)."""
    for one in leftovers_of(actor=actor, company_id=policy.company_id):
        facts = {"device": one.hostname, "units": one.units}
        says = _("%(device)s is decommissioned, and %(units)s units are still held for it.") % facts
        yield Condition(AlertKind.LEFTOVER, "device", one.device_id, one.hostname, says, level=one.units)


def _stale(policy: AlertPolicy, at: datetime) -> Iterator[Condition]:
    """Devices that reported once and no more."""
    before = at - timedelta(days=policy.stale_days)
    heard = DeviceSection.objects.filter(company_id=policy.company_id)
    devices = heard.order_by().values("device").annotate(last=Max("received_at")).filter(last__lt=before)
    silent = devices.exclude(device__status="decommissioned").count()
    if silent:
        facts = {"n": silent, "days": policy.stale_days}
        says = _("%(n)s devices have not reported for %(days)s days: positions rest on old facts.") % facts
        yield Condition(AlertKind.STALE, "company", policy.company_id, _("Inventory"), says, level=silent)


def _reveals(policy: AlertPolicy, at: datetime) -> Iterator[Condition]:
    """People who revealed more keys within an hour than the company thinks usual."""
    rows = Reveal.objects.filter(company_id=policy.company_id, revealed_at__gt=at - timedelta(hours=1))
    often = rows.order_by().values("person").annotate(n=Count("pk")).filter(n__gte=policy.reveals_an_hour)
    total = sum(row["n"] for row in often)
    if total:
        who = ", ".join(sorted(row["person"] for row in often))
        says = _("%(n)s keys were revealed within an hour (%(who)s).") % {"n": total, "who": who}
        yield Condition(AlertKind.REVEALS, "company", policy.company_id, _("Keys"), says, level=total)
