"""Regions, locations and departments of a company: added, renamed, retired, and deleted while nothing uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.tenancy.actions import add_region
from trueup.tenancy.parts import add_part, change_part, delete_part, part_for, reinstate_part, retire_part
from trueup.tenancy.queries import (
    company_for,
    cost_centres_visible_to,
    departments_ever,
    departments_visible_to,
    locations_ever,
    regions_ever,
    regions_visible_to,
)
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.forms import offer
from trueup.web.kit.refusals import save_form
from trueup.web.settings.forms import DepartmentForm, LocationForm, RegionForm

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.tenancy.models import Company
    from trueup.tenancy.parts import Part

BOTH = ("GET", "HEAD", "POST")
MANAGE = Permission.COMPANIES_MANAGE
ICONS: Final = {"region": "map-pin", "location": "building-2", "department": "users"}
FORMS: Final[Mapping[str, type[forms.Form]]] = MappingProxyType(
    {"region": RegionForm, "location": LocationForm, "department": DepartmentForm}
)
TITLES: Final = {
    "region": (gettext_lazy("Add a region"), gettext_lazy("Edit the region")),
    "location": (gettext_lazy("Add a location"), gettext_lazy("Edit the location")),
    "department": (gettext_lazy("Add a department"), gettext_lazy("Edit the department")),
}


def parts_of(actor: Actor, company: Company) -> list[dict[str, Any]]:
    """The three lists of the company's page."""
    lists: tuple[tuple[str, Any, Any, Callable[[Any], str]], ...] = (
        ("region", _("Regions"), regions_ever, lambda _one: ""),
        ("location", _("Locations"), locations_ever, lambda one: one.region.name),
        ("department", _("Departments"), departments_ever, _above),
    )
    nothing = {
        "region": "",
        "location": _("None yet. People and devices are at locations, and a site licence is held by one."),
        "department": _("None yet. Departments hold licences and pay their part of them."),
    }
    return [
        {
            "kind": kind,
            "title": title,
            "icon": ICONS[kind],
            "verb": TITLES[kind][0],
            "nothing": nothing[kind],
            "new_url": reverse(f"{kind}_new", args=[company.pk]),
            "rows": [
                {
                    "part": one,
                    "meta": meta(one),
                    "is_default": getattr(one, "is_default", False),
                    "change_url": reverse(f"{kind}_change", args=[one.pk]),
                    "end_url": reverse(f"{kind}_end", args=[one.pk]),
                }
                for one in _rows(kind, rows(actor=actor).filter(company_id=company.pk))
            ],
        }
        for kind, title, rows, meta in lists
    ]


def _rows(kind: str, rows: Any) -> Any:
    return rows.select_related("parent", "cost_centre") if kind == "department" else rows


def _above(one: Any) -> str:
    codes = (one.parent.name if one.parent else "", one.cost_centre.code if one.cost_centre else "")
    return " · ".join(code for code in codes if code)


@page(MANAGE, methods=BOTH)
def part_new(request: HttpRequest, company_id: int, kind: str) -> HttpResponse:
    """Add a region, a location or a department."""
    actor = actor_in(request)
    company = company_for(actor=actor, company_id=company_id, permission=MANAGE)

    def act(values: Mapping[str, Any]) -> str:
        if kind == "region":
            add_region(actor=actor, company=company, name=values["name"], at=timezone.now())
        else:
            add_part(actor=actor, company=company, kind=kind, values=values, at=timezone.now())
        messages.success(request, _("%(name)s added") % {"name": values["name"]})
        return reverse("company", args=[company.pk])

    context = _page(company, str(TITLES[kind][0]), _("Add"))
    return save_form(
        request, _form(request, actor, company, kind), act=act, template="kit/form_page.html", context=context
    )


@page(MANAGE, methods=BOTH)
def part_change(request: HttpRequest, kind: str, **number: int) -> HttpResponse:
    """Rename a part, or say what it belongs to."""
    actor, part_id = actor_in(request), number[f"{kind}_id"]
    part = part_for(actor=actor, kind=kind, part_id=part_id)

    def act(values: Mapping[str, Any]) -> str:
        change_part(actor=actor, kind=kind, part_id=part_id, changes=values, at=timezone.now())
        messages.success(request, _("%(name)s saved") % {"name": values["name"]})
        return reverse("company", args=[part.company_id])

    context = _page(part.company, str(TITLES[kind][1]), _("Save"))
    return save_form(
        request,
        _form(request, actor, part.company, kind, part),
        act=act,
        template="kit/form_page.html",
        context=context,
    )


@page(MANAGE, methods=BOTH)
def part_end(request: HttpRequest, kind: str, **number: int) -> HttpResponse:
    """Retire a part, offer it again, or delete it where nothing uses it; a refusal names who does."""
    actor = actor_in(request)
    part = part_for(actor=actor, kind=kind, part_id=number[f"{kind}_id"])
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _end(actor, kind, part, request.POST.get("do", ""))
        except (NotFound, NotAllowed):
            raise
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("%(name)s saved") % {"name": part.name})
            return redirect("company", part.company_id)
    context = {
        **_page(part.company, part.name, ""),
        "part": part,
        "kind": kind,
        "problem": problem,
        "active": "settings",
    }
    return render(request, "settings/part_end.html", context, status=problem.status if problem else 200)


def _end(actor: Actor, kind: str, part: Part, what: str) -> None:
    deeds = {"retire": retire_part, "reinstate": reinstate_part, "delete": delete_part}
    if what not in deeds:
        raise Http404
    deeds[what](actor=actor, kind=kind, part_id=part.pk, at=timezone.now())


def _form(
    request: HttpRequest, actor: Actor, company: Company, kind: str, part: Part | None = None
) -> forms.Form:
    kinds = FORMS[kind]
    initial = {name: getattr(part, name) for name in kinds.base_fields} if part else None
    form = kinds(request.POST or None, initial=initial)
    if kind == "location":
        rows = regions_visible_to(actor=actor).filter(company_id=company.pk)
        offer(form, "region_id", [(one.pk, one.name) for one in rows])
    if kind == "department":
        others = departments_visible_to(actor=actor).filter(company_id=company.pk)
        others = others.exclude(pk=part.pk) if part else others
        offer(form, "parent_id", [("", _("none")), *((one.pk, one.name) for one in others)])
        centres = cost_centres_visible_to(actor=actor).filter(company_id=company.pk)
        offer(form, "cost_centre_id", [("", _("none")), *((one.pk, one.code) for one in centres)])
    return form


def _page(company: Company, title: str, verb: str) -> dict[str, Any]:
    back = reverse("company", args=[company.pk])
    trail = [(_("Settings"), reverse("settings")), (company.name, back)]
    return {"title": title, "meta": company.name, "verb": verb, "back": back, "trail": trail}
