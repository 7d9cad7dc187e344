"""What every page shares: the actor behind the request, the company in view, the menu, and how problems look."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trueup.base.problems import NotFound, Problem
from trueup.tenancy.queries import actor_of, companies_visible_to
from trueup.web.freshness import freshness_of
from trueup.web.kit.asker import actor_in
from trueup.web.menu import menu_for

if TYPE_CHECKING:
    from trueup.base.actor import Actor

PROBLEM_PAGES = {401: "403.html", 403: "403.html", 404: "404.html"}


class Doorway:
    """Puts ``request.actor`` on every request, and turns problems into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]  # our own addition
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A problem is an answer, not a crash."""
        if not isinstance(exception, Problem):
            return None
        if getattr(request, "htmx", False):
            return _as_toast(exception)
        template = PROBLEM_PAGES.get(exception.status, "problem.html")
        return render(request, template, {"problem": exception}, status=exception.status)


def _as_toast(problem: Problem) -> HttpResponse:
    """A part that was refused: the page stays as it is, and says why."""
    answer = HttpResponse(status=problem.status)
    answer["HX-Reswap"] = "none"
    answer["HX-Trigger"] = json.dumps({"toast": {"text": problem.detail, "tone": "bad"}})
    return answer


def _actor(request: HttpRequest) -> Actor:
    """The signed-in actor, looking at one company where one is chosen."""
    actor = actor_of(user=request.user)  # type: ignore[arg-type]  # only asked for behind signed_in
    chosen = request.session.get("company")
    return actor.narrowed_to(chosen) if chosen and _may_look_at(actor, chosen) else actor


def _may_look_at(actor: Actor, company_id: int) -> bool:
    return companies_visible_to(actor=actor).filter(pk=company_id).exists()


def choose_company(request: HttpRequest, company_id: int | None) -> None:
    """Look at one company from now on, or at all of them."""
    actor = actor_of(user=request.user)  # type: ignore[arg-type]  # behind signed_in
    if company_id is None:
        request.session.pop("company", None)
    elif _may_look_at(actor, company_id):
        request.session["company"] = company_id
    else:
        raise NotFound(gettext("There is no company %(company_id)s.") % {"company_id": company_id})


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the page's frame needs: menu and company switcher. Signed-out pages have neither."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    actor = actor_in(request)
    everyone = actor_of(user=request.user)
    companies = list(companies_visible_to(actor=everyone).values("id", "name"))
    chosen = next((c for c in companies if actor.only == frozenset({c["id"]})), None)
    user = request.user
    return {
        "actor": actor,
        "theme": user.theme,
        "density": "compact" if user.row_height == "compact" else "",
        "hotkeys": user.single_keys,
        "freshness": freshness_of(actor),
        "help_url": reverse("help"),
        "nav": menu_for(actor, request.path),
        "scope": {
            "companies": companies,
            "chosen": chosen,
            "label": chosen["name"] if chosen else _("All companies"),
        },
    }
