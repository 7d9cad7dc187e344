"""The first page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from babel.dates import format_date
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.compliance.queries import findings_visible_to, outcomes_visible_to, positions_visible_to
from trueup.licences.metrics import noun
from trueup.licences.queries import licences_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.charts.bullet import bullet
from trueup.web.kit.charts.renewals import Renewal, renewals
from trueup.web.kit.figures import day_month, locale, money, percent, signed
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Table
from trueup.web.positions.look import headline

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.compliance.models import Position
    from trueup.licences.queries import LicenceOnDay

AHEAD_DAYS = 205
BACK_DAYS = 7
SOON_DAYS = 30
QUARTER_DAYS = 90
SHOWN = 8
TONES = {
    "short": ("bad", "circle-alert"),
    "unlicensed": ("bad", "key-round"),
    "not_assessed": ("mute", "circle-question-mark"),
}


@page(Permission.LICENCES_VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Money at a glance, what waits, and what comes; the three ways in while there is nothing."""
    actor = actor_in(request)
    on = timezone.localdate()
    owned = licences_visible_to(actor=actor, on=on).filter(retired_at=None)
    context: dict[str, Any] = {
        "count": owned.count(),
        "active": "overview",
        "sees_prices": actor.may_somewhere(Permission.PRICES_VIEW),
    }
    if not context["count"]:
        return render(
            request,
            "overview/start.html",
            context | {"may_import": actor.may_somewhere(Permission.IMPORTS_RUN)},
        )
    ending = list(
        owned.filter(ends_on__isnull=False, ends_on__gte=on, ends_on__lte=on + dt.timedelta(days=AHEAD_DAYS))
        .select_related("product", "owner").order_by("decide_by", "ends_on")[:12]
    )  # fmt: skip
    sees_runs = actor.may_somewhere(Permission.RUNS_VIEW)
    outcomes = list(outcomes_visible_to(actor=actor)) if sees_runs else []
    context |= {
        "outcomes": outcomes,
        "headline": headline(outcomes, sees_prices=context["sees_prices"]),
        "commitment": _by_currency(owned) if context["sees_prices"] else [],
        "ending_soon": _ending(owned, on),
        "over": owned.filter(free__lt=0, unlimited=False).count(),
        "findings": [
            _finding(one, sees_prices=context["sees_prices"])
            for one in findings_visible_to(actor=actor, on=on)[:SHOWN]
        ]
        if sees_runs
        else [],
        "tight": _tightest(actor) if sees_runs else None,
        "timeline": _timeline(ending, on, sees_prices=context["sees_prices"]) if ending else None,
    }
    return render(request, "overview/overview.html", context)


def _by_currency(owned: Any) -> list[tuple[Decimal, str]]:
    """What a year costs, a currency each: never added across two."""
    totals: dict[str, Decimal] = {}
    for cost, currency in owned.filter(annual_cost__isnull=False).values_list("annual_cost", "currency"):
        totals[currency or "EUR"] = totals.get(currency or "EUR", Decimal(0)) + cost
    return sorted(
        ((amount.quantize(Decimal(1)), currency) for currency, amount in totals.items()), reverse=True
    )


def _ending(owned: Any, on: dt.date) -> dict[str, int]:
    due = owned.filter(ends_on__gte=on)
    return {
        "quarter": due.filter(ends_on__lte=on + dt.timedelta(days=QUARTER_DAYS)).count(),
        "soon": due.filter(decide_by__gte=on, decide_by__lte=on + dt.timedelta(days=SOON_DAYS)).count(),
    }


def _finding(one: Any, *, sees_prices: bool) -> dict[str, Any]:
    tone, icon = TONES[one.kind]
    exposure = one.money if sees_prices else None
    amount = money((exposure, one.currency)) if exposure else (signed(-one.units) if one.units else "")
    return {
        "title": f"{_named(one)}, {one.company.name}: {one.get_kind_display().lower()}",
        "reason": one.says,
        "tone": tone,
        "icon": icon,
        "amount": amount,
        "note": _("exposure") if exposure else (noun(one.metric) if one.units else ""),
        "url": reverse("position", args=[one.position_id]),
    }


def _named(one: Any) -> str:
    """The product with its edition."""
    return " ".join(part for part in (one.product.name, one.edition and one.edition.name) if part)


def _tightest(actor: Actor) -> Table | None:
    """The positions with the least to spare, by the share of entitled that is required."""
    found = (
        positions_visible_to(actor=actor)
        .filter(required_point__isnull=False, unlimited=False, entitled__gt=0)
        .select_related("product", "edition")
    )
    ranked = sorted(found, key=_share, reverse=True)[:SHOWN]
    columns = [
        Column("product", _("Product"), "who"),
        Column("bar", _("Required of entitled"), "html"),
        Column("share", _("Per cent"), align="end", low=True, hidden_label=True),
        Column("gap", _("Gap"), align="end"),
    ]
    rows = [
        {
            "id": one.pk,
            "product": {"name": _named(one), "url": address_of("position", one.pk), "kind": "none"},
            "bar": bullet(one.required_point or 0, one.entitled),
            "share": percent(_share(one)),
            "gap": _gap(one),
        }
        for one in ranked
    ]
    return Table(_("Tightest positions"), columns, rows=rows, flush=True, id="tightest") if rows else None


def _share(one: Position) -> Decimal:
    return (one.required_point or Decimal(0)) / one.entitled


def _gap(one: Position) -> dict[str, Any]:
    gap = one.entitled - (one.required_point or Decimal(0))
    tone = "bad" if gap < 0 else "warn" if not gap else ""
    return {"text": f"{signed(gap)} {noun(one.metric)}", "tone": tone}


def _timeline(ending: list[LicenceOnDay], on: dt.date, *, sees_prices: bool) -> Any:
    first, last = on - dt.timedelta(days=BACK_DAYS), on + dt.timedelta(days=AHEAD_DAYS)
    rows = [_renewal(one, on, sees_prices=sees_prices) for one in ending]
    return renewals(
        chart_id="renewals", rows=rows, first=first, last=last, today=on, months=_months(first, last)
    )


def _renewal(one: LicenceOnDay, on: dt.date, *, sees_prices: bool) -> Renewal:
    """One licence that ends within the span; it was asked for by its end, so it has one."""
    last = one.valid_to or on
    decide = one.decide_by if one.renews_itself and one.decide_by != one.ends_on else None
    owner = f" · {one.owner.name.split()[0]}" if one.owner else ""
    words = _("decide by %(day)s") if decide else _("ends %(day)s")
    soon = ((decide or last) - on).days <= SOON_DAYS
    tone: Literal["warn", "bad", "c1"] = "bad" if one.state == "over" else "warn" if soon else "c1"
    amount = (
        money((round(one.annual_cost), one.currency)) if sees_prices and one.annual_cost is not None else ""
    )
    return Renewal(
        one.product.name, words % {"day": day_month(decide or last)} + owner, decide, last, amount, tone
    )


def _months(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    """The first of every month in the span; January carries its year."""
    found, month = [], (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while month <= last:
        pattern = "MMM y" if month.month == 1 else "MMM"
        found.append((month, format_date(month, pattern, locale=locale())))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found
