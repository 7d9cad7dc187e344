"""Reading types and their fields, scoped to the actor."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.fields.lists import with_lists
from trueup.fields.models import Field, Type, TypeVersion
from trueup.fields.terms import COLUMNS, FieldTerms, TypeTerms, choices_of


def types_visible_to(*, actor: Actor, permission: Permission = Permission.ASSETS_VIEW) -> QuerySet[Type]:
    """Types in use, those for all companies and those of the actor's own, by name."""
    rows: QuerySet[Type] = Type.objects.visible_to(actor, permission)
    return rows.filter(archived_at=None).select_related("company").order_by("name", "pk")


def type_for(*, actor: Actor, type_id: int, permission: Permission = Permission.ASSETS_VIEW) -> Type:
    """One type, archived or not, for whoever has the permission where the type belongs."""
    rows = Type.objects.visible_to(actor).select_related("company")
    found: Type | None = (
        rows.filter(pk=type_id).first() if actor.may_somewhere(Permission.ASSETS_VIEW) else None
    )
    if found is None:
        raise NotFound(_("There is no type %(type_id)s.") % {"type_id": type_id})
    if permission != Permission.ASSETS_VIEW:
        require_for(actor=actor, permission=permission, company_id=found.company_id)
    return found


def require_for(*, actor: Actor, permission: Permission, company_id: int | None) -> None:
    """The right in the type's company; over all companies where it is for all."""
    if company_id is None:
        actor.require_everywhere(permission)
    else:
        actor.require(permission, company_id)


def may_change_type(*, actor: Actor, type_: Type) -> bool:
    """Whether the actor may change how the type is defined."""
    if type_.company_id is not None:
        return actor.may(Permission.TYPES_MANAGE, type_.company_id)
    return actor.only is None and actor.companies(Permission.TYPES_MANAGE) is None


def fields_of(type_: Type) -> tuple[FieldTerms, ...]:
    """The fields of a type in their order, without tombstones."""
    rows = Field.objects.filter(type=type_, removed_at=None).order_by("position", "pk")
    return with_lists(map(terms_of, rows), company_id=type_.company_id)


def terms_of(row: Field) -> FieldTerms:
    """A stored field as terms."""
    options = dict(row.options)
    if "choices" in options:
        options["choices"] = choices_of(options["choices"])
    return FieldTerms(**{name: getattr(row, name) for name in COLUMNS}, **options)


def removed_fields(*, type_: Type) -> QuerySet[Field]:
    """Tombstones: fields that were taken off, whose keys are never given out again."""
    return Field.objects.filter(type=type_).exclude(removed_at=None).order_by("-removed_at", "key")


def definition_of(type_: Type) -> TypeTerms:
    """A type with its fields."""
    return TypeTerms(type_.name, type_.description, type_.icon, type_.counts_as, fields_of(type_))


def versions_of(*, actor: Actor, type_id: int) -> QuerySet[TypeVersion]:
    """How a type was defined before, the latest first."""
    return TypeVersion.objects.filter(type=type_for(actor=actor, type_id=type_id)).order_by("-version")
