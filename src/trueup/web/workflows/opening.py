"""The page that opens a workflow: who or what it is about, and which licence sets are meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.devices.queries import device_for, devices_visible_to
from trueup.people.actions import PersonTerms
from trueup.people.queries import person_for
from trueup.tenancy.queries import company_for, regions_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.forms import offer
from trueup.web.kit.refusals import save_form
from trueup.web.pick.views import person_by_login
from trueup.web.workflows.forms import OpenForm
from trueup.workflows.actions import WorkflowTerms, open_workflow
from trueup.workflows.queries import sets_visible_to

if TYPE_CHECKING:
    from trueup.base.actor import Actor

BOTH = ("GET", "HEAD", "POST")
NEW_PERSON = ("name", "username", "email", "department", "region_id")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "joiner": (*NEW_PERSON, "person_set_id", "device", "device_set_id", "note"),
    "deploy": ("device", "person", "device_set_id", "person_set_id", "note"),
    "hand_over": ("device", "person", "note"),
    "leaver": ("person", "last_day", "note"),
    "decommission": ("device", "note"),
    "check_in": ("device", "note"),
}
OPTIONAL: Final = {("joiner", "device"), ("deploy", "person")}
TITLES: Final[Mapping[str, Any]] = {
    "joiner": gettext_lazy("New employee"),
    "deploy": gettext_lazy("Deploy a device"),
    "hand_over": gettext_lazy("Hand a device over"),
    "leaver": gettext_lazy("Let somebody go"),
    "decommission": gettext_lazy("Decommission a device"),
    "check_in": gettext_lazy("Check a device in"),
}


@page(Permission.ASSIGNMENTS_CHANGE, methods=BOTH)
def new(request: HttpRequest, wanted: str) -> HttpResponseBase:
    """Say who or what it is about; the steps are proposed on the next page, and nothing is given or taken yet."""
    actor = actor_in(request)
    about = _about(actor, request.GET)
    company, choosing = _company(request, about, str(TITLES[wanted]))
    if company is None:
        return choosing
    form = _form(request, actor, wanted, company.pk, about)

    def act(values: Mapping[str, Any]) -> str:
        terms = _terms(actor, wanted, company.pk, about, values)
        made = open_workflow(
            actor=actor, company_id=company.pk, terms=terms, at=timezone.now(), on=timezone.localdate()
        )
        messages.success(request, _("Opened: look at the steps, then finish."))
        return reverse("workflow", args=[made.pk])

    context = {
        "title": TITLES[wanted], "meta": about.get("name") or company.name, "company_id": company.pk,
        "back": about.get("url") or reverse("workflows"), "active": "workflows",
    }  # fmt: skip
    return save_form(request, form, act=act, template="workflows/new.html", context=context)


def _about(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """The person or device the address names."""
    if given.get("device", "").isdigit():
        device = device_for(actor=actor, device_id=int(given["device"]))
        return {"device_id": device.pk, "name": device.hostname, "company_id": device.company_id, "url": reverse("device", args=[device.pk])}  # fmt: skip
    if given.get("person", "").isdigit():
        person = person_for(actor=actor, person_id=int(given["person"]))
        return {"person_id": person.pk, "name": person.name, "company_id": person.company_id, "url": reverse("person", args=[person.pk])}  # fmt: skip
    return {}


def _company(request: HttpRequest, about: Mapping[str, Any], title: str) -> tuple[Any, HttpResponse]:
    if about:
        actor = actor_in(request)
        permission = Permission.ASSIGNMENTS_CHANGE
        return company_for(actor=actor, company_id=about["company_id"], permission=permission), HttpResponse()
    return choose_for(request, Permission.ASSIGNMENTS_CHANGE, title=title, back=reverse("workflows"))


def _form(
    request: HttpRequest, actor: Actor, kind: str, company_id: int, about: Mapping[str, Any]
) -> OpenForm:
    """The fields of the kind; what the address names is not asked for again."""
    form = OpenForm(request.POST or None, initial={"last_day": timezone.localdate()})
    known = {name.removesuffix("_id") for name in about}
    wanted = [name for name in FIELDS[kind] if name not in known]
    if "person" in known:
        wanted = [name for name in wanted if name not in NEW_PERSON]
    form.fields = {name: form.fields[name] for name in wanted}
    for name in wanted:
        if (kind, name) in OPTIONAL:
            form.fields[name].required = False
    if "region_id" in wanted:
        regions = regions_visible_to(actor=actor).filter(company_id=company_id)
        offer(form, "region_id", [(one.pk, one.name) for one in regions])
    for name, is_for in (("person_set_id", "person"), ("device_set_id", "device")):
        if name in wanted:
            sets = sets_visible_to(actor=actor).filter(company_id=company_id, is_for=is_for).order_by("name")
            offer(form, name, [("", _("the usual ones")), *((one.pk, one.name) for one in sets)])
    return form


def _terms(
    actor: Actor, kind: str, company_id: int, about: Mapping[str, Any], values: Mapping[str, Any]
) -> WorkflowTerms:
    given = {
        name: values[name]
        for name in ("person_set_id", "device_set_id", "last_day", "note")
        if name in values
    }
    person_id, device_id = about.get("person_id"), about.get("device_id")
    if values.get("person"):
        person_id = person_by_login(
            actor=actor, company_id=company_id, login=values["person"], field="person"
        )
    if values.get("device"):
        device_id = _device_named(actor, company_id, values["device"])
    new = None
    if "username" in values:
        new = PersonTerms(**{name: values[name] for name in NEW_PERSON})
    return WorkflowTerms(kind=kind, person_id=person_id, new_person=new, device_id=device_id, **given)


def _device_named(actor: Actor, company_id: int, name: str) -> int:
    """The one device of that host name, barcode or serial."""
    rows = devices_visible_to(actor=actor).filter(company_id=company_id)
    for path in ("barcode", "hostname", "serial"):
        found = list(rows.filter(**{f"{path}__iexact": name.strip()}).values_list("pk", flat=True)[:2])
        if len(found) == 1:
            return int(found[0])
    raise InvalidValue.of("device", _("No single device here is called “%(name)s”.") % {"name": name})
