"""What of a device can be edited where it stands. Another region or place is refused while units bound to it are held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from trueup.assignments.regions import change_device_holding
from trueup.base.access import Permission
from trueup.devices.queries import device_for
from trueup.tenancy.queries import regions_visible_to
from trueup.web.devices.forms import CHOICES
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.inline import Editable, Editor, edit_in_place
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.panels import Detail, Words
from trueup.web.kit.parts import part_editable
from trueup.web.pick.views import person_by_login

if TYPE_CHECKING:
    from trueup.devices.models import Device

BOTH = ("GET", "HEAD", "POST")
PEOPLE: Final = ("user", "owner")
PARTS: Final = ("region", "location", "department")
FIELD_OF: Final = {"asset_class": "environment"}


def _find(request: HttpRequest, device_id: int) -> Device:
    return device_for(actor=actor_in(request), device_id=device_id, permission=Permission.DEVICES_CHANGE)


def _save(request: HttpRequest, record: Device, key: str, value: Any, revision: int | None) -> object:
    actor = actor_in(request)
    change: dict[str, Any] = {FIELD_OF.get(key, key): value}
    if key in PEOPLE:
        person = person_by_login(actor=actor, company_id=record.company_id, login=value, field=key)
        change = {f"{key}_id": person}
    elif key in PARTS:
        change = {f"{key}_id": int(value) if value else None}
    return change_device_holding(
        actor=actor, device_id=record.pk, changes=change, revision=revision, at=timezone.now()
    )


def _regions(request: HttpRequest, record: Device) -> forms.Field:
    rows = regions_visible_to(actor=actor_in(request)).filter(company_id=record.company_id)
    return forms.ChoiceField(choices=[(str(one.pk), one.name) for one in rows])


def _choice(key: str, label: Words) -> Editable[Device]:
    choices = CHOICES[key]
    field = FIELD_OF.get(key, key)

    def words(record: Device) -> str:
        value = getattr(record, field)
        return str(dict(choices).get(value, value))

    return Editable(
        label,
        lambda _request, _record: forms.ChoiceField(choices=choices),
        lambda record: getattr(record, field),
        lambda record: Detail(label, words(record)),
        lambda record: ("text", words(record)),
    )


def _person(key: str, label: Words) -> Editable[Device]:
    def of(record: Device) -> tuple[str | None, str]:
        person = getattr(record, key)
        return (person.name if person else None), address_of("person", person.pk if person else None)

    return Editable(
        label,
        lambda _request, _record: forms.CharField(required=False, max_length=150, help_text=_("Login")),
        lambda record: getattr(record, key).username if getattr(record, key) else "",
        lambda record: Detail(label, of(record)[0], url=of(record)[1], person=True),
        lambda record: ("text", {"text": of(record)[0], "url": of(record)[1]} if of(record)[0] else None),
        people=True,
        missing=_("nobody"),
    )


def _text(key: str, label: Words, *, longest: int, is_required: bool = False) -> Editable[Device]:
    read: Callable[[Device], str] = lambda record: str(getattr(record, key))  # noqa: E731 - used four times below
    return Editable(
        label,
        lambda _request, _record: forms.CharField(required=is_required, max_length=longest),
        read,
        lambda record: Detail(label, read(record) or None, mono=True),
        lambda record: ("mono", read(record) or None),
    )


FIELDS: Final[Mapping[str, Editable[Device]]] = {
    "hostname": _text("hostname", _("Name"), longest=200, is_required=True),
    "status": _choice("status", _("Status")),
    "kind": _choice("kind", _("Kind")),
    "asset_class": _choice("asset_class", _("Stands in")),
    "user": _person("user", _("User")),
    "owner": _person("owner", _("Owner")),
    "region": Editable(
        _("Region"),
        _regions,
        lambda record: str(record.region_id),
        lambda record: Detail(_("Region"), record.region.name),
        lambda record: ("text", record.region.name),
    ),
    "location": part_editable("location"),
    "department": part_editable("department"),
    "serial": _text("serial", _("Serial"), longest=150),
    "barcode": _text("barcode", _("Barcode"), longest=100),
    "inventory_number": _text("inventory_number", _("Inventory no."), longest=100),
}
IN_THE_LIST: Final = ("user", "owner", "region", "barcode", "inventory_number")
EDITOR: Final[Editor[Device]] = Editor(
    view="device_edit",
    fields=FIELDS,
    find=_find,
    carry_out=_save,
    back=lambda record: reverse("device", args=[record.pk]),
    title=lambda record: str(record.hostname),
    active="devices",
)


@page(Permission.DEVICES_CHANGE, methods=BOTH)
def edit(request: HttpRequest, device_id: int, field: str) -> HttpResponse:
    """One field of a device, edited where it stands."""
    return edit_in_place(request, EDITOR, device_id, field)
