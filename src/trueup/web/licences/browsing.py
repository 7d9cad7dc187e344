"""Paging through the devices that may hold a licence, by words, kind, region and location; with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.offering import Browse, browse_devices
from trueup.assignments.proposing import proposal_for, proposes_units
from trueup.devices.columns import DEVICES
from trueup.tenancy.queries import locations_visible_to, regions_visible_to
from trueup.web.kit.asker import actor_in
from trueup.web.kit.panels import Pager

if TYPE_CHECKING:
    from collections.abc import Collection

    from trueup.licences.models import Licence

SHOWN = 20
MOST_START = 1_000_000
ASKED = ("q", "device_kind", "region", "location", "start")
"""What a page of the picker is asked by; a form that was refused comes back to the same page."""


def browsed(
    request: HttpRequest, licence: Licence, holding: Collection[int]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The devices of the page, and what stands around them: filters, pager, and what to remember."""
    given = request.POST if request.method == "POST" else request.GET
    browse = Browse(
        given.get("q", ""),
        given.get("device_kind", ""),
        _number(given, "region"),
        _number(given, "location"),
        min(_number(given, "start") or 0, MOST_START),
    )
    found, count = browse_devices(actor=actor_in(request), licence=licence, browse=browse, limit=SHOWN)
    region_id = browse.region_id or licence.region_id
    rows = [
        {
            "id": one.pk,
            "name": one.hostname,
            "meta": " · ".join(
                part
                for part in (one.get_kind_display(), one.location and one.location.name, one.operating_system)
                if part
            ),
            "holds": one.pk in holding,
            "elsewhere": one.region_id != licence.region_id,
            "proposal": proposal_for(licence=licence, device=one, on=timezone.localdate())
            if proposes_units(licence.metric)
            else None,
        }
        for one in found
    ]
    around = {
        "pager": _pager(request, given, browse.start, len(found), count),
        "filters": _filters(request, licence, browse, region_id),
        "remembered": [(name, given[name]) for name in ASKED if given.get(name)],
    }
    return rows, around


def _number(given: QueryDict, name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_START)) * 2 else None


def _filters(
    request: HttpRequest, licence: Licence, browse: Browse, region_id: int
) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Name, label, choices and the chosen one of each filter."""
    actor = actor_in(request)
    column = DEVICES.column("kind")
    kinds = [(str(value), str(label)) for value, label in (column.choices if column else ())]
    regions = regions_visible_to(actor=actor).filter(company_id=licence.company_id)
    locations = locations_visible_to(actor=actor).filter(company_id=licence.company_id, region_id=region_id)
    return [
        ("device_kind", _("Kind"), [("", _("All kinds")), *kinds], browse.kind),
        ("region", _("Region"), [(str(one.pk), one.name) for one in regions], str(region_id)),
        (
            "location",
            _("Location"),
            [("", _("All locations")), *((str(one.pk), one.name) for one in locations)],
            str(browse.location_id or ""),
        ),
    ]


def _pager(request: HttpRequest, given: QueryDict, start: int, shown: int, count: int) -> Pager:
    def address(first: int) -> str:
        query = QueryDict(mutable=True)
        query.update({name: str(given[name]) for name in ASKED[:-1] if given.get(name)})
        query["start"] = str(first)
        return f"{request.path}?{query.urlencode()}"

    return Pager(
        first=start + 1 if shown else 0,
        last=start + shown,
        total=count,
        previous_url=address(max(0, start - SHOWN)) if start else "",
        next_url=address(start + SHOWN) if start + shown < count and shown else "",
    )
