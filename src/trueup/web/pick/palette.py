"""The command palette: what a few letters may mean, in the order people look for it. Keys are never searched here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from trueup.reports.search.finding import Found, search_everything
from trueup.web.gate import signed_in
from trueup.web.kit.asker import actor_in
from trueup.web.search.commands import commands_for, deeds_for, help_for, pages_for
from trueup.web.search.hits import drawn

if TYPE_CHECKING:
    from trueup.base.actor import Actor

HITS = 5
MOST_LINES = 20
ORDER = ("licence", "product", "person", "device")
SHOWN = {"licence": 5, "product": 3, "person": 4, "device": 4}
ELSEWHERE = 4


@signed_in
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Results as options, twenty lines at most; `>` in front asks for commands only."""
    actor = actor_in(request)
    words = request.GET.get("q", "").strip()
    only_commands = words.startswith(">")
    words = words.removeprefix(">").strip()
    if only_commands:
        groups = [
            _group(_("Actions"), commands_for(actor, words)),
            _group(_("Go to"), pages_for(actor, words)),
        ]
    else:
        groups = _everything(actor, words)
    shown = _cut(groups, MOST_LINES - 1)
    if words and not only_commands and shown:
        shown.append(_all_of(words))
    return render(request, "kit/palette_results.html", {"groups": shown, "q": words})


def _everything(actor: Actor, words: str) -> list[dict[str, Any]]:
    found = search_everything(actor=actor, words=words, on=timezone.localdate(), limit=HITS)
    options = drawn(actor, found)
    by_kind = {one.kind.key: one for one in found}
    exact = [one for one in found if one.hits[0].is_exact]
    first = [_group(one.kind.label, options[one.kind.key][:1]) for one in exact]
    for one in exact:
        options[one.kind.key] = options[one.kind.key][1:]
    usual = [_of(by_kind[key], options) for key in ORDER if key in by_kind]
    others = [option for one in found if one.kind.key not in ORDER for option in _with_kind(one, options)]
    return [
        *first,
        *usual,
        _group(
            _("Actions"), [*deeds_for(actor, found), *commands_for(actor, words)][: HITS if words else None]
        ),
        _group(_("Elsewhere"), others[:ELSEWHERE]),
        _group(_("Go to"), pages_for(actor, words)),
        _group(_("Help"), help_for(words)[:2]),
    ]


def _of(found: Found, options: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    key = found.kind.key
    return _group(found.kind.label, options[key][: SHOWN[key]])


def _with_kind(found: Found, options: dict[str, list[dict[str, Any]]]) -> Iterable[dict[str, Any]]:
    return [{**option, "note": found.kind.label} for option in options[found.kind.key][:2]]


def _group(label: Any, hits: list[dict[str, Any]]) -> dict[str, Any]:
    return {"label": label, "hits": hits}


def _cut(groups: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """No more lines than fit, groups without any left out."""
    shown = []
    for group in groups:
        hits = group["hits"][:most]
        most -= len(hits)
        if hits:
            shown.append({**group, "hits": hits})
    return shown


def _all_of(words: str) -> dict[str, Any]:
    address = f"{reverse('search')}?{urlencode({'q': words})}"
    label = _("Everything that matches “%(words)s”") % {"words": words}
    return _group(_("Search"), [{"label": label, "url": address, "icon": "search"}])
