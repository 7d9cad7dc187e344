"""Reading saved reports, their schedules and their links: one's own, and those shared in one's companies."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.reports.models import SavedReport, Schedule, ShareLink
from trueup.tenancy.queries import hash_secret

SEEN = Permission.LICENCES_VIEW
"""What it takes to see saved reports by name; each report asks for its own permission when it is opened."""


def saved_reports_visible_to(*, actor: Actor) -> QuerySet[SavedReport]:
    """Saved reports in use, by name."""
    rows: QuerySet[SavedReport] = SavedReport.objects.visible_to(actor, SEEN)
    mine = Q(is_shared=True) | Q(maker_id=actor.user_id or 0)
    return rows.filter(mine, withdrawn_at=None).select_related("company", "maker").order_by("name", "pk")


def saved_report_for(*, actor: Actor, saved_id: int) -> SavedReport:
    """One saved report; another person's own one is not found."""
    found = saved_reports_visible_to(actor=actor).filter(pk=saved_id).first()
    if found is None:
        raise NotFound(_("There is no saved report %(id)s.") % {"id": saved_id})
    return found


def may_change_report(*, actor: Actor, saved: SavedReport) -> bool:
    """Its maker may, as long as the company is theirs; a shared one its company's owners too."""
    if actor.read_only or actor.user_id is None:
        return False
    is_maker = saved.maker_id == actor.user_id and actor.may(SEEN, saved.company_id)
    return is_maker or (saved.is_shared and actor.may(Permission.COMPANIES_MANAGE, saved.company_id))


def schedules_of(*, actor: Actor, saved_id: int) -> QuerySet[Schedule]:
    """The schedules of a saved report that have not ended, with what came of the last sending."""
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    rows: QuerySet[Schedule] = Schedule.objects.filter(saved=saved, ended_at=None)
    return rows.select_related("saved", "maker", "last_job").order_by("pk")


def schedule_for(*, actor: Actor, schedule_id: int) -> Schedule:
    """One schedule that has not ended."""
    rows = Schedule.objects.filter(saved__in=saved_reports_visible_to(actor=actor).order_by(), ended_at=None)
    found: Schedule | None = rows.filter(pk=schedule_id).select_related("saved", "maker").first()
    if found is None:
        raise NotFound(_("There is no schedule %(id)s.") % {"id": schedule_id})
    return found


def due_schedules(*, on: date) -> list[int]:
    """Schedules whose day has come."""
    rows = Schedule.objects.filter(next_on__lte=on, ended_at=None, saved__withdrawn_at=None)
    return list(rows.order_by("next_on", "pk").values_list("pk", flat=True))


def links_of(*, actor: Actor, saved_id: int, at: datetime) -> QuerySet[ShareLink]:
    """The live links of a saved report."""
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    rows: QuerySet[ShareLink] = ShareLink.objects.filter(saved=saved, revoked_at=None, expires_at__gt=at)
    return rows.select_related("maker").order_by("pk")


def link_for(*, actor: Actor, link_id: int) -> ShareLink:
    """One link that was not revoked."""
    rows = ShareLink.objects.filter(
        saved__in=saved_reports_visible_to(actor=actor).order_by(), revoked_at=None
    )
    found: ShareLink | None = rows.filter(pk=link_id).select_related("saved").first()
    if found is None:
        raise NotFound(_("There is no link %(id)s.") % {"id": link_id})
    return found


def link_behind(*, secret: str, at: datetime) -> ShareLink:
    """The live link behind an address; unknown, expired, revoked and a maker who is gone all read the same."""
    rows = ShareLink.objects.filter(
        secret_hash=hash_secret(secret), revoked_at=None, expires_at__gt=at, saved__withdrawn_at=None, maker__is_active=True
    )  # fmt: skip
    found: ShareLink | None = rows.select_related("saved", "maker", "company").first()
    if found is None:
        raise NotFound(_("There is nothing at this address, or no longer."))
    return found
