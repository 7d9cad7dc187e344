"""What can be done and opened from anywhere: commands, commands with their object filled in, pages, help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.licences.metrics import metric_named
from trueup.reports.search.finding import Found, Hit
from trueup.web.menu import menu_for

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

READ = ("how-to", "explanation", "start", "counting")
"""The folders of the documentation that are read by people at work; the reference is found from there."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do, or a page: who sees it and where it leads. ``right`` none is for everybody."""

    label: _StrOrPromise
    view: str
    icon: str
    right: Permission | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """A command with its object filled in."""

    label: str
    url: str
    icon: str


COMMANDS = (
    Command(gettext_lazy("New licence"), "licence_new", "plus", Permission.LICENCES_CHANGE),
    Command(gettext_lazy("Add a person"), "person_new", "user-plus", Permission.PEOPLE_CHANGE),
    Command(gettext_lazy("Add a device"), "device_new", "laptop", Permission.DEVICES_CHANGE),
    Command(gettext_lazy("Add a product"), "product_new", "boxes", Permission.CATALOGUE_CHANGE),
    Command(gettext_lazy("New user"), "user_new", "user-plus", Permission.USERS_MANAGE),
    Command(gettext_lazy("Grant a role"), "role_new", "shield-check", Permission.USERS_MANAGE),
    Command(gettext_lazy("New company"), "company_new", "building-2", Permission.COMPANIES_MANAGE),
    Command(gettext_lazy("Import a spreadsheet"), "imports", "upload", Permission.IMPORTS_RUN),
)
PAGES = (
    Command(gettext_lazy("Audit log"), "audit_log", "history", Permission.AUDIT_VIEW),
    Command(gettext_lazy("Your account and tokens"), "account", "user"),
    Command(gettext_lazy("Passkeys and codes"), "mfa_index", "fingerprint-pattern"),
    Command(gettext_lazy("Help"), "help", "circle-question-mark"),
)


def commands_for(actor: Actor, words: str) -> list[dict[str, Any]]:
    """What can be done without an object, by any of its words."""
    return _options(actor, COMMANDS, words)


def pages_for(actor: Actor, words: str) -> list[dict[str, Any]]:
    """Pages of the menu and of the settings, by any of their words."""
    entries = [entry for group in menu_for(actor, "") for entry in group["entries"]]
    of_menu = [
        {"label": str(entry["label"]), "url": entry["url"], "icon": entry["icon"]}
        for entry in entries
        if is_meant(words, str(entry["label"]))
    ]
    return of_menu + _options(actor, PAGES, words)


def _options(actor: Actor, known: Iterable[Command], words: str) -> list[dict[str, Any]]:
    return [
        {"label": str(one.label), "url": reverse(one.view), "icon": one.icon}
        for one in known
        if (one.right is None or actor.may_somewhere(one.right)) and is_meant(words, str(one.label))
    ]


def is_meant(words: str, label: str) -> bool:
    """Whether every word begins one of the label's, in any order.

    >>> is_meant("lic new", "New licence"), is_meant("cence", "New licence"), is_meant("", "New licence")
    (True, False, True)
    """
    said = label.casefold().split()
    return all(any(part.startswith(word) for part in said) for word in words.casefold().split())


def help_for(words: str) -> list[dict[str, Any]]:
    """Pages of the documentation whose title has the words."""
    titles = _titles(Path(settings.DOCS)) if words else ()
    return [
        {
            "label": title,
            "url": reverse("help_page", args=[name]),
            "icon": "circle-question-mark",
            "meta": _("Help"),
        }
        for name, title in titles
        if is_meant(words, title)
    ]


@lru_cache(maxsize=2)
def _titles(folder: Path) -> tuple[tuple[str, str], ...]:
    """Name and title of each page; read once a process."""
    found = []
    for file in sorted(path for part in READ for path in (folder / part).glob("*.md")):
        with file.open(encoding="utf-8") as lines:
            found.append(
                (str(file.relative_to(folder).with_suffix("")), lines.readline().lstrip("# ").strip())
            )
    return tuple(found)


def deeds_for(actor: Actor, groups: Iterable[Found]) -> list[dict[str, Any]]:
    """What can be done with the best hits: the object is filled in."""
    best = {found.kind.key: found.hits[0] for found in groups}
    deeds = [*_with_licence(actor, best.get("licence")), *_with_holder(actor, best)]
    return [{"label": deed.label, "url": deed.url, "icon": deed.icon} for deed in deeds]


def _with_licence(actor: Actor, hit: Hit | None) -> Iterable[Deed]:
    if hit is None:
        return
    company_id, name = hit.row["company_id"], {"name": hit.name}
    if actor.may(Permission.ASSIGNMENTS_CHANGE, company_id):
        holders = metric_named(hit.row["metric"]).holders
        kind = "person" if "person" in holders else "device"
        yield Deed(_("Assign %(name)s") % name, reverse("assign", args=[hit.id, kind]), "user-plus")
        if hit.row["used"]:
            tab = reverse("licence", args=[hit.id]) if kind == "person" else _devices_of(hit.id)
            yield Deed(_("Release units of %(name)s") % name, tab, "undo-2")
    if actor.may(Permission.LICENCES_CHANGE, company_id):
        yield Deed(_("Add a purchase to %(name)s") % name, reverse("line_new", args=[hit.id]), "receipt")


def _devices_of(licence_id: int) -> str:
    return reverse("licence_tab", args=[licence_id, "devices"])


def _with_holder(actor: Actor, best: Mapping[str, Hit]) -> Iterable[Deed]:
    person, device = best.get("person"), best.get("device")
    if person and actor.may(Permission.PEOPLE_CHANGE, person.row["company_id"]):
        yield Deed(
            _("Edit %(name)s") % {"name": person.name}, reverse("person_change", args=[person.id]), "pencil"
        )
    if device and actor.may(Permission.DEVICES_CHANGE, device.row["company_id"]):
        yield Deed(
            _("Edit %(name)s") % {"name": device.name}, reverse("device_change", args=[device.id]), "pencil"
        )
