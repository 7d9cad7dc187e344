"""What of an asset somebody sees: fields with a right of their own are there for whoever has it, sealed values masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.fields.kinds.register import KINDS
from trueup.fields.terms import FieldTerms


def may_see(*, actor: Actor, company_id: int | None, field: FieldTerms) -> bool:
    """Whether the actor may see a field there; without a company, whether in every company of the list."""
    if not field.sight:
        return True
    permission = Permission(field.sight)
    if company_id is not None:
        return actor.may(permission, company_id)
    allowed, listed = actor.companies(permission), actor.companies(Permission.ASSETS_VIEW)
    return allowed is None or (listed is not None and listed <= allowed)


def shown_fields(
    *, actor: Actor, company_id: int | None, fields: Iterable[FieldTerms]
) -> tuple[FieldTerms, ...]:
    """The fields the actor sees."""
    return tuple(field for field in fields if may_see(actor=actor, company_id=company_id, field=field))


def shown_values(
    *, actor: Actor, company_id: int, fields: Sequence[FieldTerms], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Values for programs, by field key; of a secret only its mask."""
    return {
        field.key: _shown(field, values.get(field.key))
        for field in shown_fields(actor=actor, company_id=company_id, fields=fields)
        if field.in_api and field.kind != "heading"
    }


def _shown(field: FieldTerms, value: Any) -> Any:
    return KINDS[field.kind].words(value, field) if field.kind == "secret" and value is not None else value
