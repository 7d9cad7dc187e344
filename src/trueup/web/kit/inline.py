"""Editing one field where it stands: in the details of a record or in the cell of a list. The same address is the small
form for htmx and a whole page without script. A save names the revision it started from; where somebody else was faster
both values are shown, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trueup.base.problems import NotAllowed, NotFound, Problem, Stale
from trueup.web.kit import cells
from trueup.web.kit.forms import control
from trueup.web.kit.list_cells import KINDS, Look, Special, value_of
from trueup.web.kit.panels import Detail, Words
from trueup.web.kit.refusals import REFUSED
from trueup.web.kit.register import register

if TYPE_CHECKING:
    from trueup.base.registers import Register

R = TypeVar("R")
CELL: Final = "cell"


@dataclass(frozen=True, slots=True)
class Editable(Generic[R]):
    """One field: how its form field is made, what it starts with, how the value reads in details and in a cell."""

    label: Words
    control: Callable[[HttpRequest, R], forms.Field]
    started: Callable[[R], Any]
    detail: Callable[[R], Detail]
    cell: Callable[[R], tuple[str, Any]]
    people: bool = False
    missing: Words = ""


@dataclass(frozen=True, slots=True)
class Editor(Generic[R]):
    """What can be edited in place of one kind of record. ``find`` asks for the right to change it; ``carry_out`` calls the
    one action, with the fields it should change and the revision it started from.
    """

    view: str
    fields: Mapping[str, Editable[R]]
    find: Callable[[HttpRequest, int], R]
    carry_out: Callable[[HttpRequest, R, str, Any, int | None], object]
    back: Callable[[R], str]
    title: Callable[[R], str]
    active: str

    def url(self, record_id: int, key: str, *, place: str = "") -> str:
        """The address of one field's form."""
        address = reverse(self.view, args=[record_id, key])
        return f"{address}?in={place}" if place else address

    def detail(self, record: Any, key: str, *, may: bool) -> Detail:
        """The line of the details card, with its way to edit for whoever may."""
        shown = self.fields[key].detail(record)
        return replace(shown, edit_url=self.url(record.pk, key) if may else "", key=key)


def edit_in_place(request: HttpRequest, editor: Editor[Any], record_id: int, key: str) -> HttpResponse:
    """Show the form of one field, save it, or show the value again (``?shown=1``: what Esc asks for)."""
    if key not in editor.fields:
        raise NotFound(_("There is no field %(name)s here.") % {"name": key})
    record = editor.find(request, record_id)
    if request.method != "POST":
        if request.GET.get("shown") and _is_part(request):
            return _value(request, editor, record, key)
        return _form(request, editor, record, key, _bound(request, editor, record, key))
    form = _bound(request, editor, record, key)
    if not form.is_valid():
        return _form(request, editor, record, key, form, status=REFUSED)
    return _save(request, editor, record, key, form)


def _bound(request: HttpRequest, editor: Editor[Any], record: Any, key: str) -> forms.Form:
    """A form of the one field. Its id is unlike any other's, since a page may hold many of them."""
    field = editor.fields[key]
    form = forms.Form(
        request.POST if request.method == "POST" else None,
        initial={key: field.started(record)},
        auto_id=f"edit-{record.pk}-%s",
    )
    control = field.control(request, record)
    control.label = str(field.label)
    control.widget.attrs["autofocus"] = True
    if field.people:
        control.widget.attrs["list"] = f"edit-{record.pk}-{key}-people"
        control.widget.attrs["autocomplete"] = "off"
    form.fields[key] = control
    return form


def _save(request: HttpRequest, editor: Editor[Any], record: Any, key: str, form: forms.Form) -> HttpResponse:
    value = form.cleaned_data[key]
    try:
        try:
            editor.carry_out(request, record, key, value, _revision(request))
        except Stale:
            record = editor.find(request, record.pk)
            if _said(editor, record, key) != request.POST.get("was", ""):
                return _form(request, editor, record, key, form, status=Stale.status, is_stale=True)
            editor.carry_out(request, record, key, value, record.revision)
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        form.add_error(key, problem.detail)
        return _form(request, editor, record, key, form, status=problem.status)
    if _is_part(request):
        return _value(request, editor, editor.find(request, record.pk), key)
    return HttpResponseRedirect(editor.back(record))


def _revision(request: HttpRequest) -> int | None:
    """The revision the edit started from: ``If-Match`` as programs send it, or the form's own field."""
    given = request.headers.get("If-Match", "").strip().strip('"').removeprefix("r")
    given = given or request.POST.get("revision", "")
    return int(given) if given.isdigit() else None


def _said(editor: Editor[Any], record: Any, key: str) -> str:
    """The value as the form would begin with, as text: what ``was`` compares."""
    value = editor.fields[key].started(record)
    return "" if value is None else str(value)


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _place(request: HttpRequest) -> str:
    return CELL if request.GET.get("in") == CELL else ""


def _form(
    request: HttpRequest,
    editor: Editor[Any],
    record: Any,
    key: str,
    form: forms.Form,
    *,
    status: int = 200,
    is_stale: bool = False,
) -> HttpResponse:
    field = editor.fields[key]
    address = editor.url(record.pk, key, place=_place(request))
    context = {
        "form": form,
        "bound": form[key],
        "record": record,
        "field": field,
        "was": _said(editor, record, key)
        if is_stale or request.method != "POST"
        else request.POST.get("was", ""),
        "revision": record.revision
        if is_stale or request.method != "POST"
        else request.POST.get("revision", ""),
        "is_stale": is_stale,
        "theirs": field.detail(record).value,
        "address": address,
        "shown_url": f"{address}{'&' if '?' in address else '?'}shown=1",
        "back": editor.back(record),
        "title": _("Edit %(field)s") % {"field": str(field.label).lower()},
        "of": editor.title(record),
        "active": editor.active,
    }
    template = "kit/inline.html" if _is_part(request) else "kit/inline_page.html"
    return _varying(render(request, template, context, status=status))


def _value(request: HttpRequest, editor: Editor[Any], record: Any, key: str) -> HttpResponse:
    """The value as it reads now, with its pencil, which takes the focus back."""
    field = editor.fields[key]
    if _place(request) == CELL:
        kind, value = field.cell(record)
        shown = cells.render(
            "edit",
            edit_cell(
                kind, value, field.missing, editor.url(record.pk, key, place=CELL), field.label, focus=True
            ),
            "",
        )
        return _varying(HttpResponse(shown))
    item = editor.detail(record, key, may=True)
    return _varying(render(request, "kit/inline_value.html", {"item": item, "focus": True}))


def _varying(response: HttpResponse) -> HttpResponse:
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "no-store"
    return response


def edit_cell(
    kind: str, value: Any, missing: Words, edit_url: str, label: Words, *, focus: bool = False
) -> dict[str, Any]:
    """The value of a cell of the kind ``edit``: another cell, and the way to edit it."""
    return {
        "kind": kind,
        "value": value,
        "missing": missing,
        "edit_url": edit_url,
        "label": label,
        "focus": focus,
    }


def editable(look: Look, listed: Register, editor: Editor[Any], companies: frozenset[int] | None) -> Look:
    """The look of a list in which whoever may change a row's company edits it in the cell; ``companies`` are those,
    None all. Rows of other companies, and columns that are no field of the editor, stay as they are.
    """
    wanted = {key: column for key in editor.fields if (column := listed.column(key)) is not None}
    special = dict(look.special)
    for key, column in wanted.items():
        old = look.special.get(key)
        kind = old.kind if old else KINDS[column.kind]
        read = old.value if old else _reader(column)
        missing = look.missing.get(key, "")
        special[key] = Special(
            "edit", _cell_of(editor, key, kind, read, missing, companies), old.label if old else ""
        )
    return replace(look, special=special)


def _reader(column: Any) -> Callable[[Mapping[str, Any]], Any]:
    return lambda row: value_of(row, column)


def _cell_of(
    editor: Editor[Any],
    key: str,
    kind: str,
    read: Callable[[Mapping[str, Any]], Any],
    missing: Words,
    companies: frozenset[int] | None,
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def cell(row: Mapping[str, Any]) -> dict[str, Any]:
        may = companies is None or row.get("company_id") in companies
        url = editor.url(row["id"], key, place=CELL) if may else ""
        return edit_cell(kind, read(row), missing, url, editor.fields[key].label)

    return cell


@register.simple_tag
def inline_control(bound: forms.BoundField) -> SafeString:
    """The bare control of the one field, described by its hint and its error."""
    return control(bound, described=bool(bound.help_text))


def back_to(name: str) -> Callable[[Any], str]:
    """The page of the record."""
    return lambda record: reverse(name, args=[record.pk])
