"""Pages that define types: a new one with its fields on one page, name and icon, its definition, archive, file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assets.retyping import retype
from trueup.base.access import Permission
from trueup.base.problems import FieldError, Problem
from trueup.fields.actions import PLAIN, archive_type, create_type, restore_type
from trueup.fields.exchange import exported_type, template_named, templates, terms_from
from trueup.fields.kinds.register import KINDS
from trueup.fields.queries import fields_of, may_change_type, removed_fields, type_for, versions_of
from trueup.web.flexible.forms import ROWS, TypeForm, new_type_form, options_told, rows_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.refusals import save_form

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.fields.terms import TypeTerms

BOTH = ("GET", "HEAD", "POST")
MANAGE = Permission.TYPES_MANAGE
SHOWN_VERSIONS = 50


@page(MANAGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """A new type: name, icon, description and its fields, on one page that needs no script (C-005 to C-007)."""
    actor = actor_in(request)
    title, back = _("New asset type"), reverse("flexible_assets")
    company, choice = choose_for(request, MANAGE, title=title, back=back)
    if company is None:
        return choice
    template = template_named(request.GET["template"]) if request.GET.get("template") else None
    form = new_type_form(request.POST or None, template, may_share=_may_share(actor))

    def act(values: Mapping[str, Any]) -> str:
        rows = rows_of(values, template)
        given = {name: values[name] for name in PLAIN}
        try:
            terms = terms_from({**given, "fields": [row for _place, row in rows]})
        except Problem as problem:
            raise _placed(problem, [place for place, _row in rows]) from problem
        company_id = None if values.get("shared") else company.pk
        made = create_type(actor=actor, company_id=company_id, terms=terms, at=timezone.now())
        messages.success(request, _("Type saved. It can be used at once."))
        return reverse("asset_type", args=[made.pk])

    offered = [(key, terms.name) for key, terms in templates().items()]
    context = {
        "title": title, "meta": company.name, "verb": _("Save type"), "back": back, "active": "flexible_assets", "templates": offered,
        "company": company, "suggested": _suggested(request, template), "rows": form.rows(),
    }  # fmt: skip
    return save_form(request, form, act=act, template="flexible/type_new.html", context=context)


def _may_share(actor: Actor) -> bool:
    return actor.only is None and actor.companies(MANAGE) is None


def _suggested(request: HttpRequest, template: TypeTerms | None) -> tuple[str, str] | None:
    """The template of the name that was typed, where another way was begun (C-006)."""
    name = request.POST.get("name", "").strip().casefold()
    found = [(key, terms.name) for key, terms in templates().items() if terms.name.casefold() == name]
    return found[0] if found and template is None else None


def _placed(problem: Problem, places: list[int]) -> Problem:
    """The problem with each error at the row of the form it came from."""
    errors = []
    for error in problem.errors:
        parts = error.field.split(".")
        if len(parts) == 3 and parts[0] == "fields" and parts[1].isdigit():  # noqa: PLR2004  # fields, place, option
            parts[1] = str(places[int(parts[1])])
            parts[2] = parts[2] if parts[2] in ROWS else "label"
        errors.append(FieldError(".".join(parts), error.detail))
    return type(problem)(problem.detail, errors=tuple(errors))


@page(Permission.ASSETS_VIEW)
def definition(request: HttpRequest, type_id: int) -> HttpResponse:
    """How a type is defined, which fields were taken off, and its versions."""
    actor = actor_in(request)
    type_ = type_for(actor=actor, type_id=type_id)
    rows = [
        {
            "key": field.key, "label": field.label, "kind": KINDS[field.kind].label, "hint": field.hint,
            "options": options_told(field),
        }
        for field in fields_of(type_)
    ]  # fmt: skip
    context = {
        "type": type_, "fields": rows, "removed": removed_fields(type_=type_), "active": "flexible_assets",
        "versions": versions_of(actor=actor, type_id=type_id)[:SHOWN_VERSIONS],
        "may_change": may_change_type(actor=actor, type_=type_),
    }  # fmt: skip
    return render(request, "flexible/definition.html", context)


@page(MANAGE, methods=BOTH)
def change(request: HttpRequest, type_id: int) -> HttpResponse:
    """Name, description and icon."""
    actor = actor_in(request)
    type_ = type_for(actor=actor, type_id=type_id, permission=MANAGE)
    back = reverse("asset_type_definition", args=[type_id])

    def act(values: Mapping[str, Any]) -> str:
        changes = {name: values[name] for name in PLAIN}
        retype(actor=actor, type_id=type_id, changes=changes, version=values["version"], at=timezone.now())
        messages.success(request, _("Type saved"))
        return back

    initial = {
        "name": type_.name,
        "description": type_.description,
        "icon": type_.icon,
        "counts_as": type_.counts_as,
        "version": type_.version,
    }
    context = {
        "title": _("Edit type"), "meta": type_.name, "verb": _("Save type"), "back": back, "active": "flexible_assets",
        "trail": [(_("Flexible assets"), reverse("flexible_assets")), (type_.name, back)],
    }  # fmt: skip
    form = TypeForm(request.POST or None, initial=initial)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(MANAGE, methods=("POST",))
def archive(request: HttpRequest, type_id: int) -> HttpResponse:
    """Take a type out of use, or into it again."""
    actor = actor_in(request)
    type_ = type_for(actor=actor, type_id=type_id, permission=MANAGE)
    if type_.archived_at is None:
        archive_type(actor=actor, type_id=type_id, at=timezone.now())
        messages.success(request, _("Type archived. Its assets stay readable."))
    else:
        restore_type(actor=actor, type_id=type_id, at=timezone.now())
        messages.success(request, _("Type restored"))
    return redirect("asset_type_definition", type_id)


@page(Permission.ASSETS_VIEW)
def file(request: HttpRequest, type_id: int) -> HttpResponse:
    """The definition as a file for another installation."""
    type_ = type_for(actor=actor_in(request), type_id=type_id)
    answer = JsonResponse(exported_type(type_), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="asset-type-{type_.pk}.json"'
    return answer
