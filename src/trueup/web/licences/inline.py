"""What of a licence can be edited where it stands: owner, policy, tags, number, and the days and cost centre of its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.licences.actions import change_licence
from trueup.licences.correcting import correct_purchase
from trueup.licences.queries import licence_for, main_line_of
from trueup.tenancy.queries import cost_centres_visible_to
from trueup.web.gate import page
from trueup.web.kit import figures
from trueup.web.kit.asker import actor_in
from trueup.web.kit.inline import Editable, Editor, edit_in_place
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.panels import Detail
from trueup.web.licences.forms import POLICIES, tags_of
from trueup.web.pick.views import person_by_login

if TYPE_CHECKING:
    from datetime import date

    from trueup.licences.models import Purchase
    from trueup.licences.queries import LicenceOnDay

BOTH = ("GET", "HEAD", "POST")
OF_THE_LINE: Final = frozenset({"valid_from", "valid_to", "cost_centre"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A licence with the line whose days it shows, none where none is in force."""

    licence: LicenceOnDay
    line: Purchase | None

    @property
    def pk(self) -> int:
        return int(self.licence.pk)

    @property
    def revision(self) -> int:
        return int(self.licence.revision)

    @property
    def company_id(self) -> int:
        return int(self.licence.company_id)

    @property
    def valid_to(self) -> date | None:
        """The last covered day."""
        ends = self.line.valid_until if self.line else None
        return ends - timedelta(days=1) if ends else None


def _find(request: HttpRequest, licence_id: int) -> Shown:
    actor, on = actor_in(request), timezone.localdate()
    found = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    return Shown(found, main_line_of(actor=actor, licence_id=licence_id, on=on))


def _save(request: HttpRequest, record: Shown, key: str, value: Any, revision: int | None) -> object:
    actor, at, on = actor_in(request), timezone.now(), timezone.localdate()
    if key in OF_THE_LINE:
        if record.line is None:
            raise InvalidValue.of(
                key, _("No purchase line is in force today, so there is no day to correct.")
            )
        return correct_purchase(
            actor=actor,
            licence_id=record.pk,
            purchase_id=record.line.pk,
            changes=_line_change(key, value),
            revision=revision,
            at=at,
            on=on,
        )
    change: dict[str, Any] = {key: value}
    if key == "owner":
        owner = person_by_login(actor=actor, company_id=record.company_id, login=value, field=key)
        change = {"owner_id": owner}
    elif key == "tags":
        change = {"tags": sorted(tags_of(value))}
    return change_licence(actor=actor, licence_id=record.pk, changes=change, revision=revision, at=at, on=on)


def _line_change(key: str, value: Any) -> dict[str, Any]:
    if key == "valid_to":
        return {"valid_until": value + timedelta(days=1) if value else None}
    return {"cost_centre_id": int(value) if value else None} if key == "cost_centre" else {key: value}


def _owner(record: Shown) -> Detail:
    owner = record.licence.owner
    name = owner.name if owner else None
    return Detail(_("Owner"), name, url=address_of("person", record.licence.owner_id), person=True)


def _owner_cell(record: Shown) -> tuple[str, Any]:
    owner = record.licence.owner
    url = address_of("person", record.licence.owner_id)
    return "person", {"name": owner.name, "url": url} if owner else None


def _day(label: Any, day: date | None) -> Detail:
    return Detail(label, figures.day(day) if day else _("no end"))


def _cost_centre(request: HttpRequest, record: Shown) -> forms.Field:
    rows = cost_centres_visible_to(actor=actor_in(request)).filter(company_id=record.company_id)
    choices = [("", _("none")), *((str(one.pk), one.code) for one in rows)]
    return forms.ChoiceField(choices=choices, required=False)


FIELDS: Final[Mapping[str, Editable[Shown]]] = {
    "owner": Editable(
        gettext_lazy("Owner"),
        lambda _request, _record: forms.CharField(
            required=False, max_length=150, help_text=gettext_lazy("Login")
        ),
        lambda record: record.licence.owner.username if record.licence.owner else "",
        _owner,
        _owner_cell,
        people=True,
        missing=gettext_lazy("nobody"),
    ),
    "policy": Editable(
        gettext_lazy("Beyond the limit"),
        lambda _request, _record: forms.ChoiceField(choices=POLICIES),
        lambda record: record.licence.policy,
        lambda record: Detail(_("Beyond the limit"), record.licence.get_policy_display()),
        lambda record: ("text", record.licence.get_policy_display()),
    ),
    "inventory_number": Editable(
        gettext_lazy("Inventory no."),
        lambda _request, _record: forms.CharField(required=False, max_length=100),
        lambda record: record.licence.inventory_number,
        lambda record: Detail(_("Inventory no."), record.licence.inventory_number or None, mono=True),
        lambda record: ("mono", record.licence.inventory_number or None),
    ),
    "tags": Editable(
        gettext_lazy("Tags"),
        lambda _request, _record: forms.CharField(
            required=False, max_length=500, help_text=gettext_lazy("Separated by commas")
        ),
        lambda record: ", ".join(record.licence.tags),
        lambda record: Detail(_("Tags"), ", ".join(record.licence.tags) or None),
        lambda record: ("badges", [{"label": tag, "tone": "line"} for tag in record.licence.tags] or None),
    ),
    "valid_from": Editable(
        gettext_lazy("Valid from"),
        lambda _request, _record: forms.DateField(widget=forms.DateInput),
        lambda record: record.line.valid_from if record.line else None,
        lambda record: _day(_("Valid from"), record.line.valid_from if record.line else None),
        lambda record: ("day", record.line.valid_from if record.line else None),
    ),
    "valid_to": Editable(
        gettext_lazy("Valid to"),
        lambda _request, _record: forms.DateField(
            required=False, widget=forms.DateInput, help_text=gettext_lazy("Last covered day. Empty: no end.")
        ),
        lambda record: record.valid_to,
        lambda record: _day(_("Valid to"), record.valid_to),
        lambda record: ("day", record.valid_to),
        missing=gettext_lazy("no end"),
    ),
    "cost_centre": Editable(
        gettext_lazy("Cost centre"),
        _cost_centre,
        lambda record: str(record.line.cost_centre_id or "") if record.line else "",
        lambda record: Detail(
            _("Cost centre"),
            record.line.cost_centre.code if record.line and record.line.cost_centre else None,
        ),
        lambda record: (
            "text",
            record.line.cost_centre.code if record.line and record.line.cost_centre else None,
        ),
    ),
}
EDITOR: Final[Editor[Shown]] = Editor(
    view="licence_edit",
    fields=FIELDS,
    find=_find,
    carry_out=_save,
    back=lambda record: reverse("licence", args=[record.pk]),
    title=lambda record: str(record.licence.product.name),
    active="licences",
)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def edit(request: HttpRequest, licence_id: int, field: str) -> HttpResponse:
    """One field of a licence, edited where it stands."""
    return edit_in_place(request, EDITOR, licence_id, field)
