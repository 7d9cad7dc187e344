"""Opening a share link: the saved report as its maker may see it on that day, and an entry in the log that it was opened."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.reports.models import ShareLink
from trueup.reports.queries import link_behind
from trueup.reports.render.table import Table
from trueup.reports.sending import saved_table
from trueup.tenancy.queries import actor_of


def open_link(*, secret: str, at: datetime, on: date) -> tuple[ShareLink, Table]:
    """What the address shows; refused where its maker could not see or export it today. The opening is logged."""
    link = link_behind(secret=secret, at=at)
    maker = actor_of(user=link.maker, via="link").narrowed_to(link.company_id)
    maker.require(Permission.EXPORTS_RUN, link.company_id)
    table = saved_table(actor=maker, saved=link.saved, on=on, is_file=True)
    with transaction.atomic():
        ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=at)
        _record(maker, link, at)
    return link, table


def _record(maker: Actor, link: ShareLink, at: datetime) -> None:
    """Whoever opened it did not sign in: the entry names the link, not a person."""
    visitor = Actor(name=f"link {link.pk}", via=maker.via)
    happening = Happening(
        "reports.link_opened", "saved_report", link.saved.pk, link.saved.name, {"link": link.pk}
    )
    record(actor=visitor, company_id=link.company_id, at=at, happening=happening)
