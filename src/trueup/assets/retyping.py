"""Changing a type that has assets: what the change would do to them, before it is made, and what follows from it after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from trueup.assets.models import Asset
from trueup.assets.queries import assets_of_type
from trueup.assets.storing import days_of
from trueup.base.actor import Actor
from trueup.fields.actions import MANAGE, change_type, merged_type
from trueup.fields.kinds.kind import WrongValue
from trueup.fields.kinds.register import KINDS
from trueup.fields.models import Type
from trueup.fields.queries import fields_of, type_for
from trueup.fields.terms import FieldTerms

ROWS = 1000


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of the records where a field is changed: how many would lack it, how many have a value it refuses."""

    key: str
    label: str
    records: int
    missing: int
    unfit: int


def preview_type(
    *, actor: Actor, type_id: int, changes: Mapping[str, Any], fields: Iterable[Mapping[str, Any]]
) -> list[Effect]:
    """Which records a change of a type would touch (C-029). Nothing is stored, and no value is ever changed by one.

    A record that does not fit stays as it is, and has to be put right when it is next saved.
    """
    type_ = type_for(actor=actor, type_id=type_id, permission=MANAGE)
    terms = merged_type(type_, changes=changes, fields=fields)
    before = {field.key: field for field in fields_of(type_)}
    touched = [field for field in terms.fields if before.get(field.key) != field]
    counts = {field.key: [0, 0] for field in touched}
    records = 0
    rows = assets_of_type(actor=actor, type_id=type_id).filter(archived_at=None)
    for values in rows.order_by("pk").values_list("values", flat=True).iterator(ROWS):
        records += 1
        for field in touched:
            counts[field.key][0] += field.required and field.key not in values
            counts[field.key][1] += field.key in values and not _fits(field, values[field.key])
    return [Effect(field.key, field.label, records, *counts[field.key]) for field in touched]


def _fits(field: FieldTerms, value: Any) -> bool:
    kind = KINDS[field.kind]
    if not kind.is_typed or field.kind == "secret":
        return True
    try:
        kind.clean(value, field)
    except WrongValue:
        return False
    return True


def retype(
    *,
    actor: Actor,
    type_id: int,
    changes: Mapping[str, Any],
    fields: Iterable[Mapping[str, Any]] = (),
    version: int | None,
    at: datetime,
) -> Type:
    """Change a type, and bring up what is kept of days that expire. A new field needs nothing and is there at once."""
    with transaction.atomic():
        before = _days(fields_of(type_for(actor=actor, type_id=type_id)))
        type_ = change_type(
            actor=actor, type_id=type_id, changes=changes, fields=fields, version=version, at=at
        )
        now = fields_of(type_)
        if _days(now) != before:
            _bring_up_days(type_, now)
    return type_


def _days(fields: Iterable[FieldTerms]) -> dict[str, int]:
    return {field.key: field.notice_days for field in fields if field.expires}


def _bring_up_days(type_: Type, fields: tuple[FieldTerms, ...]) -> None:
    """Write down anew what expires when, row by row where it differs."""
    changed = []
    for asset in (
        Asset.objects.filter(type=type_).only("pk", "values", "expires_on", "remind_on").iterator(ROWS)
    ):
        expires_on, remind_on = days_of(fields, asset.values)
        if (asset.expires_on, asset.remind_on) != (expires_on, remind_on):
            asset.expires_on, asset.remind_on = expires_on, remind_on
            changed.append(asset)
    Asset.objects.bulk_update(changed, ["expires_on", "remind_on"], batch_size=ROWS)
