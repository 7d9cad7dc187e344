"""What assets tell about the licences they stand for: the vendor's portal, and notes on terms and conditions (C-027, C-028)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from trueup.assets.models import Asset
from trueup.assets.standing import roles_of
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.fields.queries import fields_of
from trueup.fields.terms import FieldTerms


@dataclass(frozen=True, slots=True)
class Told:
    """What one asset tells; of a field with a right of its own nothing."""

    licence_id: int
    asset_id: int
    title: str
    portal: str
    notes: str


def told_of_licences(*, actor: Actor, licence_ids: Collection[int]) -> list[Told]:
    """What is told of these licences, as far as the actor sees the assets."""
    rows = Asset.objects.visible_to(actor, Permission.ASSETS_VIEW).filter(counted__licence__in=licence_ids)
    by_type: dict[int, dict[str, FieldTerms]] = {}
    found = []
    for asset in rows.select_related("type", "counted").order_by("counted__licence_id"):
        if asset.type_id not in by_type:
            by_type[asset.type_id] = {
                role: field for role, field in roles_of(fields_of(asset.type)).items() if not field.view
            }
        said = {
            role: str(asset.values.get(field.key) or "") for role, field in by_type[asset.type_id].items()
        }
        found.append(
            Told(asset.counted.licence_id, asset.pk, asset.title, said.get("portal", ""), said.get("terms", ""))
        )  # fmt: skip
    return found
