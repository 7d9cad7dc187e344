"""Which company something new belongs to: the only one, the one in view, or a short choice first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from trueup.tenancy.queries import companies_visible_to, company_for
from trueup.web.kit.asker import actor_in
from trueup.web.menu import label_at

if TYPE_CHECKING:
    from trueup.base.access import Permission
    from trueup.tenancy.models import Company


def choose_for(
    request: HttpRequest, permission: Permission, *, title: str, back: str
) -> tuple[Company | None, HttpResponse]:
    """The company, or none and the page that asks for it; ``company`` in the address answers."""
    actor = actor_in(request)
    chosen = request.GET.get("company", "")
    if chosen.isdigit():
        return company_for(actor=actor, company_id=int(chosen), permission=permission), HttpResponse()
    companies = list(companies_visible_to(actor=actor, permission=permission))
    if len(companies) == 1:
        return companies[0], HttpResponse()
    listed = label_at(back) or _("Back")
    return None, render(
        request,
        "kit/choose_company.html",
        {"companies": companies, "title": title, "back": back, "listed": listed},
    )
