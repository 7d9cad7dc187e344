"""The lists of assets, and one asset with its values, what refers to it and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assets.columns import ASSETS, register_of, rolled_values
from trueup.assets.queries import asset_for, counts_by_type, revisions_of, state_of
from trueup.assets.references import names_of
from trueup.assets.seeing import shown_fields
from trueup.audit.queries import entries_of
from trueup.base.access import Permission
from trueup.fields.queries import fields_of, type_for, types_visible_to
from trueup.web.flexible.around import around
from trueup.web.flexible.counting import counted_context
from trueup.web.flexible.look import look_of, shown_of, state_badge
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.history import entries
from trueup.web.kit.icons import ICONS
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Detail, Tab

if TYPE_CHECKING:
    from trueup.assets.models import Asset
    from trueup.base.actor import Actor
    from trueup.fields.terms import FieldTerms

SHOWN_ENTRIES, SHOWN_REVISIONS = 100, 100


@page(Permission.ASSETS_VIEW)
def assets(request: HttpRequest) -> HttpResponseBase:
    """All assets of the companies in view, and the types there are (C-003, C-004)."""
    actor = actor_in(request)
    counts = counts_by_type(actor=actor)
    types = [
        {
            "type": one,
            "icon": one.icon if one.icon in ICONS else "shapes",
            "count": counts.get(one.pk, 0),
            "url": reverse("asset_type", args=[one.pk]),
        }
        for one in types_visible_to(actor=actor)
    ]
    new_url = reverse("asset_type_new") if actor.may_somewhere(Permission.TYPES_MANAGE) else ""
    extra = {
        "types": types, "active": "flexible_assets", "new_url": new_url, "new_verb": _("New asset type"),
        "nothing_url": new_url, "nothing_verb": _("New asset type"),
    }  # fmt: skip
    return list_page(
        request, ASSETS, look_of(_("Name, tag or value")), template="flexible/list.html", extra=extra,
        on=timezone.localdate(), archived=_wants_archived(request),
    )  # fmt: skip


@page(Permission.ASSETS_VIEW)
def of_type(request: HttpRequest, type_id: int) -> HttpResponseBase:
    """The assets of a type, each field a column that can be filtered and sorted by."""
    actor = actor_in(request)
    type_ = type_for(actor=actor, type_id=type_id)
    may_add = type_.archived_at is None and actor.may_somewhere(Permission.ASSETS_CHANGE)
    new_url = reverse("asset_new", args=[type_id]) if may_add else ""
    extra = {
        "type": type_, "active": "flexible_assets", "new_url": new_url, "new_verb": _("New instance"), "nothing_url": new_url,
        "nothing_verb": _("New instance"), "definition_url": reverse("asset_type_definition", args=[type_id]),
    }  # fmt: skip
    register = register_of(type_)
    look = look_of(_("Name, tag or value"), is_assessed=register.column("standing") is not None)
    return list_page(
        request, register, look, template="flexible/list.html", extra=extra,
        on=timezone.localdate(), archived=_wants_archived(request),
    )  # fmt: skip


def _wants_archived(request: HttpRequest) -> bool:
    return "archived" in request.GET.get("state", "")


@page(Permission.ASSETS_VIEW)
def asset(request: HttpRequest, asset_id: int, tab: str = "values") -> HttpResponse:
    """One asset; the tab is part of the address."""
    actor, on = actor_in(request), timezone.localdate()
    found = asset_for(actor=actor, asset_id=asset_id)
    every = fields_of(found.type)
    fields = shown_fields(actor=actor, company_id=found.company_id, fields=every)
    may_change = actor.may(Permission.ASSETS_CHANGE, found.company_id)
    tabs = [
        Tab(_("Values"), reverse("asset", args=[found.pk]), tab == "values"),
        Tab(_("History"), reverse("asset_history", args=[found.pk]), tab == "history"),
    ]
    context: dict[str, Any] = {
        "asset": found, "active": "flexible_assets", "tabs": tabs, "state": state_badge(state_of(found, on=on)),
        "may_change": may_change and found.archived_at is None, "may_restore": may_change and found.archived_at is not None,
        "details": _details(found), "type_url": reverse("asset_type", args=[found.type_id]),
    }  # fmt: skip
    if tab == "history":
        context |= _history(actor, found, every, fields)
    else:
        context |= counted_context(actor, found, fields, every)
        found.values = context.pop("values") | rolled_values(asset=found, fields=every)
        names = names_of(actor=actor, fields=fields, values=found.values)
        may_reveal = actor.may(Permission.KEYS_REVEAL, found.company_id)
        context["shown"] = shown_of(
            found, fields, names, may_reveal=may_reveal, may_attach=context["may_change"]
        )
        context["around"] = around(actor=actor, kind="asset", record_id=found.pk)
    return render(request, f"flexible/{tab}.html", context)


def _details(found: Asset) -> list[Detail]:
    return [
        Detail(_("Type"), found.type.name, url=reverse("asset_type", args=[found.type_id])),
        Detail(_("Company"), found.company.name),
        Detail(_("Tags"), ", ".join(found.tags)),
        Detail(_("Revision"), found.revision),
    ]


def _history(
    actor: Actor, found: Asset, every: tuple[FieldTerms, ...], seen: tuple[FieldTerms, ...]
) -> dict[str, Any]:
    """What happened, without the values of fields that are not for this reader; and the revisions to go back to."""
    happened = list(
        entries_of(actor=actor, view=Permission.ASSETS_VIEW, subject_kind="asset", subject_id=found.pk)[
            :SHOWN_ENTRIES
        ]
    )
    hidden = {field.key for field in every} - {field.key for field in seen}
    for one in happened:
        one.details = {name: value for name, value in one.details.items() if name not in hidden}
    rows = revisions_of(actor=actor, asset_id=found.pk)[:SHOWN_REVISIONS]
    return {"entries": entries(happened), "revisions": rows}
