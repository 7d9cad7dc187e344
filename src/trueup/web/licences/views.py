"""The list of licences, and one licence with its tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.columns import ASSIGNMENTS
from trueup.assignments.cooling import cooling_of
from trueup.assignments.queries import held_by_kind, released_lately
from trueup.audit.queries import entries_of
from trueup.base.access import Permission
from trueup.base.listing import parse_listing, read_page
from trueup.base.registers import Page
from trueup.compliance.queries import positions_visible_to
from trueup.licences.columns import LICENCES
from trueup.licences.covering import contracts_over
from trueup.licences.metrics import SITE, may_hold, metric_named, noun
from trueup.licences.queries import licence_for, main_line_of, moved_by_day, purchases_of
from trueup.web.bulk.offers import bulk_of
from trueup.web.documents.tab import documents_context
from trueup.web.flexible.around import around
from trueup.web.flexible.counting import terms_of
from trueup.web.gate import page
from trueup.web.keys.tab import keys_context
from trueup.web.kit.asker import actor_in
from trueup.web.kit.charts.term import term
from trueup.web.kit.figures import day, money, near
from trueup.web.kit.history import entries
from trueup.web.kit.inline import editable
from trueup.web.kit.list_cells import cells_of, heads
from trueup.web.kit.lists import Asked, asked_of, list_page
from trueup.web.kit.panels import Detail, Pager, Tab
from trueup.web.kit.tables import Table
from trueup.web.licences import look
from trueup.web.licences.held import SHOWN_BEFORE, held_before_of
from trueup.web.licences.inline import EDITOR, Shown
from trueup.web.licences.simultaneous import eligible_context, eligible_count
from trueup.web.licences.sites import split_table
from trueup.web.licences.usage import usage_chart
from trueup.web.licences.waiting import waiting_context
from trueup.web.positions.explained import of_product

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.licences.queries import LicenceOnDay

SHOWN_ENTRIES = 100
RAIL_ENTRIES = 5
SHOWN_CONTRACTS = 20
SOON_DAYS = 60
PLACES = frozenset({"location", "department"})
KINDS_OF = {"people": "person", "devices": "device", "locations": "location|department"}
"""Tabs that list holders, and the kinds each lists."""
TITLES_OF = {
    "people": gettext_lazy("People"),
    "devices": gettext_lazy("Devices"),
    "locations": gettext_lazy("Locations and departments"),
}


@page(Permission.LICENCES_VIEW)
def licences(request: HttpRequest) -> HttpResponseBase:
    """All licences of the companies in view."""
    may_change = actor_in(request).may_somewhere(Permission.LICENCES_CHANGE)
    archive = f"{reverse('licences_archive')}?{request.GET.urlencode()}"
    extra = {
        "may_change": may_change,
        "nothing_url": reverse("licence_new") if may_change else "",
        "archive_url": archive,
        "bulk": bulk_of(request, "licences"),
    }
    may_edit = actor_in(request).companies(Permission.LICENCES_CHANGE)
    shown = editable(look.LICENCES, LICENCES, EDITOR, may_edit)
    return list_page(
        request, LICENCES, shown, template="licences/list.html", extra=extra, on=timezone.localdate()
    )


@page(Permission.LICENCES_VIEW)
def licence(request: HttpRequest, licence_id: int, tab: str = "") -> HttpResponse:
    """One licence; the tab is part of the address, and without one those who hold it stand first."""
    actor = actor_in(request)
    on = timezone.localdate()
    found = licence_for(actor=actor, licence_id=int(licence_id), on=on)
    tab = tab or _first_tab(actor, found)
    context = {
        "licence": found,
        "state": look.state_badge(found.state),
        "noun": noun(found.metric),
        "metric": _(metric_named(found.metric).label),
        "active": "licences",
        "tab": tab,
        "may_change": actor.may(Permission.LICENCES_CHANGE, found.company_id),
        "may_assign": actor.may(Permission.ASSIGNMENTS_CHANGE, found.company_id) and found.retired_at is None,
        "sees_prices": actor.may(Permission.PRICES_VIEW, found.company_id),
        "today": on,
    }
    context |= _rail(actor, found, context)
    context |= TABS[tab](request, found)
    return render(request, f"licences/{tab if tab not in KINDS_OF else 'holders'}.html", context)


def _first_tab(actor: Actor, found: LicenceOnDay) -> str:
    """Places where only they hold units of their own; devices where nobody but a device holds units or may."""
    if not metric_named(found.metric).holders & {"person", "device"}:
        return "locations"
    if "person" in metric_named(found.metric).holders or "device" not in metric_named(found.metric).holders:
        return "people"
    return "people" if held_by_kind(actor=actor, licence_id=found.pk)["person"] else "devices"


def _rail(actor: Actor, found: LicenceOnDay, context: Mapping[str, Any]) -> dict[str, Any]:
    may, line = context["may_change"], main_line_of(actor=actor, licence_id=found.pk, on=context["today"])
    shown = Shown(found, line)
    details = [
        EDITOR.detail(shown, "owner", may=may),
        Detail(_("Company"), found.company.name),
        Detail(_("Region"), found.region.name),
        Detail(_("Metric"), context["metric"]),
        *look.support_ends(found),
        EDITOR.detail(shown, "policy", may=may),
        EDITOR.detail(shown, "inventory_number", may=may),
        EDITOR.detail(shown, "tags", may=may),
        EDITOR.detail(shown, "cost_centre", may=may and line is not None),
        *look.seat_rules(found),
    ]
    if context["sees_prices"]:
        details.insert(4, Detail(_("Annual cost"), _money(found, Decimal(1))))
    happened = entries_of(
        actor=actor, view=Permission.LICENCES_VIEW, subject_kind="licence", subject_id=found.pk
    )
    today = context["today"]
    return {
        "details": details,
        "cooling": cooling_of(licence=found, on=context["today"]),
        "contracts": contracts_over(actor=actor, licence_id=found.pk, on=context["today"])[:SHOWN_CONTRACTS]
        if actor.may(Permission.CONTRACTS_VIEW, found.company_id)
        else (),
        "term_details": _term_details(shown, may=may),
        "terms": terms_of(actor=actor, licence_id=found.pk),
        "around": around(actor=actor, kind="licence", record_id=found.pk),
        "recent": entries(happened[:RAIL_ENTRIES])[:RAIL_ENTRIES],
        "cost_per_unit": _money(found, Decimal(found.purchased))
        if context["sees_prices"] and found.purchased
        else None,
        "over": max(found.held - found.purchased, 0),
        "decides_soon": bool(found.decide_by) and 0 <= (found.decide_by - today).days <= SOON_DAYS,
        "term": _term(found, today),
    }


def _term_details(shown: Shown, *, may: bool) -> list[Detail]:
    """The days of the line in force, and by when to decide; the days are edited where they stand."""
    may = may and shown.line is not None
    decide_by = shown.licence.decide_by
    decide = [Detail(_("Decide by"), f"{day(decide_by)}, {near(decide_by)}")] if decide_by else []
    return [
        EDITOR.detail(shown, "valid_from", may=may),
        *decide,
        EDITOR.detail(shown, "valid_to", may=may),
    ]


def _money(found: LicenceOnDay, units: Decimal) -> str | None:
    return (
        None
        if found.annual_cost is None
        else money((round(found.annual_cost / units, 2), found.currency or "EUR"))
    )


def _term(found: LicenceOnDay, today: date) -> SafeString | str:
    """The bar of the running term; nothing for a perpetual licence."""
    if not found.valid_from or not found.valid_to:
        return ""
    decide_on = found.decide_by if found.renews_itself else None
    return term(
        chart_id="term", first=found.valid_from, last=found.valid_to, decide_on=decide_on, today=today
    )


def tabs_of(request: HttpRequest, found: LicenceOnDay, current: str) -> list[Tab]:
    """The tabs of a licence with their counters."""
    held = held_by_kind(actor=actor_in(request), licence_id=found.pk)
    eligible = eligible_count(actor_in(request), found)
    holders, places = may_hold(found.metric), held["location"] + held["department"]
    may_see_runs = actor_in(request).may(Permission.RUNS_VIEW, found.company_id)
    names = (
        (
            "people",
            _("In use now") if eligible is not None else _("People"),
            held["person"] if held["person"] or "person" in holders else None,
        ),
        ("devices", _("Devices"), held["device"] if held["device"] or "device" in holders else None),
        ("locations", _("Locations"), places if places or holders & PLACES else None),
        ("eligible", _("Eligible"), eligible),
        ("waiting", _("Reserved, waiting"), None if found.metric == SITE else found.waiting or ""),
        ("position", _("Position"), "" if may_see_runs else None),
        ("purchases", _("Purchases"), ""),
        ("keys", _("Keys"), ""),
        ("documents", _("Documents"), ""),
        ("history", _("History"), ""),
    )
    return [
        Tab(
            label,
            reverse(
                "licence" if key == "people" else "licence_tab",
                args=[found.pk] if key == "people" else [found.pk, key],
            ),
            key == current,
            count,
        )
        for key, label, count in names
        if count is not None
    ]


def first_kind(metric: str) -> str:
    """The kind of place that holds units of the metric, for the button that assigns."""
    return "location" if "location" in may_hold(metric) else "department"


def _holders(request: HttpRequest, found: LicenceOnDay, *, tab: str) -> dict[str, Any]:
    """People, devices or places that hold units, as a list of its own with filter, sort and paging."""
    kind = first_kind(found.metric) if tab == "locations" else KINDS_OF[tab]
    asked = asked_of(request, ASSIGNMENTS, look.HOLDERS)
    narrowed = Asked(
        asked.path,
        parse_listing(ASSIGNMENTS, {**asked.given, "holder_kind": KINDS_OF[tab]}),
        asked.columns,
        asked.given,
    )
    found_page = read_page(
        ASSIGNMENTS, actor=actor_in(request), listing=narrowed.listing, licence_id=found.pk
    )
    may_assign = actor_in(request).may(Permission.ASSIGNMENTS_CHANGE, found.company_id)
    rows = [
        cells_of(row, narrowed.columns, look.HOLDERS) | {"name": row["holder_name"]}
        for row in found_page.rows
    ]
    if may_assign:
        for row in rows:
            row["acts"] = [{"label": _("Release"), "url": reverse("release", args=[row["id"]]), "key": "r"}]
    columns = heads(narrowed.columns, look.HOLDERS, narrowed.sort_of)
    if may_assign:
        columns.append(look.ACTIONS)
    return {
        "tabs": tabs_of(request, found, tab),
        "table": Table(_("Holders"), columns, rows=rows, selectable=may_assign, id="holders"),
        "pager": _pager(asked, found_page),
        "asked": asked,
        "kind": kind,
        "title": TITLES_OF[tab],
        "split": split_table(request, found) if tab == "locations" else (None, ""),
        "bulk": bulk_of(
            request,
            "assignments",
            query=f"licence={found.pk}&holder_kind={quote(KINDS_OF[tab])}",
            at_once={"release_seats": reverse("release_selected", args=[found.pk])},
        )
        if may_assign
        else None,
        "count": found_page.count,
        **_over_time(actor_in(request), found, KINDS_OF[tab]),
    }


def _over_time(actor: Actor, found: LicenceOnDay, kind: str) -> dict[str, Any]:
    """Who held units before, and what was purchased and used over the year."""
    ended = released_lately(actor=actor, licence_id=found.pk, kind=kind, limit=SHOWN_BEFORE)
    moved = moved_by_day(actor=actor, licence_id=found.pk)
    return {
        "before": held_before_of(ended, found),
        "chart": usage_chart(moved, found, timezone.localdate()),
    }


def _pager(asked: Asked, found: Page) -> Pager:
    return Pager(
        first=0,
        last=len(found.rows),
        total=found.count,
        previous_url=asked.url(before=found.previous) if found.previous else "",
        next_url=asked.url(after=found.next) if found.next else "",
    )


def _purchases(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    sees_prices = actor_in(request).may(Permission.PRICES_VIEW, found.company_id)
    may_change = actor_in(request).may(Permission.LICENCES_CHANGE, found.company_id)
    lines = purchases_of(actor=actor_in(request), licence_id=found.pk)
    return {
        "tabs": tabs_of(request, found, "purchases"),
        "table": look.lines_table(
            lines, sees_prices=sees_prices, may_change=may_change, on=timezone.localdate()
        ),
    }


def _history(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    happened = entries_of(
        actor=actor_in(request), view=Permission.LICENCES_VIEW, subject_kind="licence", subject_id=found.pk
    )
    return {"tabs": tabs_of(request, found, "history"), "entries": entries(happened[:SHOWN_ENTRIES])}


def _eligible(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    """Who may use a concurrent licence, and the most that did at once on each day."""
    return {"tabs": tabs_of(request, found, "eligible"), **eligible_context(request, found)}


def _waiting(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    """What is held back for departments, and who waits for units."""
    kind = "person" if "person" in may_hold(found.metric) else "device"
    return {
        "tabs": tabs_of(request, found, "waiting"),
        "kind": kind,
        **waiting_context(request, found),
    }


def _keys(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    """The sealed keys, masked; everything else about them is in the pages of keys."""
    return {"tabs": tabs_of(request, found, "keys"), **keys_context(request, found)}


def _documents(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    """The papers of the licence and of its lines."""
    return {"tabs": tabs_of(request, found, "documents"), **documents_context(request, found)}


def _position(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    """What the last run said of the product in the licence's company."""
    positions = positions_visible_to(actor=actor_in(request), product_id=found.product_id)
    rows = positions.filter(company_id=found.company_id).select_related("product__publisher", "edition")
    return {"tabs": tabs_of(request, found, "position"), "table": of_product(rows)}


TABS: Mapping[str, Callable[[HttpRequest, LicenceOnDay], dict[str, Any]]] = {
    "people": partial(_holders, tab="people"),
    "devices": partial(_holders, tab="devices"),
    "locations": partial(_holders, tab="locations"),
    "eligible": _eligible,
    "waiting": _waiting,
    "position": _position,
    "purchases": _purchases,
    "keys": _keys,
    "documents": _documents,
    "history": _history,
}
