"""The list of people, and one person with everything they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.regions import change_person_holding
from trueup.audit.queries import entries_of
from trueup.base.access import Permission
from trueup.devices.queries import devices_of_person
from trueup.people.actions import PersonTerms, add_person, mark_left
from trueup.people.columns import PEOPLE
from trueup.people.queries import person_for
from trueup.tenancy.queries import regions_visible_to
from trueup.web.bulk.offers import bulk_of
from trueup.web.flexible.around import around
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.forms import offer
from trueup.web.kit.history import entries
from trueup.web.kit.inline import editable
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Detail
from trueup.web.kit.parts import part_choices
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table
from trueup.web.licences.held import held_before, held_table
from trueup.web.people.forms import ChangeForm, LeftForm, PersonForm
from trueup.web.people.inline import EDITOR
from trueup.workflows.queries import workflows_about

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.people.models import Person

BOTH = ("GET", "HEAD", "POST")
SHOWN_ENTRIES = 50
SHOWN_DEVICES = 100


def _active(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["is_active"]:
        return {"label": _("Active"), "tone": "good", "icon": "circle-check"}
    return {"label": _("Left"), "tone": "warn", "icon": "user-x"}


LOOK = Look(
    noun=gettext_lazy("people"),
    icon="users",
    placeholder=gettext_lazy("Name, login, mail or number"),
    nothing_title=gettext_lazy("No people yet"),
    nothing_text=gettext_lazy(
        "People stand here with what they hold. Add them one by one, or import a spreadsheet."
    ),
    missing={
        "department": gettext_lazy("none"),
        "left_on": gettext_lazy("works here"),
        "email": gettext_lazy("none"),
        "employee_number": gettext_lazy("none"),
    },
    special={
        "name": Special(
            "who",
            lambda row: {
                "name": row["name"],
                "url": address_of("person", row["id"]),
                "kind": "avatar",
                "meta": row["department__name"] or "",
            },
        ),
        "is_active": Special("badge", _active, gettext_lazy("State")),
    },
    beside=frozenset({"department", "employee_number"}),
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Active"), "is_active=true"),
        View(gettext_lazy("Left"), "is_active=false"),
    ),
)


@page(Permission.PEOPLE_VIEW)
def people(request: HttpRequest) -> HttpResponseBase:
    """Everybody of the companies in view."""
    may = actor_in(request).may_somewhere(Permission.PEOPLE_CHANGE)
    extra = {
        "new_url": reverse("person_new") if may else "",
        "new_verb": _("Add a person"),
        "nothing_url": reverse("person_new") if may else "",
        "bulk": bulk_of(request, "people"),
    }
    may_edit = actor_in(request).companies(Permission.PEOPLE_CHANGE)
    return list_page(
        request, PEOPLE, editable(LOOK, PEOPLE, EDITOR, may_edit), template="kit/list_new.html", extra=extra
    )


@page(Permission.PEOPLE_VIEW)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: what they hold, who they are, what happened."""
    actor = actor_in(request)
    found = person_for(actor=actor, person_id=person_id)
    may_change = actor.may(Permission.PEOPLE_CHANGE, found.company_id)
    happened = entries_of(
        actor=actor, view=Permission.PEOPLE_VIEW, subject_kind="person", subject_id=found.pk
    )
    context = {
        "person": found,
        "held": held_table(
            actor=actor, company_id=found.company_id, person_id=found.pk, on=timezone.localdate()
        ),
        "devices": _devices(actor, found) if actor.may(Permission.DEVICES_VIEW, found.company_id) else None,
        "before": held_before(actor=actor, person_id=found.pk),
        "workflows": workflows_about(actor=actor, person_id=found.pk),
        "around": around(actor=actor, kind="person", record_id=found.pk),
        "may_assign": actor.may(Permission.ASSIGNMENTS_CHANGE, found.company_id),
        "may_change": may_change,
        "may_move": may_change and actor.may_elsewhere(Permission.PEOPLE_CHANGE, found.company_id),
        "entries": entries(happened[:SHOWN_ENTRIES]),
        "details": [
            Detail(_("Login"), found.username, mono=True),
            *(
                EDITOR.detail(found, key, may=may_change)
                for key in ("email", "employee_number", "department", "location", "region", "manager")
            ),
            Detail(_("Company"), found.company.name),
        ],
    }
    return render(request, "people/person.html", context)


def _devices(actor: Actor, found: Person) -> Table:
    """What the person uses and owns."""
    rows = [
        {
            "id": one.pk,
            "device": {
                "name": one.hostname,
                "meta": one.get_kind_display(),
                "url": address_of("device", one.pk),
            },
            "how": " · ".join(
                str(words)
                for words, person_id in ((_("uses it"), one.user_id), (_("owns it"), one.owner_id))
                if person_id == found.pk
            ),
            "status": one.get_status_display(),
        }
        for one in devices_of_person(actor=actor, person_id=found.pk)[:SHOWN_DEVICES]
    ]
    columns = [
        Column("device", _("Device"), "who"),
        Column("how", _("How")),
        Column("status", _("Status"), low=True),
    ]
    return Table(_("Devices"), columns, rows=rows, id="devices")


@page(Permission.PEOPLE_CHANGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponseBase:
    """Add somebody by hand."""
    actor = actor_in(request)
    company, choosing = choose_for(
        request, Permission.PEOPLE_CHANGE, title=_("Add a person"), back=reverse("people")
    )
    if company is None:
        return choosing
    form = PersonForm(request.POST or None)
    offer(
        form,
        "region_id",
        [(one.pk, one.name) for one in regions_visible_to(actor=actor).filter(company_id=company.pk)],
    )

    def act(values: Mapping[str, Any]) -> str:
        made = add_person(actor=actor, company_id=company.pk, terms=PersonTerms(**values), at=timezone.now())
        messages.success(request, _("%(name)s added") % {"name": made.name})
        return reverse("person", args=[made.pk])

    context = {
        "title": _("Add a person"),
        "meta": company.name,
        "verb": _("Add the person"),
        "back": reverse("people"),
        "trail": [(_("People"), reverse("people"))],
    }
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(Permission.PEOPLE_CHANGE, methods=BOTH)
def change(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change a person; a save names the revision it started from."""
    actor = actor_in(request)
    found = person_for(actor=actor, person_id=person_id, permission=Permission.PEOPLE_CHANGE)
    initial = {
        name: getattr(found, name)
        for name in (
            "name",
            "email",
            "employee_number",
            "department_id",
            "location_id",
            "region_id",
            "revision",
        )
    }
    form = ChangeForm(request.POST or None, initial=initial)
    for key in ("department", "location"):
        offer(form, f"{key}_id", part_choices(actor, key, found.company_id, getattr(found, key)))
    offer(
        form,
        "region_id",
        [(one.pk, one.name) for one in regions_visible_to(actor=actor).filter(company_id=found.company_id)],
    )

    def act(values: Mapping[str, Any]) -> str:
        changes = {name: value for name, value in values.items() if name != "revision"}
        change_person_holding(
            actor=actor, person_id=person_id, changes=changes, revision=values["revision"], at=timezone.now()
        )
        messages.success(request, _("Person saved"))
        return reverse("person", args=[person_id])

    return save_form(
        request,
        form,
        act=act,
        template="kit/form_page.html",
        context=_form_context(found, _("Edit person"), _("Save person")),
    )


@page(Permission.PEOPLE_CHANGE, methods=BOTH)
def left(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note that somebody has left; what they hold is shown until it is released."""
    actor = actor_in(request)
    found = person_for(actor=actor, person_id=person_id, permission=Permission.PEOPLE_CHANGE)

    def act(values: Mapping[str, Any]) -> str:
        mark_left(actor=actor, person_id=person_id, left_on=values["left_on"], at=timezone.now())
        messages.success(
            request, _("Noted. What %(name)s holds stays until you release it.") % {"name": found.name}
        )
        return reverse("person", args=[person_id])

    form = LeftForm(request.POST or None, initial={"left_on": timezone.localdate()})
    return save_form(
        request,
        form,
        act=act,
        template="kit/form_page.html",
        context=_form_context(found, _("Has left"), _("Note it")),
    )


def _form_context(found: Any, title: str, verb: str) -> dict[str, Any]:
    back = reverse("person", args=[found.pk])
    return {
        "title": title,
        "meta": found.name,
        "verb": verb,
        "back": back,
        "trail": [(_("People"), reverse("people")), (found.name, back)],
        "active": "people",
    }
