"""Reading sources, runs, placements, subscriptions and seats, scoped to the actor."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.inventory.use import USE
from trueup.sources.findings import Page
from trueup.sources.models import Placement, RunState, Seat, Source, SourcePage, SourceRun, Subscription

VIEW = Permission.INVENTORY_VIEW
UNDER_WAY = (RunState.WAITING, RunState.RUNNING)
UNPLACED = Q(into=None, is_ignored=False)


def sources_visible_to(*, actor: Actor) -> QuerySet[Any]:
    """Sources in use, each with its last run in earnest (``state``, ``ran_at``, ``rows``, ``rejected``, ``trouble``)."""
    last = (
        SourceRun.objects.filter(source=OuterRef("pk"), is_dry=False)
        .exclude(state__in=UNDER_WAY)
        .order_by("-pk")
    )
    open_places = (
        Placement.objects.filter(UNPLACED, source=OuterRef("pk"))
        .order_by()
        .values("source")
        .annotate(n=Count("pk"))
    )
    found: QuerySet[Any] = Source.objects.visible_to(actor, VIEW)
    shown: QuerySet[Any] = (
        found.filter(withdrawn_at=None)
        .select_related("company")
        .annotate(
            state=Subquery(last.values("state")[:1]),
            ran_at=Subquery(last.values("ended_at")[:1]),
            rows=Subquery(last.values("rows")[:1]),
            rejected=Subquery(last.values("rejected")[:1]),
            trouble=Subquery(last.values("trouble")[:1]),
            to_place=Subquery(open_places.values("n")),
        )
        .order_by("name", "pk")
    )
    return shown


def source_for(*, actor: Actor, source_id: int, permission: Permission = VIEW) -> Source:
    """One source in use."""
    source: Source | None = (
        sources_visible_to(actor=actor).select_related("company", "secret").filter(pk=source_id).first()
    )
    if source is None:
        raise NotFound(_("There is no source %(source_id)s.") % {"source_id": source_id})
    actor.require(permission, source.company_id)
    return source


def runs_of(*, actor: Actor, source_id: int) -> QuerySet[SourceRun]:
    """The runs of a source, latest first."""
    source = source_for(actor=actor, source_id=source_id)
    found: QuerySet[SourceRun] = SourceRun.objects.filter(source=source).order_by("-pk")
    return found


def run_for(*, actor: Actor, run_id: int, source_id: int | None = None) -> SourceRun:
    """One run; with ``source_id`` only if it is of that source."""
    found: QuerySet[SourceRun] = SourceRun.objects.visible_to(actor, VIEW).select_related("source", "company")
    run = (found if source_id is None else found.filter(source_id=source_id)).filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no run %(run_id)s of a source.") % {"run_id": run_id})
    return run


def pages_of(*, run: SourceRun) -> Iterator[Page]:
    """The pages of a run as they were read."""
    for page in SourcePage.objects.filter(run=run).order_by("number").iterator():
        told = json.loads(zlib.decompress(bytes(page.content)))
        yield Page(page.kind, told["rows"], told["about"])


def pages_kept(*, run: SourceRun) -> int:
    """How many pages of a run are kept, for reading it again."""
    return SourcePage.objects.filter(run=run).count()


def placements_of(*, actor: Actor, source_id: int) -> QuerySet[Placement]:
    """The companies a source speaks of; those nobody placed first."""
    source = source_for(actor=actor, source_id=source_id)
    found: QuerySet[Placement] = Placement.objects.filter(source=source).select_related("into")
    return found.order_by(F("into").asc(nulls_first=True), "is_ignored", "name", "pk")


def placement_for(*, actor: Actor, placement_id: int, permission: Permission = VIEW) -> Placement:
    """One company of a source."""
    found: Placement | None = (
        Placement.objects.visible_to(actor, VIEW)
        .select_related("source", "into")
        .filter(pk=placement_id)
        .first()
    )
    if found is None:
        raise NotFound(
            _("There is no company %(placement_id)s of a source.") % {"placement_id": placement_id}
        )
    actor.require(permission, found.company_id)
    return found


def subscriptions_visible_to(*, actor: Actor, product_id: int | None = None) -> QuerySet[Subscription]:
    """What vendors say was bought and is in force."""
    found: QuerySet[Subscription] = Subscription.objects.visible_to(actor, VIEW)
    found = found.filter(gone_at=None).select_related("title__product", "company")
    return found if product_id is None else found.filter(title__product_id=product_id)


def seats_visible_to(
    *, actor: Actor, product_id: int | None = None, person_id: int | None = None
) -> QuerySet[Seat]:
    """Seats as vendors tell them, with ``use``: a moment, never, or not reported (U-043)."""
    found: QuerySet[Seat] = Seat.objects.visible_to(actor, VIEW)
    narrow = {"title__product_id": product_id, "person_id": person_id}
    given = {path: value for path, value in narrow.items() if value is not None}
    return (
        found.filter(gone_at=None, **given)
        .select_related("title__product", "person", "company")
        .annotate(use=USE)
    )


def idle_seats(*, actor: Actor, before: datetime) -> QuerySet[Seat]:
    """Seats that may be taken back: unused since a moment, or never used and given before it. Never those nobody reports."""
    told = seats_visible_to(actor=actor).filter(use_is_reported=True)
    return told.filter(Q(last_used_at__lte=before) | Q(last_used_at=None, first_seen_at__lte=before))


def told_of_product(*, actor: Actor, product_id: int) -> list[dict[str, Any]]:
    """For each source: what it says was bought of a product, is given out and is held, and as of when."""
    sums = {"purchased": Sum("purchased"), "assigned": Sum("assigned"), "seen_at": Max("seen_at")}
    bought: QuerySet[Any] = subscriptions_visible_to(actor=actor, product_id=product_id)
    held: QuerySet[Any] = seats_visible_to(actor=actor, product_id=product_id)
    found: dict[Any, dict[str, Any]] = {}
    for row in bought.order_by().values("origin", "origin_name").annotate(**sums):
        found[row["origin"]] = {"holders": None, **row}
    for row in (
        held.order_by().values("origin", "origin_name").annotate(holders=Count("pk"), seen_at=Max("seen_at"))
    ):
        found.setdefault(row["origin"], {"purchased": None, "assigned": None, **row})["holders"] = row[
            "holders"
        ]
    return sorted(found.values(), key=lambda row: str(row["origin_name"]))
