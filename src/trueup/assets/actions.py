"""What is done to assets: make, copy, change, archive, restore, go back to a revision, reveal a sealed value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assets.counting import count_if_it_can
from trueup.assets.figures import values_on
from trueup.assets.following import follow_archiving, follow_change, follow_restoring
from trueup.assets.models import Asset, AssetLink, AssetSecret
from trueup.assets.queries import asset_for, revision_for
from trueup.assets.references import require_references
from trueup.assets.storing import (
    AssetArchived,
    Scene,
    difference,
    locked_asset,
    note_asset,
    place_of_secret,
    refuse_told,
    seal_values,
    settle,
    tidy_tags,
    with_numbers,
)
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.fields.kinds.register import KINDS
from trueup.fields.queries import fields_of, type_for
from trueup.fields.terms import FieldTerms
from trueup.fields.values import clean_values
from trueup.tenancy.queries import company_for
from trueup.vault.actions import Subject, reveal_secret
from trueup.vault.plain import Plain

CHANGE = Permission.ASSETS_CHANGE
LONGEST_REASON = 500
HANDLES = frozenset({"secret", "attachment"})
"""Kinds whose values are handles of something kept elsewhere: a revision brings them back as they are."""


class TypeNotInUse(Conflict):
    """The type is archived, or belongs to another company."""

    title = gettext_lazy("Not a type of this company")


class AssetReferredTo(Conflict):
    """Other assets refer to it, and their field says that it stays."""

    title = gettext_lazy("Others refer to it")


def create_asset(
    *,
    actor: Actor,
    type_id: int,
    company_id: int,
    values: Mapping[str, Any],
    tags: Iterable[str] = (),
    at: datetime,
    counts: bool = True,
) -> Asset:
    """Make an asset of a type in a company: revision 1 of it, with whoever made it (C-030 to C-034).

    One of a type that counts as a licence has its licence from then on, where its product is known.
    """
    company = company_for(actor=actor, company_id=company_id, permission=CHANGE)
    type_ = type_for(actor=actor, type_id=type_id)
    if type_.archived_at is not None or type_.company_id not in {None, company.pk}:
        raise TypeNotInUse(
            _("“%(type)s” is no type in use in %(company)s.") % {"type": type_.name, "company": company.name}
        )
    fields = fields_of(type_)
    require_edit(actor=actor, company_id=company.pk, fields=fields, keys=values)
    cleaned = clean_values(fields, values)
    require_references(actor=actor, company_id=company.pk, fields=fields, values=cleaned.values)
    refuse_told(fields, cleaned.values, cleaned.secrets)
    tidy = tidy_tags(tags)
    scene = Scene(actor, at, fields)
    with transaction.atomic():
        asset = Asset.objects.create(
            company=company, type=type_, title=type_.name, values=cleaned.values, tags=tidy, created_at=at, changed_at=at
        )  # fmt: skip
        with_numbers(asset, fields)
        seal_values(scene, asset, cleaned.secrets)
        settle(scene, asset)
        note_asset(actor, asset, "assets.created", at, {"type": type_.name, "tags": tidy})
        if counts:
            count_if_it_can(actor=actor, asset=asset, fields=fields, at=at)
    return asset


def require_edit(*, actor: Actor, company_id: int, fields: Sequence[FieldTerms], keys: Iterable[str]) -> None:
    """Go on if no field named needs a right that the actor lacks there."""
    named = set(keys)
    for field in fields:
        for permission in (field.view, field.edit):
            if permission and field.key in named:
                actor.require(Permission(permission), company_id)


def clone_asset(*, actor: Actor, asset_id: int, at: datetime) -> Asset:
    """Another asset with the same values, but for sealed ones, numbers given by itself, and values that are there once.

    It counts as no licence yet: a copy is a beginning, and owns nothing.
    """
    old = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    kept = {
        field.key: old.values[field.key]
        for field in fields_of(old.type)
        if field.key in old.values
        and KINDS[field.kind].is_typed
        and field.kind != "secret"
        and not field.unique
        and (not field.view or actor.may(Permission(field.view), old.company_id))
    }
    return create_asset(
        actor=actor, type_id=old.type_id, company_id=old.company_id, values=kept, tags=old.tags, at=at, counts=False
    )  # fmt: skip


def change_asset(
    *,
    actor: Actor,
    asset_id: int,
    values: Mapping[str, Any],
    tags: Iterable[str] | None = None,
    revision: int | None,
    at: datetime,
    reason: str = "",
) -> Asset:
    """Change the values that are named, and leave all others alone (D-097); a stale ``revision`` is refused."""
    seen = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    fields = fields_of(seen.type)
    require_edit(actor=actor, company_id=seen.company_id, fields=fields, keys=values)
    with transaction.atomic():
        asset = locked_asset(seen, revision)
        before = values_on(asset=asset, fields=fields, on=timezone.localdate(at))
        cleaned = clean_values(fields, values, before=before)
        touched = {key: cleaned.values[key] for key in values if key in cleaned.values}
        require_references(actor=actor, company_id=asset.company_id, fields=fields, values=touched)
        refuse_told(fields, cleaned.values, cleaned.secrets)
        tags_before = list(asset.tags)
        asset.values = cleaned.values
        asset.tags = tags_before if tags is None else tidy_tags(tags)
        asset.revision += 1
        scene = Scene(actor, at, fields, reason.strip()[:LONGEST_REASON])
        seal_values(scene, asset, cleaned.secrets)
        settle(scene, asset)
        follow_change(scene, asset, before)
        details = difference(fields, before, asset.values)
        if asset.tags != tags_before:
            details["tags"] = [tags_before, asset.tags]
        note_asset(actor, asset, "assets.changed", at, details)
    return asset


def archive_asset(*, actor: Actor, asset_id: int, at: datetime) -> None:
    """Take an asset out of use. What refers to it keeps it, loses it, or refuses, as its field says."""
    seen = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    with transaction.atomic():
        asset = locked_asset(seen, None)
        links = AssetLink.objects.filter(other=asset, asset__archived_at=None).select_related("asset__type")
        for link in links.order_by("asset_id", "field"):
            _let_go(actor, link, asset, at)
        asset.archived_at = at
        asset.revision += 1
        scene = Scene(actor, at, fields_of(asset.type))
        settle(scene, asset)
        follow_archiving(scene, asset)
        note_asset(actor, asset, "assets.archived", at, {})


def _let_go(actor: Actor, link: AssetLink, gone: Asset, at: datetime) -> None:
    fields = fields_of(link.asset.type)
    field = next((one for one in fields if one.key == link.field), None)
    if field is None or field.on_archive == "keep":
        return
    if field.on_archive == "refuse":
        raise AssetReferredTo(
            _("“%(title)s” refers to it as %(label)s. Change that one first.")
            % {"title": link.asset.title, "label": field.label}
        )
    other = (
        Asset.objects.select_for_update(of=("self",)).select_related("type", "company").get(pk=link.asset_id)
    )
    value = other.values.get(field.key)
    left = [one for one in value if one != gone.pk] if isinstance(value, list) else None
    other.values = {key: old for key, old in other.values.items() if key != field.key} | (
        {field.key: left} if left else {}
    )
    other.revision += 1
    settle(Scene(actor, at, fields), other)
    note_asset(actor, other, "assets.changed", at, {field.key: [gone.title, None]})


def restore_asset(*, actor: Actor, asset_id: int, at: datetime) -> None:
    """Take an asset into use again; values that are there once may have been given to another meanwhile."""
    seen = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    with transaction.atomic():
        asset = (
            Asset.objects.select_for_update(of=("self",)).select_related("type", "company").get(pk=seen.pk)
        )
        if asset.archived_at is None:
            raise AssetArchived(_("“%(title)s” is in use.") % {"title": asset.title})
        asset.archived_at = None
        asset.revision += 1
        scene = Scene(actor, at, fields_of(asset.type))
        settle(scene, asset)
        follow_restoring(scene, asset)
        note_asset(actor, asset, "assets.restored", at, {})


def roll_asset_back(*, actor: Actor, asset_id: int, revision: int, at: datetime) -> Asset:
    """Give an asset the values and tags it had in a revision, as a new one; sealed values come back by their handle.

    Fields that were taken off since keep what they have now.
    """
    seen = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    old = revision_for(actor=actor, asset_id=asset_id, revision=revision)
    fields = fields_of(seen.type)
    with transaction.atomic():
        asset = locked_asset(seen, None)
        keys = {field.key for field in fields if field.kind != "auto_number"}
        wanted = {key: value for key, value in old.values.items() if key in keys}
        details = difference(fields, asset.values, {**asset.values, **dict.fromkeys(keys), **wanted})
        require_edit(actor=actor, company_id=asset.company_id, fields=fields, keys=details)
        plain = {key: value for key, value in wanted.items() if not _is_sealed(fields, key)}
        typed = {key: value for key, value in plain.items() if _is_typed(fields, key)}
        sealed = {key: value for key, value in wanted.items() if _is_sealed(fields, key)}
        rest = {key: value for key, value in asset.values.items() if key not in keys}
        cleaned = clean_values(fields, typed, before=rest | sealed)
        require_references(actor=actor, company_id=asset.company_id, fields=fields, values=typed)
        before = values_on(asset=asset, fields=fields, on=timezone.localdate(at))
        asset.values, asset.tags = cleaned.values, list(old.tags)
        asset.revision += 1
        scene = Scene(actor, at, fields, _("Back to revision %(n)s") % {"n": revision})
        settle(scene, asset)
        follow_change(scene, asset, before)
        note_asset(actor, asset, "assets.rolled_back", at, {"to": revision, **details})
    return asset


def _is_sealed(fields: Iterable[FieldTerms], key: str) -> bool:
    return any(field.key == key and field.kind in HANDLES for field in fields)


def _is_typed(fields: Iterable[FieldTerms], key: str) -> bool:
    return any(field.key == key and KINDS[field.kind].is_typed for field in fields)


def reveal_value(*, actor: Actor, asset_id: int, key: str, reason: str, at: datetime) -> Plain:
    """The text of a sealed value; who saw it and why is written down when this returns (C-020)."""
    asset = asset_for(actor=actor, asset_id=asset_id, permission=Permission.KEYS_REVEAL)
    fields = fields_of(asset.type)
    field = next((one for one in fields if one.key == key and one.kind == "secret"), None)
    handle = asset.values.get(key)
    if field is None or not handle:
        raise NotFound(_("The asset has no sealed value “%(key)s”.") % {"key": key[:60]})
    if field.view:
        actor.require(Permission(field.view), asset.company_id)
    row = AssetSecret.objects.filter(asset=asset, field=key).get(pk=handle["secret"])
    subject = Subject("asset", asset.pk, asset.title, field.label)
    return reveal_secret(
        actor=actor,
        secret_id=row.secret_id,
        place=place_of_secret(row),
        subject=subject,
        reason=reason,
        at=at,
    )


def tag_assets(
    *,
    actor: Actor,
    asset_ids: Iterable[int],
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    at: datetime,
) -> int:
    """Give tags to assets and take others off, all of them or none; how many changed."""
    added, removed = set(tidy_tags(add)), set(tidy_tags(remove))
    if not added | removed:
        raise InvalidValue.of("tags", _("Name a tag to add or to take off."))
    changed = 0
    with transaction.atomic():
        for asset_id in sorted(set(asset_ids)):
            tags = set(asset_for(actor=actor, asset_id=asset_id, permission=CHANGE).tags)
            if (tags | added) - removed != tags:
                wanted = (tags | added) - removed
                change_asset(actor=actor, asset_id=asset_id, values={}, tags=wanted, revision=None, at=at)
                changed += 1
    return changed
