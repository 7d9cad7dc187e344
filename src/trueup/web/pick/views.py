"""Pick-lists as options of a field; one small query each, twenty hits at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.people.queries import people_matching, people_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in

if TYPE_CHECKING:
    from trueup.base.actor import Actor


@page(Permission.PEOPLE_VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """People of one company as options: the login is the value, name and department are shown."""
    company = request.GET.get("company", "")
    words = request.GET.get("q", "") or request.GET.get("owner", "")
    found = (
        people_matching(actor=actor_in(request), company_id=int(company), words=words)
        if company.isdigit()
        else []
    )
    return render(request, "pick/options.html", {"people": found})


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
