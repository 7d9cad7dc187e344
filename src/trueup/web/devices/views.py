"""The list of devices, and one device with facts, installed software, licences and neighbours."""

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

from trueup.assignments.regions import change_device_holding
from trueup.audit.queries import entries_of
from trueup.base.access import Permission
from trueup.contracts.queries import contracts_covering
from trueup.devices.actions import DeviceTerms, add_device
from trueup.devices.columns import DEVICES
from trueup.devices.queries import device_for, guests_of
from trueup.inventory.queries import SUITES, installations_visible_to, sections_of
from trueup.tenancy.queries import regions_visible_to
from trueup.web.bulk.offers import bulk_of
from trueup.web.devices.forms import DeviceForm
from trueup.web.devices.inline import EDITOR
from trueup.web.flexible.around import around
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.figures import moment
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
from trueup.web.titles.use import last_used
from trueup.workflows.queries import expectations_of, units_bound_to, workflows_about

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.devices.models import Device

BOTH = ("GET", "HEAD", "POST")
SHOWN_ENTRIES = 50
SHOWN_PROGRAMS = 500
STATUS = {
    "in_stock": ("", "package"),
    "deployed": ("good", "circle-check"),
    "repair": ("warn", "triangle-alert"),
    "decommissioned": ("", "archive"),
}


def status_badge(value: str, label: str) -> dict[str, Any]:
    """The badge of a device's place in its life."""
    tone, icon = STATUS.get(value, ("", "circle"))
    return {"label": label, "tone": tone, "icon": icon}


_STATUSES = dict(DEVICES.column("status").choices)  # type: ignore[union-attr]  # the register has it
LOOK = Look(
    noun=gettext_lazy("devices"),
    icon="laptop",
    placeholder=gettext_lazy("Host name, serial, barcode, user"),
    nothing_title=gettext_lazy("No devices yet"),
    nothing_text=gettext_lazy("Devices stand here once an agent reports one, a spreadsheet is imported, or one is added by hand."),
    missing={
        "processors": gettext_lazy("unknown"), "cores": gettext_lazy("unknown"), "user": gettext_lazy("nobody"),
        "last_seen_at": gettext_lazy("never reported"), "operating_system": gettext_lazy("unknown"),
    },
    special={
        "hostname": Special("who", lambda row: {"name": row["hostname"], "url": address_of("device", row["id"]), "meta": row["operating_system"]}),
        "status": Special("badge", lambda row: status_badge(row["status"], str(_STATUSES.get(row["status"], row["status"])))),
    },
    beside=frozenset({"operating_system"}),
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Servers"), "kind=server"),
        View(gettext_lazy("Virtual machines"), "is_virtual=true"),
        View(gettext_lazy("Cores unknown"), "cores__isnull=true"),
        View(gettext_lazy("Decommissioned"), "status=decommissioned"),
    ),
)  # fmt: skip


@page(Permission.DEVICES_VIEW)
def devices(request: HttpRequest) -> HttpResponseBase:
    """Every device of the companies in view."""
    may = actor_in(request).may_somewhere(Permission.DEVICES_CHANGE)
    new_url = reverse("device_new") if may else ""
    return list_page(
        request,
        DEVICES,
        editable(LOOK, DEVICES, EDITOR, actor_in(request).companies(Permission.DEVICES_CHANGE)),
        template="kit/list_new.html",
        extra={
            "new_url": new_url,
            "new_verb": _("Add a device"),
            "nothing_url": new_url,
            "bulk": bulk_of(request, "devices"),
        },
    )


@page(Permission.DEVICES_VIEW)
def device(request: HttpRequest, device_id: int) -> HttpResponse:
    """One device."""
    actor = actor_in(request)
    found = device_for(actor=actor, device_id=device_id)
    may_change = actor.may(Permission.DEVICES_CHANGE, found.company_id)
    sees_inventory = actor.may(Permission.INVENTORY_VIEW, found.company_id)
    happened = entries_of(
        actor=actor, view=Permission.DEVICES_VIEW, subject_kind="device", subject_id=found.pk
    )
    sections = list(sections_of(actor=actor, device_id=found.pk)) if sees_inventory else []
    context = {
        "device": found,
        "status": status_badge(found.status, found.get_status_display()),
        "held": held_table(
            actor=actor, company_id=found.company_id, device_id=found.pk, on=timezone.localdate()
        ),
        "contracts": contracts_covering(actor=actor, device_id=found.pk, on=timezone.localdate())
        if actor.may(Permission.CONTRACTS_VIEW, found.company_id)
        else (),
        "before": held_before(actor=actor, device_id=found.pk),
        "workflows": workflows_about(actor=actor, device_id=found.pk),
        "around": around(actor=actor, kind="device", record_id=found.pk),
        "bound": list(units_bound_to(actor=actor, device_id=found.pk)),
        "expected": expectations_of(actor=actor, device_id=found.pk),
        "may_assign": actor.may(Permission.ASSIGNMENTS_CHANGE, found.company_id),
        "programs": _programs(actor, found) if sees_inventory else None,
        "sections": sections,
        "suites": [suite for section in sections if section.section == SUITES for suite in section.facts],
        "guests": guests_of(actor=actor, device_id=found.pk),
        "entries": entries(happened[:SHOWN_ENTRIES]),
        "details": _details(found, may=may_change),
        "hardware": _hardware(found),
        "may_change": may_change,
        "may_move": may_change and actor.may_elsewhere(Permission.DEVICES_CHANGE, found.company_id),
    }
    return render(request, "devices/device.html", context)


def _programs(actor: Actor, found: Device) -> Table:
    """What inventories found installed, with what each title was recognised as."""
    rows = [
        {
            "id": one.pk,
            "title": {
                "text": one.title.name,
                "sub": one.title.publisher,
                "url": address_of("title", one.title_id),
            },
            "version": one.title.version or None,
            "product": {"text": one.title.product.name, "url": address_of("product", one.title.product_id)}
            if one.title.product
            else None,
            "since": one.first_seen_at.date(),
            "used": last_used(one.last_used_at, is_reported=one.use_is_reported),
        }
        for one in installations_visible_to(actor=actor).filter(device_id=found.pk)[:SHOWN_PROGRAMS]
    ]
    columns = [
        Column("title", _("Title"), missing=""),
        Column("version", _("Version"), "mono", low=True, missing=_("not reported")),
        Column("product", _("Recognised as"), missing=_("not recognised")),
        Column("since", _("First seen"), "day", low=True),
        Column("used", _("Last used"), low=True),
    ]
    return Table(_("Installed"), columns, rows=rows, id="programs")


def _details(found: Device, *, may: bool) -> list[Detail]:
    first = ("hostname", "status", "kind", "asset_class", "user", "owner", "location", "department", "region")
    numbers = ("serial", "barcode", "inventory_number")
    return [
        *(EDITOR.detail(found, key, may=may) for key in first),
        Detail(_("Company"), found.company.name),
        *(EDITOR.detail(found, key, may=may) for key in numbers),
        Detail(_("Last seen"), moment(found.last_seen_at) or None),
    ]


def _hardware(found: Device) -> list[Detail]:
    return [
        Detail(_("Processor"), found.processor_name or None),
        Detail(_("Processors"), found.processors),
        Detail(_("Cores of each"), found.cores_per_processor),
        Detail(_("Cores in all"), found.cores),
        Detail(_("Virtual"), _("yes") if found.is_virtual else _("no")),
        Detail(
            _("Host"),
            found.host.hostname if found.host else None,
            url=address_of("device", found.host_id),
            mono=True,
        ),
        Detail(
            _("Cluster"),
            found.cluster.hostname if found.cluster else None,
            url=address_of("device", found.cluster_id),
            mono=True,
        ),
        Detail(_("Operating system"), found.operating_system or None),
    ]


def _form(request: HttpRequest, company_id: int, found: Device | None = None) -> DeviceForm:
    initial = {name: getattr(found, name) for name in DeviceForm.base_fields} if found else {}
    form = DeviceForm(request.POST or None, initial=initial)
    regions = regions_visible_to(actor=actor_in(request)).filter(company_id=company_id)
    offer(form, "region_id", [(one.pk, one.name) for one in regions])
    for key in ("location", "department"):
        offer(form, f"{key}_id", part_choices(actor_in(request), key, company_id, getattr(found, key, None)))
    return form


@page(Permission.DEVICES_CHANGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponseBase:
    """Add a device by hand."""
    actor = actor_in(request)
    company, choosing = choose_for(
        request, Permission.DEVICES_CHANGE, title=_("Add a device"), back=reverse("devices")
    )
    if company is None:
        return choosing

    def act(values: Mapping[str, Any]) -> str:
        terms = DeviceTerms(**{name: value for name, value in values.items() if name != "revision"})
        made = add_device(actor=actor, company_id=company.pk, terms=terms, at=timezone.now())
        messages.success(request, _("%(name)s added") % {"name": made.hostname})
        return reverse("device", args=[made.pk])

    context = {
        "title": _("Add a device"),
        "meta": company.name,
        "verb": _("Add the device"),
        "back": reverse("devices"),
        "trail": [(_("Devices"), reverse("devices"))],
    }
    return save_form(
        request, _form(request, company.pk), act=act, template="kit/form_page.html", context=context
    )


@page(Permission.DEVICES_CHANGE, methods=BOTH)
def change(request: HttpRequest, device_id: int) -> HttpResponse:
    """Change a device; a save names the revision it started from."""
    actor = actor_in(request)
    found = device_for(actor=actor, device_id=device_id, permission=Permission.DEVICES_CHANGE)
    form = _form(request, found.company_id, found)

    def act(values: Mapping[str, Any]) -> str:
        changes = {name: value for name, value in values.items() if name != "revision"}
        change_device_holding(
            actor=actor, device_id=device_id, changes=changes, revision=values["revision"], at=timezone.now()
        )
        messages.success(request, _("Device saved"))
        return reverse("device", args=[device_id])

    back = reverse("device", args=[device_id])
    trail = [(_("Devices"), reverse("devices")), (found.hostname, back)]
    context = {
        "title": _("Edit device"),
        "meta": found.hostname,
        "verb": _("Save device"),
        "back": back,
        "trail": trail,
    }
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)
