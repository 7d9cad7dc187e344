"""What is done to types: make one, change it and its fields, take a field off and bring it back, archive, restore."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound, Stale
from trueup.fields.checking import check_kept, check_type
from trueup.fields.lists import refuse_unknown_lists
from trueup.fields.models import Field, Type, TypeVersion
from trueup.fields.queries import definition_of, fields_of, require_for, type_for
from trueup.fields.terms import (
    COLUMNS,
    FieldTerms,
    TypeTerms,
    field_as_json,
    field_from,
    type_as_json,
)
from trueup.tenancy.queries import company_for

MANAGE = Permission.TYPES_MANAGE
MOST_TYPES = 500
PLAIN = ("name", "description", "icon", "counts_as")
"""What a type says besides its fields."""


class TypeNameTaken(Conflict):
    """Another type in use has that name."""

    title = gettext_lazy("The name is taken")


class FieldKeyTaken(Conflict):
    """A field that was taken off has that key, and values are stored under it."""

    title = gettext_lazy("The key is taken")


def create_type(*, actor: Actor, company_id: int | None, terms: TypeTerms, at: datetime) -> Type:
    """Make a type of a company, or (without one) for all companies. It can be used at once."""
    if company_id is None:
        actor.require_everywhere(MANAGE)
    else:
        company_for(actor=actor, company_id=company_id, permission=MANAGE)
    terms = replace(terms, name=terms.name.strip())
    check_type(terms)
    if Type.objects.filter(Q(archived_at=None), Q(company_id=company_id)).count() >= MOST_TYPES:
        raise InvalidValue.of("name", _("There are %(most)s types already. Archive one first.") % {"most": MOST_TYPES})  # fmt: skip
    try:
        with transaction.atomic():
            made = Type.objects.create(
                company_id=company_id, name=terms.name, description=terms.description, icon=terms.icon,
                counts_as=terms.counts_as, created_at=at,
            )  # fmt: skip
            _store(made, terms.fields, (), at)
            _keep_version(actor, made, at)
            _record(actor, made, "fields.type_created", at, {"fields": len(terms.fields)})
    except IntegrityError as taken:
        raise _taken(taken, terms.name) from taken
    return made


def _taken(taken: IntegrityError, name: str) -> Exception:
    if "type_name_once" not in str(taken):
        return taken
    return TypeNameTaken(
        _("Another type is called “%(name)s”. Open that one, or choose another name.") % {"name": name}
    )


def merged_type(type_: Type, *, changes: Mapping[str, Any], fields: Iterable[Mapping[str, Any]]) -> TypeTerms:
    """The definition as it would be: named parts replaced, fields changed or added by key, the others as they were.

    With ``order`` among the changes (keys, all of them) the fields stand in that order.
    """
    now = definition_of(type_)
    by_key = {field.key: field for field in now.fields}
    for place, given in enumerate(fields):
        before = by_key.get(str(given.get("key") or ""))
        field = field_from(given, place=f"fields.{place}", before=before)
        if before is not None:
            check_kept(before, field)
        elif field.key in by_key:
            raise InvalidValue.of(f"fields.{place}.key", _("Two fields have the key “%(name)s”.") % {"name": field.key})  # fmt: skip
        by_key[field.key] = field
    plain = {name: value for name, value in changes.items() if name in PLAIN}
    terms = replace(now, **plain, fields=_ordered(by_key, changes.get("order")))
    check_type(terms)
    return terms


def _ordered(by_key: Mapping[str, FieldTerms], order: Sequence[str] | None) -> tuple[FieldTerms, ...]:
    if order is None:
        return tuple(by_key.values())
    if sorted(order) != sorted(by_key):
        raise InvalidValue.of("order", _("An order names every field once."))
    return tuple(by_key[key] for key in order)


def change_type(
    *,
    actor: Actor,
    type_id: int,
    changes: Mapping[str, Any],
    fields: Iterable[Mapping[str, Any]] = (),
    version: int | None,
    at: datetime,
) -> Type:
    """Change how a type is defined; what is not named stays, and no stored value is touched."""
    with transaction.atomic():
        type_ = _locked(actor, type_id, version)
        terms = merged_type(type_, changes=changes, fields=fields)
        before = {field.key: field for field in fields_of(type_)}
        details: dict[str, Any] = {
            name: [getattr(type_, name), getattr(terms, name)]
            for name in PLAIN
            if getattr(type_, name) != getattr(terms, name)
        }
        details |= {
            field.key: [_told(before.get(field.key)), _told(field)]
            for field in terms.fields
            if before.get(field.key) != field
        }
        try:
            with transaction.atomic():
                Type.objects.filter(pk=type_.pk).update(
                    name=terms.name.strip(), description=terms.description, icon=terms.icon, counts_as=terms.counts_as,
                    version=type_.version + 1,
                )  # fmt: skip
        except IntegrityError as taken:
            raise _taken(taken, terms.name) from taken
        _store(type_, terms.fields, tuple(before), at)
        type_ = Type.objects.select_related("company").get(pk=type_id)
        _keep_version(actor, type_, at)
        _record(actor, type_, "fields.type_changed", at, details)
    return type_


def _told(field: FieldTerms | None) -> Any:
    return None if field is None else field_as_json(field)


def _locked(actor: Actor, type_id: int, version: int | None) -> Type:
    type_for(actor=actor, type_id=type_id, permission=MANAGE)
    type_ = Type.objects.select_for_update().get(pk=type_id)
    if version is not None and version != type_.version:
        raise Stale(_("Someone changed this type since you opened it. Look at it again, then save."))
    return type_


def _store(type_: Type, fields: Sequence[FieldTerms], before: Sequence[str], at: datetime) -> None:
    """Write the fields down in their order; a tombstone's key is refused."""
    refuse_unknown_lists(fields, company_id=type_.company_id)
    gone = set(Field.objects.filter(type=type_).exclude(removed_at=None).values_list("key", flat=True))
    if clash := gone & {field.key for field in fields}:
        raise FieldKeyTaken(
            _("A field “%(key)s” was taken off before, and its values are kept. Bring it back, or choose another key.")
            % {"key": min(clash)}
        )  # fmt: skip
    for position, field in enumerate(fields):
        columns = {name: getattr(field, name) for name in COLUMNS - {"key"}}
        stored = columns | {"position": position, "options": _options(field)}
        if field.key in before:
            Field.objects.filter(type=type_, key=field.key).update(**stored)
        else:
            Field.objects.create(type=type_, key=field.key, added_at=at, **stored)


def _options(field: FieldTerms) -> dict[str, Any]:
    shared = {"choices"} if field.list else frozenset()
    return {name: value for name, value in field_as_json(field).items() if name not in COLUMNS | shared}


def remove_field(*, actor: Actor, type_id: int, key: str, at: datetime) -> Type:
    """Take a field off. It becomes a tombstone: values stay stored and are shown no more; it can be brought back."""
    with transaction.atomic():
        type_ = _locked(actor, type_id, None)
        left = tuple(field for field in fields_of(type_) if field.key != key)
        check_type(replace(definition_of(type_), fields=left))
        if not Field.objects.filter(type=type_, key=key, removed_at=None).update(removed_at=at):
            raise NotFound(_("The type has no field “%(key)s”.") % {"key": key})
        return _moved_on(actor, type_, "fields.field_removed", key, at)


def restore_field(*, actor: Actor, type_id: int, key: str, at: datetime) -> Type:
    """Bring a field back, with the values it had."""
    with transaction.atomic():
        type_ = _locked(actor, type_id, None)
        rows = Field.objects.filter(type=type_, key=key).exclude(removed_at=None)
        if not rows.update(removed_at=None):
            raise NotFound(_("The type has no field “%(key)s”.") % {"key": key})
        check_type(definition_of(type_))
        return _moved_on(actor, type_, "fields.field_restored", key, at)


def _moved_on(actor: Actor, type_: Type, event: str, key: str, at: datetime) -> Type:
    Type.objects.filter(pk=type_.pk).update(version=type_.version + 1)
    type_ = Type.objects.select_related("company").get(pk=type_.pk)
    _keep_version(actor, type_, at)
    happening = Happening(event, "asset_type", type_.pk, type_.name, {"field": key})
    record(actor=actor, company_id=type_.company_id, at=at, happening=happening)
    return type_


def archive_type(*, actor: Actor, type_id: int, at: datetime) -> None:
    """Take a type out of use. Its assets stay readable, and its name is free again."""
    with transaction.atomic():
        type_ = _locked(actor, type_id, None)
        if not Type.objects.filter(pk=type_id, archived_at=None).update(archived_at=at):
            raise Conflict(_("“%(name)s” is archived already.") % {"name": type_.name})
        _record(actor, type_, "fields.type_archived", at, {})


def restore_type(*, actor: Actor, type_id: int, at: datetime) -> None:
    """Take a type into use again."""
    with transaction.atomic():
        type_ = _locked(actor, type_id, None)
        require_for(actor=actor, permission=MANAGE, company_id=type_.company_id)
        try:
            with transaction.atomic():
                Type.objects.filter(pk=type_id).update(archived_at=None)
        except IntegrityError as taken:
            raise _taken(taken, type_.name) from taken
        _record(actor, type_, "fields.type_restored", at, {})


def _keep_version(actor: Actor, type_: Type, at: datetime) -> None:
    TypeVersion.objects.create(
        type=type_, version=type_.version, definition=type_as_json(definition_of(type_)), made_at=at, made_by=actor.name
    )  # fmt: skip


def _record(actor: Actor, type_: Type, event: str, at: datetime, details: Mapping[str, Any]) -> None:
    happening = Happening(event, "asset_type", type_.pk, type_.name, details)
    record(actor=actor, company_id=type_.company_id, at=at, happening=happening)
