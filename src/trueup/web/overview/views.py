"""The first page: money at a glance, what waits, and what comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.base.access import Permission
from trueup.compliance.queries import outcomes_visible_to, short_products, tightest_positions
from trueup.reports.overview.ahead import next_renewals
from trueup.reports.overview.commitments import commitments_of
from trueup.reports.overview.confidence import confidence_of
from trueup.reports.overview.decisions import waiting_for
from trueup.reports.overview.leavers import leavers_of
from trueup.reports.overview.portfolio import portfolio_of, sees_all_prices
from trueup.reports.overview.savings import savings_of
from trueup.reports.overview.unmatched import unmatched_titles
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.figures import day, units
from trueup.web.overview import pictures, strip
from trueup.web.overview.sentences import line_of
from trueup.web.positions.look import headline

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.compliance.models import Outcome, Position
    from trueup.reports.overview.commitments import Commitments
    from trueup.reports.overview.portfolio import Totals
    from trueup.reports.overview.savings import Saving


@page(Permission.LICENCES_VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """What is owned, what waits, and what it costs; the three ways in while there is nothing."""
    actor, on = actor_in(request), timezone.localdate()
    totals = portfolio_of(actor=actor, on=on)
    if not totals.licences:
        may_import = actor.may_somewhere(Permission.IMPORTS_RUN)
        return render(request, "overview/start.html", {"may_import": may_import, "active": "overview"})
    left = leavers_of(actor=actor, on=on)
    with_company = totals.companies > 1
    sees_prices = actor.may_somewhere(Permission.PRICES_VIEW)
    unmatched = unmatched_titles(actor=actor)
    waiting = waiting_for(actor=actor, on=on, totals=totals, left=left, unmatched=unmatched)
    savings = savings_of(actor=actor, on=on, left=left)
    costs = commitments_of(actor=actor, on=on) if sees_prices else ()
    outcomes = list(outcomes_visible_to(actor=actor)) if actor.may_somewhere(Permission.RUNS_VIEW) else []
    figures = _figures(actor, on, totals, savings, costs, outcomes, unmatched.titles)
    context: dict[str, Any] = {
        "active": "overview",
        "strip": figures,
        "meta": _meta(totals.licences, outcomes),
        "has_run": bool(outcomes),
        "waiting": waiting,
        "lines": [line_of(one, with_company=with_company) for one in waiting.lines],
        "next_on": totals.next_on,
        "monthly": pictures.monthly(costs),
        "savings": pictures.savings_table(savings, sees_prices=sees_prices, with_company=with_company),
    }
    return render(
        request, "overview/overview.html", context | _positions(actor, on, with_company=with_company)
    )


def _figures(
    actor: Actor,
    on: date,
    totals: Totals,
    savings: Sequence[Saving],
    costs: Sequence[Commitments],
    outcomes: Sequence[Outcome],
    unmatched: int,
) -> list[strip.Figure]:
    """The five cells; who may not see prices or inventories gets counts in their place."""
    sees_prices = actor.may_somewhere(Permission.PRICES_VIEW)
    priced = [one for one in outcomes if actor.may(Permission.PRICES_VIEW, one.company_id)]
    found = headline(outcomes, sees_prices=False) | {
        "exposure": headline(priced, sees_prices=True)["exposure"]
    }
    first = (
        strip.commitment(totals, costs, by_money=sees_all_prices(actor))
        if sees_prices
        else strip.licences(totals)
    )
    last = (
        strip.confidence(confidence_of(actor=actor, at=timezone.now()), unmatched)
        if actor.may_somewhere(Permission.INVENTORY_VIEW)
        else strip.over_allocated(totals)
    )
    return [
        first,
        *([strip.exposure(found, sees_prices=sees_prices)] if outcomes else []),
        strip.savings(savings, sees_prices=sees_prices),
        strip.renewals(totals, on, sees_prices=sees_prices),
        last,
    ]


def _meta(licences: int, outcomes: Sequence[Outcome]) -> str:
    """What the figures come from."""
    count = ngettext("%(n)s licence", "%(n)s licences", licences) % {"n": units(licences)}
    if not outcomes:
        return count
    oldest = min(outcome.as_of for outcome in outcomes)
    return _("Position of %(day)s over %(licences)s") % {"day": day(oldest), "licences": count}


def _positions(actor: Actor, on: date, *, with_company: bool) -> dict[str, Any]:
    """The tiles that need the latest positions: the tightest, and the renewals with what is short today."""
    tight: list[Position] = []
    short: set[tuple[int, int]] = set()
    if actor.may_somewhere(Permission.RUNS_VIEW):
        tight = tightest_positions(actor=actor, most=pictures.SHOWN)
        short = short_products(actor=actor)
    return {
        "tight": pictures.tightest(tight, with_company=with_company),
        "timeline": pictures.timeline(next_renewals(actor=actor, on=on), on, short=short),
    }
