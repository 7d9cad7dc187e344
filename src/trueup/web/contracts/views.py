"""The list of contracts, and one contract with its tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.audit.queries import entries_of
from trueup.base.access import Permission
from trueup.contracts.columns import CONTRACTS
from trueup.contracts.queries import chain_of, contract_for, devices_under
from trueup.licences.covering import count_under, directly_under, licences_under, lines_under, spend_under
from trueup.web.contracts import look
from trueup.web.contracts.remarks import remarks_as_html
from trueup.web.documents.tab import contract_documents_context
from trueup.web.flexible.around import around
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.charts.term import term
from trueup.web.kit.figures import day, money, units
from trueup.web.kit.history import entries
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Detail, Tab

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.contracts.queries import ContractOnDay

SHOWN, SHOWN_ENTRIES, RAIL_ENTRIES = 500, 100, 5


@page(Permission.CONTRACTS_VIEW)
def contracts(request: HttpRequest) -> HttpResponseBase:
    """All contracts of the companies in view."""
    may_change = actor_in(request).may_somewhere(Permission.CONTRACTS_CHANGE)
    new_url = reverse("contract_new") if may_change else ""
    extra = {
        "new_url": new_url, "new_verb": _("New contract"), "nothing_url": new_url, "nothing_verb": _("New contract"),
    }  # fmt: skip
    return list_page(
        request, CONTRACTS, look.LOOK, template="kit/list_new.html", extra=extra, on=timezone.localdate()
    )


@page(Permission.CONTRACTS_VIEW)
def contract(request: HttpRequest, contract_id: int, tab: str = "licences") -> HttpResponse:
    """One contract; the tab is part of the address."""
    actor, on = actor_in(request), timezone.localdate()
    found = contract_for(actor=actor, contract_id=int(contract_id), on=on)
    context: dict[str, Any] = {
        "contract": found,
        "state": look.state_badge(found.state),
        "active": "contracts",
        "tab": tab,
        "tabs": _tabs(actor, found, tab),
        "may_change": actor.may(Permission.CONTRACTS_CHANGE, found.company_id) and found.retired_at is None,
        "may_buy": actor.may(Permission.LICENCES_CHANGE, found.company_id) and found.retired_at is None,
        "sees_prices": actor.may(Permission.PRICES_VIEW, found.company_id),
        "locked": bool(found.renews_itself and found.decide_by and found.decide_by < on and found.state != "ended"),
        "around": around(actor=actor, kind="contract", record_id=found.pk),
        "remarks": remarks_as_html(found.remarks) if found.remarks else "",
        "today": on,
    }  # fmt: skip
    context |= _rail(actor, found, context) | BODIES[tab](request, found, context)
    return render(request, f"contracts/{tab}.html", context)


def _tabs(actor: Actor, found: ContractOnDay, current: str) -> list[Tab]:
    sees_devices = actor.may(Permission.DEVICES_VIEW, found.company_id)
    names = (
        ("licences", _("Licences"), ""),
        ("lines", _("Lines"), ""),
        ("devices", _("Devices"), found.devices if sees_devices else None),
        ("documents", _("Documents"), ""),
        ("history", _("History"), ""),
    )
    return [
        Tab(label, _tab(found.pk, key), key == current, count)
        for key, label, count in names
        if count is not None
    ]


def _tab(contract_id: int, key: str) -> str:
    if key == "licences":
        return reverse("contract", args=[contract_id])
    return reverse("contract_tab", args=[contract_id, key])


def _rail(actor: Actor, found: ContractOnDay, context: dict[str, Any]) -> dict[str, Any]:
    edit = reverse("contract_change", args=[found.pk]) if context["may_change"] else ""
    owner = found.owner.name if found.owner else None
    details = [
        Detail(_("Number"), found.number, mono=True, edit_url=edit),
        Detail(_("Supplier"), found.supplier, edit_url=edit),
        Detail(_("Parties"), found.parties, edit_url=edit),
        Detail(_("Company"), _company(found)),
        Detail(_("Owner"), owner, edit_url=edit, person=True, url=address_of("person", found.owner_id)),
        Detail(_("Service level"), found.service_level, edit_url=edit),
        Detail(_("Price cap"), None if found.price_cap_percent is None else _("%(n)s %% a renewal") % {"n": found.price_cap_percent.normalize()}, edit_url=edit),
        Detail(_("Tags"), ", ".join(found.tags), edit_url=edit),
    ]  # fmt: skip
    if found.portal_url:
        details.insert(5, Detail(_("Portal"), found.portal_url, url=found.portal_url))
    if context["sees_prices"]:
        spent = spend_under(actor=actor, contract_id=found.pk, on=context["today"])
        own = None if found.price is None else money((found.price, found.currency))
        details.insert(5, Detail(_("Spent to date"), " + ".join(money(one) for one in spent) or None))
        details.insert(5, Detail(_("Price of the term"), own, edit_url=edit))
    if found.true_up_on or found.baseline_units is not None:
        details.append(Detail(_("True-up"), day(found.true_up_on)))
        details.append(Detail(_("Baseline"), units(found.baseline_units)))
    happened = entries_of(
        actor=actor, view=Permission.CONTRACTS_VIEW, subject_kind="contract", subject_id=found.pk
    )
    chain = chain_of(actor=actor, contract_id=found.pk)
    return {
        "details": details,
        "recent": entries(happened[:RAIL_ENTRIES])[:RAIL_ENTRIES],
        "chain": chain if len(chain) > 1 else [],
        "term": ""
        if not found.valid_to
        else term(
            chart_id="term",
            first=found.valid_from,
            last=found.valid_to,
            decide_on=found.decide_by if found.renews_itself else None,
            today=context["today"],
        ),
    }


def _company(found: ContractOnDay) -> str:
    if found.covers_children:
        return _("%(name)s and the companies below it") % {"name": found.company.name}
    return found.company.name


def _licences(request: HttpRequest, found: ContractOnDay, context: dict[str, Any]) -> dict[str, Any]:
    actor, on = actor_in(request), context["today"]
    rows = licences_under(actor=actor, contract_id=found.pk, on=on).select_related("product__publisher")
    direct = directly_under(actor=actor, contract_id=found.pk)
    counts = count_under(actor=actor, contract_id=found.pk, on=on) if _is_counted(found) else ()
    return {
        "table": look.licences_table(
            rows[:SHOWN], direct=direct, contract_id=found.pk, may_change=context["may_change"]
        ),
        "counts": look.counts_table(counts) if counts else None,
        "count_today": sum(one.used for one in counts),
        "is_counted": _is_counted(found),
    }


def _is_counted(found: ContractOnDay) -> bool:
    """Whether there is a baseline to hold today's count against (R-022)."""
    return found.kind == "enterprise" or found.baseline_units is not None or found.covers_children


def _lines(request: HttpRequest, found: ContractOnDay, context: dict[str, Any]) -> dict[str, Any]:
    rows = lines_under(actor=actor_in(request), contract_id=found.pk)[:SHOWN]
    return {"table": look.lines_table(rows, sees_prices=context["sees_prices"])}


def _devices(request: HttpRequest, found: ContractOnDay, context: dict[str, Any]) -> dict[str, Any]:
    rows = devices_under(actor=actor_in(request), contract_id=found.pk)[:SHOWN]
    return {
        "table": look.devices_table(rows, contract_id=found.pk, may_change=context["may_change"]),
        "shown": SHOWN,
    }


def _documents(request: HttpRequest, found: ContractOnDay, _context: dict[str, Any]) -> dict[str, Any]:
    return contract_documents_context(request, found)


def _history(request: HttpRequest, found: ContractOnDay, _context: dict[str, Any]) -> dict[str, Any]:
    happened = entries_of(
        actor=actor_in(request), view=Permission.CONTRACTS_VIEW, subject_kind="contract", subject_id=found.pk
    )
    return {"entries": entries(happened[:SHOWN_ENTRIES])}


BODIES = {
    "licences": _licences,
    "lines": _lines,
    "devices": _devices,
    "documents": _documents,
    "history": _history,
}
