"""Units held back for departments, and the waiting list: the tab of a licence and its small forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.assignments.actions import Holder
from trueup.assignments.holding import kind_of, name_of
from trueup.assignments.waiting import Place, leave_waiting_list, let_wait, waiting_for, waiting_list_of
from trueup.base.access import Permission
from trueup.licences.queries import licence_for
from trueup.licences.reserving import (
    ReservationTerms,
    end_reservation,
    reservation_for,
    reservations_of,
    reserve_units,
)
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.parts import part_choices
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table
from trueup.web.kit.typed import WholeNumber

if TYPE_CHECKING:
    from trueup.licences.models import Licence
    from trueup.licences.queries import LicenceOnDay

BOTH = ("GET", "HEAD", "POST")
CHANGE = Permission.ASSIGNMENTS_CHANGE
DAY = timedelta(days=1)


class ReservationForm(forms.Form):
    """How many units are held back, for whom and until when."""

    department = forms.TypedChoiceField(label=gettext_lazy("Department"), coerce=int)
    units = WholeNumber(
        label=gettext_lazy("Units"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("From the day after, what nobody took is free for everybody."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)


class LeavingForm(forms.Form):
    """Why somebody waits no more."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)


def waiting_context(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    """What is held back for whom, and who waits, in order."""
    may = actor_in(request).may(CHANGE, found.company_id)
    return {
        "reservations": _reserved_table(request, found, may=may),
        "line": _line_table(request, found, may=may),
    }


def _reserved_table(request: HttpRequest, found: LicenceOnDay, *, may: bool) -> Table:
    columns = [
        Column("department", _("Department")),
        Column("units", _("Reserved"), "number"),
        Column("taken", _("Held of them"), "number"),
        Column("left", _("Left"), "number"),
        Column("until", _("Last day"), "day"),
        *([Column("acts", _("Actions"), "actions", hidden_label=True)] if may else []),
    ]
    rows = [
        {
            "id": one.pk,
            "department": {"text": one.department.name, "sub": one.note},
            "units": one.units,
            "taken": one.taken,
            "left": one.units - one.taken,
            "until": one.until_on - DAY,
            "acts": [{"label": _("End"), "url": reverse("reservation_end", args=[found.pk, one.pk])}],
        }
        for one in reservations_of(actor=actor_in(request), licence_id=found.pk)
    ]
    return Table(_("Reservations"), columns, rows=rows, id="reservations")


def _line_table(request: HttpRequest, found: LicenceOnDay, *, may: bool) -> Table:
    columns = [
        Column("place", _("Place"), "number"),
        Column("holder", _("Waits"), "who"),
        Column("units", _("Units"), "number"),
        Column("since", _("Since"), "moment"),
        Column("by", _("Asked by"), low=True),
        *([Column("acts", _("Actions"), "actions", hidden_label=True)] if may else []),
    ]
    places = waiting_list_of(actor=actor_in(request), licence_id=found.pk)
    return Table(_("Waiting list"), columns, rows=[_waits(found, one) for one in places], id="waiting")


def _waits(found: LicenceOnDay, place: Place) -> dict[str, Any]:
    row = place.row
    thing = row.person or row.device
    kind = "device" if thing is None else kind_of(thing)
    return {
        "id": row.pk,
        "place": place.number,
        "holder": {
            "name": name_of(thing),
            "meta": row.reason,
            "kind": "avatar" if kind == "person" else "tile",
            "url": address_of(kind, thing.pk) if thing else "",
        },
        "units": row.units,
        "since": row.asked_at,
        "by": row.asked_by,
        "acts": [{"label": _("Take off"), "url": reverse("waiting_leave", args=[found.pk, row.pk])}],
    }


def put_in_line(request: HttpRequest, licence: Licence, holders: Sequence[tuple[Holder, int]]) -> str:
    """Let the ticked ones wait instead; the address to go on to."""
    places = let_wait(
        actor=actor_in(request), licence_id=licence.pk, holders=holders, reason=request.POST.get("reason", ""),
        at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    n = len(places)
    words = ngettext("%(n)s put on the waiting list", "%(n)s put on the waiting list", n)
    messages.success(request, words % {"n": n})
    return _tab(licence.pk)


def _tab(licence_id: int) -> str:
    return reverse("licence_tab", args=[licence_id, "waiting"])


def _context(licence: Licence, title: str, meta: str, verb: str) -> dict[str, Any]:
    back = _tab(licence.pk)
    return {
        "title": title,
        "meta": meta,
        "verb": verb,
        "back": back,
        "trail": [(_("Licences"), reverse("licences")), (licence.product.name, back)],
        "active": "licences",
    }


@page(CHANGE, methods=BOTH)
def reserve(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Hold units back for a department."""
    actor = actor_in(request)
    licence = licence_for(actor=actor, licence_id=licence_id, on=timezone.localdate(), permission=CHANGE)

    def act(values: Mapping[str, Any]) -> str:
        terms = ReservationTerms(values["department"], values["units"], values["until"], values["note"])
        made = reserve_units(
            actor=actor, licence_id=licence.pk, terms=terms, at=timezone.now(), on=timezone.localdate()
        )
        words = ngettext("%(n)s unit reserved", "%(n)s units reserved", made.units)
        messages.success(request, words % {"n": made.units})
        return _tab(licence.pk)

    form = ReservationForm(request.POST or None)
    form.fields["department"].choices = part_choices(actor, "department", licence.company_id)  # type: ignore[attr-defined]  # it is one of choices
    context = _context(licence, _("Reserve units"), licence.product.name, _("Reserve them"))
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(CHANGE, methods=BOTH)
def reservation_end(request: HttpRequest, licence_id: int, reservation_id: int) -> HttpResponse:
    """End a reservation before its day."""
    actor = actor_in(request)
    row = reservation_for(actor=actor, licence_id=licence_id, reservation_id=reservation_id)

    def act(_values: Mapping[str, Any]) -> str:
        end_reservation(
            actor=actor, licence_id=licence_id, reservation_id=reservation_id, at=timezone.now(),
            on=timezone.localdate(),
        )  # fmt: skip
        messages.success(request, _("Reservation ended"))
        return _tab(licence_id)

    form = forms.Form(request.POST if request.method == "POST" else None)
    context = _context(row.licence, _("End the reservation"), row.department.name, _("End it"))
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(CHANGE, methods=BOTH)
def waiting_leave(request: HttpRequest, licence_id: int, waiting_id: int) -> HttpResponse:
    """Take somebody off the waiting list."""
    actor = actor_in(request)
    row = waiting_for(actor=actor, licence_id=licence_id, waiting_id=waiting_id)
    name = name_of(row.person or row.device)

    def act(values: Mapping[str, Any]) -> str:
        leave_waiting_list(
            actor=actor, licence_id=licence_id, waiting_id=waiting_id, reason=values["reason"], at=timezone.now(),
            on=timezone.localdate(),
        )  # fmt: skip
        messages.success(request, _("%(name)s waits no more") % {"name": name})
        return _tab(licence_id)

    context = _context(row.licence, _("Take off the waiting list"), name, _("Take off"))
    form = LeavingForm(request.POST or None)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)
