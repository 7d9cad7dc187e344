"""Writing an asset down with all that hangs on its values: title, words, days, links, marks, numbers, secrets, a revision."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assets.models import Asset, AssetLink, AssetMark, AssetNumber, AssetRevision, AssetSecret
from trueup.assets.references import TARGETS, referred
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, FieldError, InvalidValue, Stale
from trueup.fields.kinds.auto_number import numbered
from trueup.fields.kinds.kind import FieldKind
from trueup.fields.kinds.register import KINDS
from trueup.fields.terms import FieldTerms
from trueup.fields.values import PREFIX, searched_words, title_of, with_computed, words_of
from trueup.vault.actions import Sealing, seal_secrets
from trueup.vault.envelope import Place, is_told_by
from trueup.vault.plain import Plain

LONGEST_TAG, MOST_TAGS = 60, 50
KIND = "asset_secret"


class ValueTaken(Conflict):
    """Another asset has the value, and the field holds each value once."""

    title = gettext_lazy("The value is taken")


class AssetArchived(Conflict):
    """The asset is archived, or is not."""

    title = gettext_lazy("Archived or not")


@dataclass(frozen=True, slots=True)
class Scene:
    """Who saves, when, and the fields of the type."""

    actor: Actor
    at: datetime
    fields: Sequence[FieldTerms]
    reason: str = ""


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """Tags without what surrounds them, each once, in one order."""
    found = sorted({tag.strip() for tag in tags if tag.strip()})
    if len(found) > MOST_TAGS or any(len(tag) > LONGEST_TAG or not tag.isprintable() for tag in found):
        raise InvalidValue.of(
            "tags",
            _("At most %(most)s tags of %(long)s characters each.")
            % {"most": MOST_TAGS, "long": LONGEST_TAG},
        )
    return found


def place_of_secret(row: AssetSecret) -> Place:
    """Where a sealed value belongs; a value pasted anywhere else does not open."""
    return Place(row.company_id, KIND, row.record, "value")


def with_numbers(asset: Asset, fields: Sequence[FieldTerms]) -> None:
    """Give the next number to each field that numbers by itself; two that save at once get two numbers."""
    for field in fields:
        if field.kind != "auto_number" or field.key in asset.values:
            continue
        named = {"company_id": asset.company_id, "type_id": asset.type_id, "field": field.key}
        AssetNumber.objects.bulk_create([AssetNumber(**named, last=0)], ignore_conflicts=True)
        row = AssetNumber.objects.select_for_update().get(**named)
        AssetNumber.objects.filter(pk=row.pk).update(last=F("last") + 1)
        asset.values[field.key] = numbered(field, row.last + 1)


def seal_values(scene: Scene, asset: Asset, secrets: Mapping[str, Plain]) -> None:
    """Put secrets into the vault and their handles into the asset's values. The asset is stored before."""
    rows = [
        AssetSecret(
            company_id=asset.company_id, asset_id=asset.pk, field=key, record=uuid.uuid4(), sealed_at=scene.at,
            sealed_by=scene.actor.name,
        )
        for key in secrets
    ]  # fmt: skip
    sealings = [Sealing(place_of_secret(row), secrets[row.field]) for row in rows]
    sealed = seal_secrets(
        actor=scene.actor, permission=Permission.ASSETS_CHANGE, sealings=sealings, at=scene.at
    )
    for row, secret in zip(rows, sealed, strict=True):
        row.secret = secret
    for row in AssetSecret.objects.bulk_create(rows):
        asset.values[row.field] = {"secret": row.pk, "tail": row.secret.tail}


def refuse_told(
    fields: Sequence[FieldTerms], values: Mapping[str, Any], secrets: Mapping[str, Plain]
) -> None:
    """Refuse a secret that stands in a field everybody reads as well: there it would be in lists and files."""
    for plain in secrets.values():
        for field in fields:
            if (
                field.key in values
                and field.kind != "secret"
                and is_told_by(words_of(field, values[field.key]), plain)
            ):
                detail = _("%(label)s holds the secret itself, and is shown. Take it out.") % {
                    "label": field.label
                }
                raise InvalidValue.of(f"{PREFIX}{field.key}", detail)


def settle(scene: Scene, asset: Asset) -> None:
    """Make of the values what is kept beside them, and store the asset with a revision."""
    fields = scene.fields
    asset.values = with_computed(fields, asset.values)
    asset.title = title_of(fields, asset.values, otherwise=asset.type.name)
    asset.words = searched_words(fields, asset.values)
    asset.expires_on, asset.remind_on = days_of(fields, asset.values)
    asset.changed_at = scene.at
    stored = (
        "values",
        "title",
        "words",
        "tags",
        "expires_on",
        "remind_on",
        "changed_at",
        "revision",
        "archived_at",
    )
    Asset.objects.filter(pk=asset.pk).update(**{name: getattr(asset, name) for name in stored})
    _link(asset, fields)
    _mark(asset, fields)
    AssetRevision.objects.create(
        company_id=asset.company_id, asset=asset, revision=asset.revision, title=asset.title, values=asset.values,
        tags=asset.tags, made_at=scene.at, made_by=scene.actor.name, reason=scene.reason,
    )  # fmt: skip


def days_of(fields: Iterable[FieldTerms], values: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The first day on which something expires, and the first on which somebody wants to hear of it."""
    days = [
        (day := date.fromisoformat(values[field.key]), day - timedelta(days=field.notice_days))
        for field in fields
        if field.expires and field.key in values
    ]
    return (min(day for day, _notice in days), min(notice for _day, notice in days)) if days else (None, None)


def _link(asset: Asset, fields: Sequence[FieldTerms]) -> None:
    wanted = {
        (key, TARGETS[to].column, one)
        for to, by_key in referred(fields, asset.values).items()
        if TARGETS[to].column
        for key, ids in by_key.items()
        for one in ids
    }
    there = {
        (row.field, column, getattr(row, column)): row.pk
        for row in AssetLink.objects.filter(asset=asset)
        for column in (target.column for target in TARGETS.values() if target.column)
        if getattr(row, column) is not None
    }
    AssetLink.objects.filter(pk__in=[pk for link, pk in there.items() if link not in wanted]).delete()
    AssetLink.objects.bulk_create(
        [
            AssetLink(company_id=asset.company_id, asset=asset, field=key, **{column: one})
            for key, column, one in sorted(wanted - set(there))
        ]
    )


def _mark(asset: Asset, fields: Sequence[FieldTerms]) -> None:
    """Guard the values that are there once. An archived asset gives its values free."""
    AssetMark.objects.filter(asset=asset).delete()
    for field in fields:
        if not field.unique or field.key not in asset.values or asset.archived_at is not None:
            continue
        value = hashlib.sha256(words_of(field, asset.values[field.key]).casefold().encode()).hexdigest()
        try:
            with transaction.atomic():
                AssetMark.objects.create(
                    company_id=asset.company_id, asset=asset, type_id=asset.type_id, field=field.key, value=value,
                    everywhere=field.unique == "all",
                )  # fmt: skip
        except IntegrityError as taken:
            detail = _("%(label)s: another asset has “%(value)s”, and each value is there once.") % {
                "label": field.label, "value": words_of(field, asset.values[field.key])[:60],
            }  # fmt: skip
            raise ValueTaken(detail, errors=(FieldError(PREFIX + field.key, detail),)) from taken


def difference(
    fields: Iterable[FieldTerms], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """Old and new of every field that differs, as words; of a secret only its masks."""
    found: dict[str, Any] = {}
    for field in fields:
        old, new = before.get(field.key), after.get(field.key)
        if old != new:
            kind = KINDS[field.kind]
            found[field.key] = [_told(kind, field, old), _told(kind, field, new)]
    return found


def _told(kind: FieldKind, field: FieldTerms, value: Any) -> str | None:
    return None if value is None else kind.words(value, field)


def locked_asset(seen: Asset, revision: int | None) -> Asset:
    """The asset, locked until the transaction ends; a stale revision and an archived asset are refused."""
    asset: Asset = (
        Asset.objects.select_for_update(of=("self",)).select_related("type", "company").get(pk=seen.pk)
    )
    if revision is not None and revision != asset.revision:
        raise Stale(
            _("Someone changed this asset since you opened it. Look at the new values, then save again.")
        )
    if asset.archived_at is not None:
        raise AssetArchived(_("“%(title)s” is archived. Restore it first.") % {"title": asset.title})
    return asset


def note_asset(actor: Actor, asset: Asset, event: str, at: datetime, details: Mapping[str, Any]) -> None:
    """The audit entry of what was done to an asset."""
    happening = Happening(event, "asset", asset.pk, asset.title, details)
    record(actor=actor, company_id=asset.company_id, at=at, happening=happening)
