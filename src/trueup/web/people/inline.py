"""What of a person can be edited where it stands. Another region is refused while units of this one are held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from trueup.assignments.regions import change_person_holding
from trueup.base.access import Permission
from trueup.people.queries import person_for
from trueup.tenancy.queries import regions_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.inline import Editable, Editor, edit_in_place
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.panels import Detail
from trueup.web.kit.parts import part_editable
from trueup.web.pick.views import person_by_login

if TYPE_CHECKING:
    from trueup.people.models import Person

BOTH = ("GET", "HEAD", "POST")


def _find(request: HttpRequest, person_id: int) -> Person:
    return person_for(actor=actor_in(request), person_id=person_id, permission=Permission.PEOPLE_CHANGE)


def _save(request: HttpRequest, record: Person, key: str, value: Any, revision: int | None) -> object:
    actor = actor_in(request)
    change: dict[str, Any] = {key: value}
    if key == "manager":
        manager = person_by_login(actor=actor, company_id=record.company_id, login=value, field=key)
        change = {"manager_id": manager}
    elif key in {"department", "location", "region"}:
        change = {f"{key}_id": int(value) if value else None}
    return change_person_holding(
        actor=actor, person_id=record.pk, changes=change, revision=revision, at=timezone.now()
    )


def _regions(request: HttpRequest, record: Person) -> forms.Field:
    rows = regions_visible_to(actor=actor_in(request)).filter(company_id=record.company_id)
    return forms.ChoiceField(choices=[(str(one.pk), one.name) for one in rows])


def _manager(record: Person) -> Detail:
    name = record.manager.name if record.manager else None
    return Detail(_("Manager"), name, url=address_of("person", record.manager_id), person=True)


FIELDS: Final[Mapping[str, Editable[Person]]] = {
    "email": Editable(
        _("E-mail"),
        lambda _request, _record: forms.EmailField(required=False, max_length=254),
        lambda record: record.email,
        lambda record: Detail(_("E-mail"), record.email or None),
        lambda record: ("text", record.email or None),
        missing=_("none"),
    ),
    "employee_number": Editable(
        _("Employee no."),
        lambda _request, _record: forms.CharField(required=False, max_length=60),
        lambda record: record.employee_number,
        lambda record: Detail(_("Employee no."), record.employee_number or None, mono=True),
        lambda record: ("mono", record.employee_number or None),
        missing=_("none"),
    ),
    "department": part_editable("department"),
    "location": part_editable("location"),
    "region": Editable(
        _("Region"),
        _regions,
        lambda record: str(record.region_id),
        lambda record: Detail(_("Region"), record.region.name),
        lambda record: ("text", record.region.name),
    ),
    "manager": Editable(
        _("Manager"),
        lambda _request, _record: forms.CharField(required=False, max_length=150, help_text=_("Login")),
        lambda record: record.manager.username if record.manager else "",
        _manager,
        lambda record: ("text", record.manager.name if record.manager else None),
        people=True,
        missing=_("nobody"),
    ),
}
EDITOR: Final[Editor[Person]] = Editor(
    view="person_edit",
    fields=FIELDS,
    find=_find,
    carry_out=_save,
    back=lambda record: reverse("person", args=[record.pk]),
    title=lambda record: str(record.name),
    active="people",
)


@page(Permission.PEOPLE_CHANGE, methods=BOTH)
def edit(request: HttpRequest, person_id: int, field: str) -> HttpResponse:
    """One field of a person, edited where it stands."""
    return edit_in_place(request, EDITOR, person_id, field)
