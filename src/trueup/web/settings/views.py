"""Companies, regions, users and roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.tenancy.actions import (
    create_company,
    create_user,
    grant_role,
    revoke_role,
    set_policy,
)
from trueup.tenancy.queries import (
    companies_visible_to,
    company_for,
    members_of,
    user_named,
)
from trueup.web.doorway import choose_company
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.forms import offer
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table
from trueup.web.settings.forms import ROLE_NAMES, CompanyForm, PolicyForm, RoleForm, UserForm
from trueup.web.settings.parts import parts_of

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.tenancy.models import Company

BOTH = ("GET", "HEAD", "POST")
EVERYWHERE = "all"


@page(Permission.COMPANIES_VIEW)
def settings(request: HttpRequest) -> HttpResponse:
    """What can be set, and the companies."""
    actor = actor_in(request)
    companies = companies_visible_to(actor=actor)
    rows = [
        {
            "id": one.pk,
            "name": {
                "name": one.name,
                "meta": _("sample data") if one.is_sample else "",
                "url": reverse("company", args=[one.pk]),
            },
            "currency": one.currency,
            "policy": one.get_policy_display(),
            "near": {"value": one.near_limit_percent, "unit": "%"},
        }
        for one in companies
    ]
    columns = [
        Column("name", _("Company"), "who"),
        Column("currency", _("Currency")),
        Column("policy", _("Beyond the limit"), low=True),
        Column("near", _("Near from"), "number", low=True),
    ]
    context = {
        "table": Table(_("Companies"), columns, rows=rows, id="companies"),
        "may_make": actor.only is None and actor.companies(Permission.COMPANIES_MANAGE) is None,
        "may_enrol": actor.may_somewhere(Permission.INVENTORY_IMPORT),
        "may_audit": actor.may_somewhere(Permission.AUDIT_VIEW),
        "may_users": actor.may_somewhere(Permission.USERS_MANAGE),
    }
    return render(request, "settings/settings.html", context)


@page(Permission.COMPANIES_MANAGE, methods=BOTH)
def company_new(request: HttpRequest) -> HttpResponse:
    """Make a company."""

    def act(values: Mapping[str, Any]) -> str:
        made = create_company(
            actor=actor_in(request),
            name=values["name"],
            currency=values["currency"].upper(),
            at=timezone.now(),
        )
        messages.success(request, _("%(name)s made") % {"name": made.name})
        return reverse("company", args=[made.pk])

    return save_form(
        request,
        CompanyForm(request.POST or None),
        act=act,
        template="kit/form_page.html",
        context=_page(_("New company"), _("Make the company")),
    )


@page(Permission.COMPANIES_VIEW)
def company(request: HttpRequest, company_id: int) -> HttpResponse:
    """One company: policy, regions, who may do what."""
    actor = actor_in(request)
    found = company_for(actor=actor, company_id=company_id)
    manages_users = actor.may(Permission.USERS_MANAGE, found.pk)
    context = {
        "company": found,
        "parts": parts_of(actor, found),
        "may_change": actor.may(Permission.COMPANIES_MANAGE, found.pk),
        "may_count": actor.may(Permission.RUNS_START, found.pk),
        "members": [
            {
                "user": one.user,
                "role": ROLE_NAMES[one.role],
                "everywhere": one.company_id is None,
                "id": one.user_id,
            }
            for one in (members_of(company_ids=frozenset({found.pk})) if manages_users else ())
        ],
        "manages_users": manages_users,
        "active": "settings",
    }
    return render(request, "settings/company.html", context)


@page(Permission.COMPANIES_MANAGE, methods=BOTH)
def policy(request: HttpRequest, company_id: int) -> HttpResponse:
    """Set what happens beyond the limit."""
    actor = actor_in(request)
    found = company_for(actor=actor, company_id=company_id, permission=Permission.COMPANIES_MANAGE)

    def act(values: Mapping[str, Any]) -> str:
        set_policy(actor=actor, company=found, at=timezone.now(), **values)
        messages.success(request, _("Policy saved"))
        return reverse("company", args=[found.pk])

    form = PolicyForm(
        request.POST or None, initial={"policy": found.policy, "near_limit_percent": found.near_limit_percent}
    )
    return save_form(
        request,
        form,
        act=act,
        template="kit/form_page.html",
        context=_page(_("Policy"), _("Save policy"), found),
    )


@page(Permission.USERS_MANAGE, methods=BOTH)
def user_new(request: HttpRequest) -> HttpResponse:
    """Let somebody in."""
    actor = actor_in(request)
    form = UserForm(request.POST or None)
    offer(form, "company", _companies(actor))

    def act(values: Mapping[str, Any]) -> str:
        facts = {name: values[name] for name in ("username", "password", "name", "email")}
        made = create_user(actor=actor, at=timezone.now(), **facts)
        company = _chosen(actor, values["company"])
        grant_role(actor=actor, user=made, role=values["role"], company=company, at=timezone.now())
        messages.success(request, _("%(name)s may sign in now") % {"name": made.username})
        return reverse("settings")

    return save_form(
        request, form, act=act, template="kit/form_page.html", context=_page(_("New user"), _("Let them in"))
    )


@page(Permission.USERS_MANAGE, methods=BOTH)
def role_new(request: HttpRequest) -> HttpResponse:
    """Give somebody a role; a new role replaces the old one in that company."""
    actor = actor_in(request)
    form = RoleForm(
        request.POST or None,
        initial={"username": request.GET.get("username", ""), "company": request.GET.get("company", "")},
    )
    offer(form, "company", _companies(actor))

    def act(values: Mapping[str, Any]) -> str:
        grant_role(
            actor=actor,
            user=user_named(username=values["username"]),
            role=values["role"],
            company=_chosen(actor, values["company"]),
            at=timezone.now(),
        )
        messages.success(request, _("Role granted"))
        return reverse("settings")

    return save_form(
        request,
        form,
        act=act,
        template="kit/form_page.html",
        context=_page(_("Grant a role"), _("Grant the role")),
    )


@page(Permission.USERS_MANAGE, methods=("POST",))
def role_revoke(request: HttpRequest, company_id: int) -> HttpResponse:
    """Take somebody's role in a company."""
    actor = actor_in(request)
    found = company_for(actor=actor, company_id=company_id, permission=Permission.USERS_MANAGE)
    user = user_named(username=request.POST.get("username", ""))
    revoke_role(actor=actor, user=user, company=found, at=timezone.now())
    messages.success(request, _("Role taken"))
    return redirect("company", company_id)


@page(Permission.COMPANIES_VIEW, methods=("POST",))
def scope(request: HttpRequest) -> HttpResponse:
    """Look at one company from now on, or at all."""
    chosen = request.POST.get("company", "")
    choose_company(request, int(chosen) if chosen.isdigit() else None)
    return redirect("overview")


def _companies(actor: Actor) -> list[tuple[str, str]]:
    choices = [
        (str(one.pk), one.name)
        for one in companies_visible_to(actor=actor, permission=Permission.USERS_MANAGE)
    ]
    everywhere = actor.only is None and actor.companies(Permission.USERS_MANAGE) is None
    return [(EVERYWHERE, _("All companies")), *choices] if everywhere else choices


def _chosen(actor: Actor, value: str) -> Company | None:
    return (
        None
        if value == EVERYWHERE
        else company_for(actor=actor, company_id=int(value), permission=Permission.USERS_MANAGE)
    )


def _page(title: str, verb: str, found: Company | None = None) -> dict[str, Any]:
    back = reverse("company", args=[found.pk]) if found else reverse("settings")
    trail = [(_("Settings"), reverse("settings"))] + ([(found.name, back)] if found else [])
    return {"title": title, "meta": found.name if found else "", "verb": verb, "back": back, "trail": trail}
