"""Renewals: what ends, as a table, a month calendar or a timeline of the same rows; and as a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, get_day_names
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.days import locale
from trueup.reports.lists import exporting
from trueup.reports.renewals.detail import renewals_with
from trueup.reports.renewals.endings import Sought, first_endings, within
from trueup.reports.renewals.events import DayEvent, events_of
from trueup.reports.renewals.supports import supports_ending
from trueup.reports.renewals.table import expiring_table
from trueup.reports.renewals.totals import totals_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.exports import file_answer
from trueup.web.kit.panels import Pager, Tab
from trueup.web.renewals import look
from trueup.web.renewals.asked import PERIODS, Asked, asked_of, month_of

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.reports.renewals.totals import Totals

ON_A_PAGE = 50
DAYS_OF_WEEK = 7
EVENTS_A_DAY = 4
TONES = {"decide": "warn", "ends": "c1", "reduce": "c2", "true_up": "c3", "support": "c4"}


@page(Permission.LICENCES_VIEW)
def renewals(request: HttpRequest, view: str = "table") -> HttpResponseBase:
    """Everything to be decided or ending in a period, by the day to decide."""
    actor, on = actor_in(request), timezone.localdate()
    asked = asked_of(request, on)
    if request.GET.get("format"):
        return _export(request, actor, asked, on)
    context = {
        "active": "renewals",
        "asked": asked,
        "view": view,
        "tabs": _tabs(asked, view),
        "periods": [_period(request, asked, days) for days in PERIODS],
        "may_export": actor.may_somewhere(Permission.EXPORTS_RUN),
        "exports": [(name, f"{reverse('renewals')}?{asked.query(format=name.lower())}") for name in ("PDF", "CSV", "XLSX")],
    }  # fmt: skip
    if view == "calendar":
        return render(request, "renewals/calendar.html", context | _calendar(actor, asked, on))
    sought = Sought(actor, on, within(asked.first, asked.last), asked.words)
    totals = totals_of(sought)
    context |= {"count": totals.count, "locked": totals.locked}
    if view == "timeline":
        endings = first_endings(sought, most=look.MOST_DRAWN)
        supports = supports_ending(actor=actor, first=asked.first, last=asked.last, words=asked.words)
        drawn = look.timeline(endings, supports, on=on, first=asked.first, last=asked.last)
        return render(
            request, "renewals/timeline.html", context | {"timeline": drawn, "most": look.MOST_DRAWN}
        )
    return render(request, "renewals/table.html", context | _table(request, asked, sought, totals))


def _tabs(asked: Asked, view: str) -> list[Tab]:
    query = asked.query(month="")
    addresses = (
        ("table", _("Table"), reverse("renewals")),
        ("calendar", _("Calendar"), reverse("renewals_view", args=["calendar"])),
        ("timeline", _("Timeline"), reverse("renewals_view", args=["timeline"])),
    )
    return [Tab(label, f"{url}?{query}" if query else url, key == view) for key, label, url in addresses]


def _period(request: HttpRequest, asked: Asked, days: int) -> dict[str, Any]:
    query = asked.query(**{"days": str(days), "from": "", "to": "", "month": ""})
    return {"days": days, "url": f"{request.path}?{query}", "current": asked.days == days}


def _table(request: HttpRequest, asked: Asked, sought: Sought, totals: Totals) -> dict[str, Any]:
    actor, on = sought.actor, sought.on
    number = int(request.GET.get("page", "1")) if request.GET.get("page", "1").isdigit() else 1
    start = max(number - 1, 0) * ON_A_PAGE
    endings = first_endings(sought, start=start, most=ON_A_PAGE) if start < totals.count else []
    rows = renewals_with(actor=actor, on=on, endings=endings)
    table = look.renewals_table(rows, actor=actor, on=on, by_owner=asked.by_owner)
    return {
        "table": table,
        "pager": Pager(
            start + 1,
            start + len(rows),
            totals.count,
            f"?{asked.query()}&page={number - 1}" if number > 1 else "",
            f"?{asked.query()}&page={number + 1}" if start + ON_A_PAGE < totals.count else "",
        ),
        "group_url": f"?{asked.query(group='' if asked.by_owner else 'owner')}",
        "cash": look.cash_charts(totals.cash) if actor.may_somewhere(Permission.PRICES_VIEW) else [],
        "today": on,
    }


def _calendar(actor: Actor, asked: Asked, on: date) -> dict[str, Any]:
    """The weeks of a month, each day with what falls on it."""
    first = month_of(asked.given, on)
    after = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=(first.weekday() - locale().first_week_day) % DAYS_OF_WEEK)
    days = (after - start).days
    length = -(-days // DAYS_OF_WEEK) * DAYS_OF_WEEK
    events = events_of(actor=actor, on=on, first=start, last=start + timedelta(days=length - 1))
    by_day: dict[date, list[DayEvent]] = {}
    for event in events:
        by_day.setdefault(event.on, []).append(event)
    cells = [
        _cell(start + timedelta(days=n), first, on, by_day.get(start + timedelta(days=n), []))
        for n in range(length)
    ]
    names = get_day_names("abbreviated", context="stand-alone", locale=locale())
    return {
        "month": format_date(first, format="MMMM y", locale=locale()),
        "weeks": [cells[n : n + DAYS_OF_WEEK] for n in range(0, length, DAYS_OF_WEEK)],
        "heads": [names[(locale().first_week_day + n) % DAYS_OF_WEEK] for n in range(DAYS_OF_WEEK)],
        "earlier": f"?{asked.query(month=f'{first - timedelta(days=1):%Y-%m}')}",
        "later": f"?{asked.query(month=f'{after:%Y-%m}')}",
        "this": f"?{asked.query(month='')}",
    }


def _cell(day: date, first: date, on: date, events: list[DayEvent]) -> dict[str, Any]:
    shown = [
        {"title": one.title, "tone": TONES[one.kind], "url": reverse(one.record_kind, args=[one.record_id])}
        for one in events[:EVENTS_A_DAY]
    ]
    return {
        "day": day,
        "events": shown,
        "more": len(events) - len(shown),
        "other": day.month != first.month,
        "today": day == on,
    }


def _export(request: HttpRequest, actor: Actor, asked: Asked, on: date) -> HttpResponseBase:
    """The rows as a file, of the companies in which the actor may export."""
    table = expiring_table(
        actor=exporting(actor), on=on, first=asked.first, last=asked.last, words=asked.words
    )
    return file_answer(request, table, "renewals")
