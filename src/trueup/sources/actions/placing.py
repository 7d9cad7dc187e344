"""Saying which company of ours a company of a source is. Nothing of it is taken before somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.sources.findings import Outside
from trueup.sources.models import Placement, Source
from trueup.sources.queries import placement_for
from trueup.tenancy.queries import company_for


def place_outside_company(
    *, actor: Actor, placement_id: int, into_id: int | None, is_ignored: bool = False, at: datetime
) -> Placement:
    """Take what a source says of a company into one of ours from the next run on, leave it, or ask again later."""
    placement = placement_for(actor=actor, placement_id=placement_id, permission=Permission.COMPANIES_MANAGE)
    if into_id is not None:
        company_for(actor=actor, company_id=into_id, permission=Permission.INVENTORY_IMPORT)
    new = {"into_id": into_id, "is_ignored": is_ignored and into_id is None}
    details = {name: [getattr(placement, name), value] for name, value in new.items()}
    with transaction.atomic():
        Placement.objects.filter(pk=placement.pk).update(**new)
        happening = Happening(
            "sources.placed", "source", placement.source_id, placement.name or placement.outside, details
        )
        record(actor=actor, company_id=placement.company_id, at=at, happening=happening)
    return placement_for(actor=actor, placement_id=placement_id)


def note_outside_companies(
    *, source: Source, outsides: Sequence[Outside], at: datetime
) -> dict[str, int | None]:
    """Put companies met for the first time on the list to be placed; where each goes, None for nowhere."""
    rows = [
        Placement(
            company_id=source.company_id, source=source, outside=one.id, name=one.name[:200], first_seen_at=at
        )
        for one in {one.id: one for one in outsides}.values()
    ]
    Placement.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["source", "outside"],
        update_fields=["name"],
        batch_size=500,
    )
    return dict(Placement.objects.filter(source=source).values_list("outside", "into_id"))
