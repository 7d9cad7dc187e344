"""Reading assets, scoped to the actor: lists, one asset, its revisions, what refers to it, what expires."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from trueup.assets.models import Asset, AssetLink, AssetRevision
from trueup.assets.references import TARGETS
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound


def assets_visible_to(*, actor: Actor, on: date, archived: bool = False) -> QuerySet[Any]:
    """Assets of the actor's companies with their ``state`` of the day; archived ones only where asked for."""
    rows: QuerySet[Any] = Asset.objects.visible_to(actor, Permission.ASSETS_VIEW)
    rows = rows if archived else rows.filter(archived_at=None)
    stated: QuerySet[Any] = rows.annotate(state=_state(on))
    return stated


def _state(on: date) -> Case:
    """What is true on the day; *expiring* keeps itself true, no tag has to be set and taken off (C-033)."""
    return Case(
        When(~Q(archived_at=None), then=Value("archived")),
        When(expires_on__lt=on, then=Value("expired")),
        When(remind_on__lte=on, then=Value("expiring")),
        default=Value("current"),
        output_field=CharField(),
    )


def state_of(asset: Asset, *, on: date) -> str:
    """The same of one asset."""
    if asset.archived_at is not None:
        return "archived"
    if asset.expires_on is not None and asset.expires_on < on:
        return "expired"
    return "expiring" if asset.remind_on is not None and asset.remind_on <= on else "current"


def asset_for(*, actor: Actor, asset_id: int, permission: Permission = Permission.ASSETS_VIEW) -> Asset:
    """One asset, archived or not, for whoever has the permission in its company."""
    rows = Asset.objects.visible_to(actor, Permission.ASSETS_VIEW).select_related("type", "company")
    found: Asset | None = rows.filter(pk=asset_id).first()
    if found is None:
        raise NotFound(_("There is no asset %(asset_id)s.") % {"asset_id": asset_id})
    actor.require(permission, found.company_id)
    return found


def revisions_of(*, actor: Actor, asset_id: int) -> QuerySet[AssetRevision]:
    """The asset as it was saved, the latest first."""
    asset = asset_for(actor=actor, asset_id=asset_id)
    return AssetRevision.objects.filter(asset=asset).order_by("-revision")


def revision_for(*, actor: Actor, asset_id: int, revision: int) -> AssetRevision:
    """One revision of an asset."""
    found = revisions_of(actor=actor, asset_id=asset_id).filter(revision=revision).first()
    if found is None:
        raise NotFound(_("The asset has no revision %(n)s.") % {"n": revision})
    return found


def assets_referring_to(*, actor: Actor, to: str, record_id: int) -> QuerySet[Any]:
    """Assets that refer to a record, by type and title, each with the ``field`` that does."""
    links = AssetLink.objects.visible_to(actor, Permission.ASSETS_VIEW).filter(
        **{TARGETS[to].column: record_id}, asset__archived_at=None
    )
    found: QuerySet[Any] = links.order_by("asset__type__name", "asset__title", "pk").values(
        "field", "asset_id", title=F("asset__title"), type=F("asset__type__name")
    )
    return found


def assets_of_type(*, actor: Actor, type_id: int) -> QuerySet[Asset]:
    """All assets of a type in the actor's companies."""
    rows: QuerySet[Asset] = Asset.objects.visible_to(actor, Permission.ASSETS_VIEW)
    return rows.filter(type_id=type_id)


def counts_by_type(*, actor: Actor) -> dict[int, int]:
    """How many assets in use there are of each type."""
    rows = Asset.objects.visible_to(actor, Permission.ASSETS_VIEW).filter(archived_at=None)
    return dict(rows.order_by().values_list("type").annotate(n=Count("pk")))
