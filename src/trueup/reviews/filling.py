"""What goes into a review: every holding of the company as it is, what is held beyond what is owned, and the findings of
the latest count about more and less than is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.holding import holder_of, name_of
from trueup.assignments.models import HOLDERS, Assignment
from trueup.assignments.queries import assignments_visible_to
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.compliance.queries import findings_visible_to
from trueup.devices.models import Status
from trueup.reports.library.register import table_for
from trueup.reviews.models import Decision, Review, ReviewKind, ReviewRow, Section
from trueup.reviews.usage import Usage, in_chunks, usage_of
from trueup.tenancy.models import User

BUY = frozenset({"short", "unlicensed"})
REDUCE = frozenset({"over_licensed", "not_deployed"})


@dataclass(frozen=True, slots=True)
class Filling:
    """A review that is being filled: by whom, on which day, at which moment."""

    actor: Actor
    review: Review
    on: date
    at: datetime

    def row(self, section: Section, subject: str, **values: Any) -> ReviewRow:
        """A row of it."""
        return ReviewRow(
            company_id=self.review.company_id, review=self.review, section=section, subject=subject, added_at=self.at, **values
        )  # fmt: skip


def holdings(filling: Filling) -> Iterator[list[ReviewRow]]:
    """A row for each holding, with what is known of its use, a few thousand at a time."""
    rows = assignments_visible_to(actor=filling.actor).filter(
        company_id=filling.review.company_id, within=None
    )
    if filling.review.kind == ReviewKind.CAMPAIGN:
        rows = rows.filter(person__isnull=False)
    rows = rows.select_related("licence__product", "person__manager", *HOLDERS).order_by("pk")
    users = _users(filling)
    for chunk in in_chunks(rows.iterator(2000)):
        usage = usage_of(chunk)
        yield [_holding(filling, one, usage[one.pk], users) for one in chunk]


def _holding(filling: Filling, one: Assignment, usage: Usage, users: Mapping[str, User]) -> ReviewRow:
    review = filling.review
    since = timezone.localdate(one.assigned_at)
    is_idle = usage.is_idle(since=since, on=filling.on, days=review.idle_days)
    gone = _gone(one)
    section = Section.DEPARTED if gone else Section.UNUSED if is_idle else Section.HELD
    manager = one.person.manager if one.person else None
    if review.kind == ReviewKind.CAMPAIGN:
        section = Section.ACCESS
    values: dict[str, Any] = {
        "licence_id": one.licence_id, "assignment": one, "product": one.licence.product.name[:300],
        "holder": name_of(holder_of(one))[:300], "units": one.units, "used_on": usage.day, "usage_source": usage.source[:300],
        "says": gone or (_idle_words(usage, since, filling) if is_idle else ""),
        "proposal": Decision.RELEASE if gone or is_idle else "",
    }  # fmt: skip
    if manager is not None:
        values["reviewer_name"] = manager.name
        values["reviewer"] = users.get(manager.username.casefold()) or users.get(manager.email.casefold())
    return filling.row(section, f"assignment:{one.pk}", **values)


def _gone(one: Assignment) -> str:
    """Why the holder should hold nothing any more; empty where nothing speaks against them."""
    if one.person is not None and not one.person.is_active:
        return _("The person has left.")
    if one.device is not None and one.device.status == Status.DECOMMISSIONED:
        return _("The device is out of use.")
    return ""


def _idle_words(usage: Usage, since: date, filling: Filling) -> str:
    days = (filling.on - (usage.day or since)).days
    if usage.day is None:
        return _("Never seen in use in the %(days)s days since it was given.") % {"days": days}
    return _("Not seen in use for %(days)s days.") % {"days": days}


def _users(filling: Filling) -> dict[str, User]:
    """Who signs in, by login and mail address: how a manager of the directory is found among them."""
    found: dict[str, User] = {}
    if filling.review.kind == ReviewKind.CAMPAIGN:
        for user in User.objects.filter(is_active=True).order_by("-pk"):
            found |= {name.casefold(): user for name in (user.email, user.username) if name}
    found.pop("", None)
    return found


def about_licences(filling: Filling) -> Iterable[ReviewRow]:
    """A row for each licence held beyond what is owned, and each open finding about more or less than is needed."""
    actor, company_id = filling.actor.narrowed_to(filling.review.company_id), filling.review.company_id
    if filling.review.kind == ReviewKind.CAMPAIGN:
        return
    table = table_for(actor=actor, key="over_allocated", query={}, today=filling.on)
    keys = [column.key for column in table.columns]
    for cells in table.rows:
        row: dict[str, Any] = dict(zip(keys, cells, strict=True))
        yield filling.row(
            Section.BUY, f"licence:{row['licence']}", licence_id=row["licence"], product=row["product"], units=row["over"],
            money=row["money"], currency=row["currency"],
            says=_("%(over)s more held than the %(purchased)s that are owned.") % row,
        )  # fmt: skip
    if not actor.may(Permission.RUNS_VIEW, company_id):
        return
    for one in findings_visible_to(actor=actor, on=filling.on).filter(kind__in=BUY | REDUCE):
        section = Section.BUY if one.kind in BUY else Section.REDUCE
        yield filling.row(
            section, f"finding:{one.pk}", licence_id=one.licence_id, product=one.product.name[:300], units=one.units, money=one.money,
            currency=one.currency if one.money is not None else "", says=one.says,
        )  # fmt: skip
