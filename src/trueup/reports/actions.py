"""Saving reports under a name, sharing them, sending them by schedule."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotAllowed
from trueup.deliveries.actions import checked_address
from trueup.reports.library.register import report_named, table_for
from trueup.reports.models import Cadence, SavedReport, Schedule, ShareLink
from trueup.reports.periods import next_start
from trueup.reports.queries import link_for, may_change_report, saved_report_for, schedule_for
from trueup.reports.render.files import checked_form
from trueup.tenancy.queries import company_for, hash_secret

NOT_KEPT = frozenset({"on", "from", "to", "company", "format", "bom"})
"""Days and the company are no part of what is kept: a saved report is about its own company, and asked again each day."""
LONGEST_NAME, LONGEST_QUERY, MOST_RECIPIENTS = 100, 2000, 50
USUAL_LINK_DAYS, MOST_LINK_DAYS = 30, 366


class ReportNameTaken(InvalidValue):
    """There is a saved report of that name for the same people."""

    title = gettext_lazy("There is a report of that name")


@dataclass(frozen=True, slots=True)
class ReportTerms:
    """What a saved report is called, which report it is, what it is asked (as in an address), and who sees it."""

    name: str
    report: str
    query: str = ""
    is_shared: bool = False


def save_report(*, actor: Actor, company_id: int, terms: ReportTerms, at: datetime, on: date) -> SavedReport:
    """Keep a report with what it is asked under a name. What the report cannot be asked is refused."""
    company_for(
        actor=actor, company_id=company_id, permission=report_named(actor=actor, key=terms.report).view
    )
    maker_id = _maker(actor)
    saved = SavedReport(
        company_id=company_id, maker_id=maker_id, name=_name(terms.name), report=terms.report,
        query=_kept(actor, company_id, terms, on), is_shared=terms.is_shared, created_at=at,
    )  # fmt: skip
    with transaction.atomic():
        with _once_a_name(saved):
            saved.save(force_insert=True)
        _note(
            actor, "reports.saved", saved, at, report=saved.report, query=saved.query, shared=saved.is_shared
        )
    return saved


def change_saved_report(*, actor: Actor, saved_id: int, changes: Mapping[str, Any], at: datetime, on: date) -> SavedReport:  # fmt: skip
    """Rename a saved report, share it or take it back to oneself, let it ask something else."""
    saved = _changeable(actor, saved_id)
    before = {name: getattr(saved, name) for name in ("name", "query", "is_shared") if name in changes}
    if "name" in changes:
        saved.name = _name(changes["name"])
    if "is_shared" in changes:
        saved.is_shared = bool(changes["is_shared"])
    if "query" in changes:
        terms = ReportTerms(saved.name, saved.report, changes["query"])
        saved.query = _kept(actor, saved.company_id, terms, on)
    changed = {
        name: [old, getattr(saved, name)] for name, old in before.items() if old != getattr(saved, name)
    }
    if changed:
        with transaction.atomic():
            with _once_a_name(saved):
                SavedReport.objects.filter(pk=saved.pk).update(
                    **{name: getattr(saved, name) for name in changed}
                )
            _note(actor, "reports.changed", saved, at, **changed)
    return saved_report_for(actor=actor, saved_id=saved.pk)


def withdraw_report(*, actor: Actor, saved_id: int, at: datetime) -> None:
    """Delete a saved report: its schedules end, and its links lead nowhere."""
    saved = _changeable(actor, saved_id)
    with transaction.atomic():
        SavedReport.objects.filter(pk=saved.pk).update(withdrawn_at=at)
        Schedule.objects.filter(saved=saved, ended_at=None).update(ended_at=at)
        ShareLink.objects.filter(saved=saved, revoked_at=None).update(revoked_at=at)
        _note(actor, "reports.withdrawn", saved, at)


def schedule_report(
    *, actor: Actor, saved_id: int, cadence: str, form: str, recipients: Sequence[str], at: datetime, on: date
) -> Schedule:
    """Send a saved report by mail at the beginning of each week, month, quarter or year, with the actor's rights of that day."""
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    actor.require(Permission.EXPORTS_RUN, saved.company_id)
    if cadence not in Cadence.values:
        raise InvalidValue.of("cadence", _("Known are %(known)s.") % {"known": ", ".join(Cadence.values)})
    addresses = list(dict.fromkeys(checked_address(one) for one in recipients))
    if not 1 <= len(addresses) <= MOST_RECIPIENTS:
        raise InvalidValue.of(
            "recipients", _("A report is sent to 1 to %(most)s mail addresses.") % {"most": MOST_RECIPIENTS}
        )
    schedule = Schedule(
        company_id=saved.company_id, saved=saved, maker_id=_maker(actor), cadence=cadence, form=checked_form(form),
        recipients=addresses, next_on=next_start(cadence, on), created_at=at,
    )  # fmt: skip
    with transaction.atomic():
        schedule.save(force_insert=True)
        facts = {"cadence": cadence, "form": form, "recipients": addresses, "next_on": schedule.next_on}
        _note(actor, "reports.scheduled", saved, at, **facts)
    return schedule


def end_schedule(*, actor: Actor, schedule_id: int, at: datetime) -> None:
    """Send it no more."""
    schedule = schedule_for(actor=actor, schedule_id=schedule_id)
    saved = schedule.saved
    if schedule.maker_id != actor.user_id or actor.read_only:
        actor.require(Permission.COMPANIES_MANAGE, saved.company_id)
    with transaction.atomic():
        Schedule.objects.filter(pk=schedule.pk).update(ended_at=at)
        _note(actor, "reports.schedule_ended", saved, at, schedule=schedule.pk)


def share_report(*, actor: Actor, saved_id: int, at: datetime, days: int = USUAL_LINK_DAYS) -> tuple[ShareLink, str]:  # fmt: skip
    """Make an address that shows a saved report to whoever has it; its secret part, the only time it can be seen."""
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    actor.require(Permission.EXPORTS_RUN, saved.company_id)
    if not 1 <= days <= MOST_LINK_DAYS:
        raise InvalidValue.of("days", _("A link lives 1 to %(most)s days.") % {"most": MOST_LINK_DAYS})
    secret = secrets.token_urlsafe(32)
    link = ShareLink(
        company_id=saved.company_id, saved=saved, maker_id=_maker(actor), secret_hash=hash_secret(secret),
        created_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    with transaction.atomic():
        link.save(force_insert=True)
        _note(actor, "reports.link_made", saved, at, link=link.pk, expires_at=link.expires_at)
    return link, secret


def revoke_link(*, actor: Actor, link_id: int, at: datetime) -> None:
    """Let a link lead nowhere from now on."""
    link = link_for(actor=actor, link_id=link_id)
    if link.maker_id != actor.user_id or actor.read_only:
        actor.require(Permission.COMPANIES_MANAGE, link.company_id)
    with transaction.atomic():
        ShareLink.objects.filter(pk=link.pk).update(revoked_at=at)
        _note(actor, "reports.link_revoked", link.saved, at, link=link.pk)


def _kept(actor: Actor, company_id: int, terms: ReportTerms, on: date) -> str:
    """What is kept of an address: what the report understands, without its days and its company."""
    given = {
        name: value
        for name, value in parse_qsl(terms.query.removeprefix("?"))
        if value and name not in NOT_KEPT
    }
    table_for(actor=actor.narrowed_to(company_id), key=terms.report, query=given, today=on)
    text = urlencode({name: given[name] for name in sorted(given)}, safe=",")
    if len(text) > LONGEST_QUERY:
        raise InvalidValue.of(
            "query", _("A report keeps at most %(most)s characters of filters.") % {"most": LONGEST_QUERY}
        )
    return text


def _maker(actor: Actor) -> int:
    """A person whose rights are not narrowed to reading keeps reports; the product itself does not."""
    if actor.user_id is None or actor.read_only:
        raise NotAllowed(_("%(name)s cannot keep reports: a signed-in person can.") % {"name": actor.name})
    return actor.user_id


def _changeable(actor: Actor, saved_id: int) -> SavedReport:
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    if not may_change_report(actor=actor, saved=saved):
        raise NotAllowed(
            _("“%(report)s” is changed by whoever made it, or by an owner of the company. Save it as one of yours.")
            % {"report": saved.name}
        )  # fmt: skip
    return saved


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise InvalidValue.of(
            "name", _("A report needs a name of 1 to %(most)s characters.") % {"most": LONGEST_NAME}
        )
    return name


@contextmanager
def _once_a_name(saved: SavedReport) -> Iterator[None]:
    """Turn the clash of two names into a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if "report_once_a_name" not in str(clash):
            raise
        raise ReportNameTaken.of(
            "name", _("There is a report “%(name)s” already: choose another name.") % {"name": saved.name}
        ) from clash


def _note(actor: Actor, event: str, saved: SavedReport, at: datetime, **details: Any) -> None:
    happening = Happening(event, "saved_report", saved.pk, saved.name, details)
    record(actor=actor, company_id=saved.company_id, at=at, happening=happening)
