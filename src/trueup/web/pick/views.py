"""Pick-lists as options of a field; one small query each, twenty hits at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.assignments.offering import devices_offered, licences_offered, people_offered
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.devices.queries import device_for, devices_matching
from trueup.licences.queries import bare_licence_for
from trueup.people.queries import people_matching, people_visible_to, person_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.devices.models import Device
    from trueup.licences.models import Licence
    from trueup.people.models import Person

ASKED_AS = ("q", "owner", "user", "manager", "person")
"""The names of the fields that ask for people."""
LONGEST_NUMBER = 19


@page(Permission.PEOPLE_VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """People of one company as options: the login is the value, name and department are shown. With ``licence`` only
    who may hold it.
    """
    actor, company = actor_in(request), _number(request, "company")
    words = next((given for name in ASKED_AS if (given := request.GET.get(name))), "")
    licence = _licence(request)
    if licence is not None:
        found = people_offered(actor=actor, licence=licence, words=words)
    else:
        found = people_matching(actor=actor, company_id=company, words=words) if company else []
    return _options(
        request,
        [(one.username, _listed(one.name, one.department.name if one.department else "")) for one in found],
    )


@page(Permission.DEVICES_VIEW)
def devices(request: HttpRequest) -> HttpResponse:
    """Devices of one company as options, a full barcode exactly one. With ``licence`` only those that may hold it."""
    actor, company = actor_in(request), _number(request, "company")
    words, licence = request.GET.get("q") or request.GET.get("device", ""), _licence(request)
    if licence is not None:
        found = devices_offered(actor=actor, licence=licence, words=words)
    else:
        found = devices_matching(actor=actor, company_id=company, words=words) if company else []
    return _options(request, [(one.hostname, _listed(one.barcode, one.serial, one.model)) for one in found])


@page(Permission.LICENCES_VIEW)
def licences(request: HttpRequest) -> HttpResponse:
    """Licences with units free for one ``person`` or ``device`` as options; the value is the id."""
    actor, person, device = actor_in(request), _number(request, "person"), _number(request, "device")
    holder: Person | Device
    if person is not None:
        holder = person_for(actor=actor, person_id=person)
    elif device is not None:
        holder = device_for(actor=actor, device_id=device)
    else:
        return _options(request, [])
    found = licences_offered(
        actor=actor, holder=holder, words=request.GET.get("q", ""), on=timezone.localdate()
    )
    return _options(
        request,
        [
            (one.pk, _listed(one.product.name, one.edition.name if one.edition else "", _free(one.free)))
            for one in found
        ],
    )


def _free(units: int | None) -> str:
    return _("unlimited") if units is None else ngettext("%(n)s free", "%(n)s free", units) % {"n": units}


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < LONGEST_NUMBER else None


def _licence(request: HttpRequest) -> Licence | None:
    number = _number(request, "licence")
    return None if number is None else bare_licence_for(actor=actor_in(request), licence_id=number)


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _options(request: HttpRequest, options: list[tuple[str | int, str]]) -> HttpResponse:
    return render(request, "pick/options.html", {"options": options})


def person_by_login(*, actor: Actor, company_id: int, login: str, field: str) -> int | None:
    """The id of the person with that login in that company; none for an empty login."""
    if not login.strip():
        return None
    found = (
        people_visible_to(actor=actor)
        .filter(company_id=company_id, username__iexact=login.strip())
        .values_list("pk", flat=True)
        .first()
    )
    if found is None:
        raise InvalidValue.of(
            field,
            _("Nobody here has the login “%(login)s”. Type a part of the name to search.") % {"login": login},
        )
    return int(found)
