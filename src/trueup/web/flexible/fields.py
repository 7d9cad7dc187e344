"""Pages of one field: add, change with what that does to records, take off, bring back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assets.retyping import preview_type, retype
from trueup.base.access import Permission
from trueup.base.problems import FieldError, NotAllowed, NotFound, Problem
from trueup.fields.actions import remove_field, restore_field
from trueup.fields.kinds.register import KINDS
from trueup.fields.queries import fields_of, type_for
from trueup.web.flexible.forms import field_form, field_given
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import REFUSED, refuse

if TYPE_CHECKING:
    from trueup.fields.models import Type
    from trueup.fields.terms import FieldTerms

BOTH = ("GET", "HEAD", "POST")
MANAGE = Permission.TYPES_MANAGE


@page(MANAGE, methods=BOTH)
def new(request: HttpRequest, type_id: int) -> HttpResponse:
    """Add a field; its kind decides which options the page has."""
    type_ = type_for(actor=actor_in(request), type_id=type_id, permission=MANAGE)
    wanted = request.POST.get("kind") or request.GET.get("kind", "")
    return _edit(request, type_, None, wanted if wanted in KINDS else "text")


@page(MANAGE, methods=BOTH)
def change(request: HttpRequest, type_id: int, field_key: str) -> HttpResponse:
    """Change a field."""
    type_ = type_for(actor=actor_in(request), type_id=type_id, permission=MANAGE)
    field = next((one for one in fields_of(type_) if one.key == field_key), None)
    if field is None:
        raise NotFound(_("The type has no field “%(key)s”.") % {"key": field_key[:60]})
    return _edit(request, type_, field, field.kind)


def _edit(request: HttpRequest, type_: Type, field: FieldTerms | None, kind: str) -> HttpResponse:
    """Show the form; say what a change would do to records; store it once that was seen, or where it does nothing."""
    form = field_form(request.POST or None, kind=kind, field=field, version=type_.version)
    status, effects = 200, []
    if request.method == "POST":
        status = REFUSED
        if form.is_valid():
            try:
                effects = _effects(request, type_, field, form)
                if not effects or request.POST.get("confirmed"):
                    return _saved(request, type_, field, form)
                status = 200
            except (NotFound, NotAllowed):
                raise
            except Problem as problem:
                refuse(form, _unplaced(problem))
                status = problem.status
    back = reverse("asset_type_definition", args=[type_.pk])
    context: dict[str, Any] = {
        "title": _("Edit field") if field else _("New field"), "type": type_, "form": form, "effects": effects, "back": back,
        "verb": _("Save field"), "field": field, "kinds": [] if field else KINDS.values(), "kind": kind, "active": "flexible_assets",
    }  # fmt: skip
    return render(request, "flexible/field.html", context, status=status)


def _effects(request: HttpRequest, type_: Type, field: FieldTerms | None, form: Any) -> list[Any]:
    given = field_given(form, key=field.key if field else "")
    found = preview_type(actor=actor_in(request), type_id=type_.pk, changes={}, fields=[given])
    return [one for one in found if one.missing or one.unfit]


def _saved(request: HttpRequest, type_: Type, field: FieldTerms | None, form: Any) -> HttpResponse:
    given = field_given(form, key=field.key if field else "")
    retype(
        actor=actor_in(request), type_id=type_.pk, changes={}, fields=[given], version=form.cleaned_data["version"],
        at=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Field saved"))
    return redirect("asset_type_definition", type_.pk)


def _unplaced(problem: Problem) -> Problem:
    """The problem with its errors at the options themselves: there is one field here."""
    errors = tuple(FieldError(error.field.rpartition(".")[2], error.detail) for error in problem.errors)
    return type(problem)(problem.detail, errors=errors)


@page(MANAGE, methods=("POST",))
def remove(request: HttpRequest, type_id: int, field_key: str) -> HttpResponse:
    """Take a field off; its values stay."""
    remove_field(actor=actor_in(request), type_id=type_id, key=field_key, at=timezone.now())
    messages.success(request, _("Field taken off. Its values are kept for when it comes back."))
    return redirect("asset_type_definition", type_id)


@page(MANAGE, methods=("POST",))
def restore(request: HttpRequest, type_id: int, field_key: str) -> HttpResponse:
    """Bring a field back."""
    restore_field(actor=actor_in(request), type_id=type_id, key=field_key, at=timezone.now())
    messages.success(request, _("Field brought back, with its values"))
    return redirect("asset_type_definition", type_id)
