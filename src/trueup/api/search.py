"""Searching everything at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from trueup.api.lists import json_answer
from trueup.api.requests import actor_in
from trueup.base.problems import InvalidValue
from trueup.reports.search.finding import search_everything
from trueup.reports.search.kinds import BY_KEY

router = Router(tags=["search"])
MOST_HITS = 50


@router.get("/search/", response=dict[str, Any], summary="Find records of every kind by words or numbers")
def get_search(request: HttpRequest, q: str = "", kinds: str = "", limit: int = 5) -> HttpResponse:
    """Kind by kind the best hits, how many there are, and whether there are ``more`` than were counted.

    ``kinds=licence,person`` asks for some kinds only. Keys and tokens are never searched.
    """
    if not 1 <= limit <= MOST_HITS:
        raise InvalidValue.of("limit", _("A kind has 1 to %(most)s hits.") % {"most": MOST_HITS})
    wanted = [kind for kind in kinds.split(",") if kind]
    unknown = [kind for kind in wanted if kind not in BY_KEY]
    if unknown:
        raise InvalidValue.of(
            "kinds",
            _("“%(kind)s” is no kind to search. Known: %(known)s.")
            % {"kind": unknown[0], "known": ", ".join(BY_KEY)},
        )
    found = search_everything(
        actor=actor_in(request),
        words=q,
        on=timezone.localdate(),
        limit=limit,
        kinds=[BY_KEY[key] for key in wanted or BY_KEY],
    )
    results = [
        {
            "kind": one.kind.key,
            "count": one.total,
            "more": one.has_more,
            "hits": [{"id": hit.id, "name": hit.name, "details": list(hit.details)} for hit in one.hits],
        }
        for one in found
    ]
    return json_answer({"results": results})
