"""The search page: everything that matches, kind by kind, with the number of each and the way into its list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from trueup.reports.search.finding import search_everything
from trueup.web.gate import signed_in
from trueup.web.kit.asker import actor_in
from trueup.web.search.commands import commands_for, help_for, pages_for
from trueup.web.search.hits import drawn, list_of

SHOWN = 8


@signed_in
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Each kind asks for its own permission; without words there is the field and what it can find."""
    actor = actor_in(request)
    words = request.GET.get("q", "").strip()
    found = search_everything(actor=actor, words=words, on=timezone.localdate(), limit=SHOWN)
    options = drawn(actor, found)
    groups = [
        {
            "key": one.kind.key,
            "label": one.kind.label,
            "hits": options[one.kind.key],
            "total": one.total,
            "has_more": one.has_more,
            "url": list_of(one, words),
            "is_cut": one.total > len(one.hits),
        }
        for one in found
    ]
    elsewhere = [*commands_for(actor, words), *pages_for(actor, words), *help_for(words)] if words else []
    context = {
        "q": words,
        "groups": groups,
        "elsewhere": elsewhere[:SHOWN],
        "crowd": sum(one.total for one in found),
    }
    return render(request, "search/results.html", context)
