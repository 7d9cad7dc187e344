"""The menu: which pages there are, in which group, and who sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from trueup.base.actor import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    key: str
    label: _StrPromise
    icon: str
    view: str
    permission: Permission


GROUPS: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    ("", (Entry("overview", _("Overview"), "layout-dashboard", "overview", Permission.LICENCES_VIEW),)),
    (
        _("Manage"),
        (
            Entry("licences", _("Licences"), "key-round", "licences", Permission.LICENCES_VIEW),
            Entry("purchases", _("Purchases"), "receipt", "purchases", Permission.LICENCES_VIEW),
            Entry("contracts", _("Contracts"), "file-text", "contracts", Permission.CONTRACTS_VIEW),
            Entry("renewals", _("Renewals"), "calendar-clock", "renewals", Permission.LICENCES_VIEW),
            Entry("alerts", _("Alerts"), "circle-alert", "alerts", Permission.LICENCES_VIEW),
            Entry("people", _("People"), "users", "people", Permission.PEOPLE_VIEW),
            Entry("devices", _("Devices"), "laptop", "devices", Permission.DEVICES_VIEW),
            Entry(
                "flexible_assets", _("Flexible assets"), "shapes", "flexible_assets", Permission.ASSETS_VIEW
            ),
            Entry("articles", _("Articles"), "book-open", "articles", Permission.ARTICLES_VIEW),
        ),
    ),
    (
        _("Assure"),
        (
            Entry("position", _("Position"), "scale", "positions", Permission.RUNS_VIEW),
            Entry("findings", _("Findings"), "flag", "findings", Permission.RUNS_VIEW),
            Entry("audits", _("Software audits"), "shield-check", "audits", Permission.RUNS_VIEW),
            Entry("reviews", _("Reviews"), "calendar-check", "reviews", Permission.LICENCES_VIEW),
            Entry("discovered", _("Discovered"), "radar", "titles", Permission.INVENTORY_VIEW),
            Entry("receipts", _("Inventories"), "inbox", "receipts", Permission.INVENTORY_VIEW),
            Entry("sources", _("Sources"), "plug", "sources", Permission.INVENTORY_VIEW),
        ),
    ),
    (
        _("Workspace"),
        (
            Entry("reports", _("Reports"), "chart-column", "reports", Permission.LICENCES_VIEW),
            Entry("tickets", _("Tickets"), "ticket", "tickets", Permission.AUDIT_VIEW),
            Entry("workflows", _("Workflows"), "workflow", "workflows", Permission.LICENCES_VIEW),
            Entry("catalogue", _("Catalogue"), "boxes", "products", Permission.CATALOGUE_VIEW),
            Entry("jobs", _("Jobs"), "list", "jobs", Permission.COMPANIES_VIEW),
            Entry("imports", _("Import"), "upload", "imports", Permission.IMPORTS_RUN),
            Entry("settings", _("Settings"), "settings", "settings", Permission.COMPANIES_VIEW),
        ),
    ),
)


def menu_for(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The groups the actor may open, the current entry marked."""
    groups = []
    for label, entries in GROUPS:
        shown = [
            {
                "key": e.key,
                "label": e.label,
                "icon": e.icon,
                "url": (url := reverse(e.view)),
                "current": _is_here(url, path),
            }
            for e in entries
            if actor.may_somewhere(e.permission)
        ]
        if shown:
            groups.append({"label": label, "entries": shown})
    return groups


def label_at(path: str) -> str:
    """What the menu calls the page a path belongs to; nothing where it has no line there."""
    entries = [entry for _label, group in GROUPS for entry in group if entry.view != "overview"]
    return next((str(entry.label) for entry in entries if path.startswith(reverse(entry.view))), "")


def _is_here(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
