"""Lists of choices that fields share: changed in one place, and every field that names one has the change at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import FieldError, InvalidValue
from trueup.fields.kinds.select import choice_faults
from trueup.fields.models import SharedList
from trueup.fields.terms import Choice, FieldTerms, choices_of
from trueup.tenancy.queries import company_for

LONGEST_NAME = 100


def lists_visible_to(*, actor: Actor) -> QuerySet[SharedList]:
    """Lists for all companies, and those of the actor's own, by name."""
    rows: QuerySet[SharedList] = SharedList.objects.visible_to(actor)
    return rows.select_related("company").order_by("name", "pk")


def keep_list(
    *, actor: Actor, company_id: int | None, name: str, choices: Sequence[Choice], at: datetime
) -> SharedList:
    """Make a list, or give the one of that name other choices. Stored values keep their keys, in the list or not."""
    company = None
    if company_id is None:
        actor.require_everywhere(Permission.TYPES_MANAGE)
    else:
        company = company_for(actor=actor, company_id=company_id, permission=Permission.TYPES_MANAGE)
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidValue.of("name", _("A list needs a name of at most %(most)s characters.") % {"most": LONGEST_NAME})  # fmt: skip
    if faults := tuple(choice_faults(FieldTerms(name, "select", choices=tuple(choices)))):
        raise InvalidValue(" ".join(fault.detail for fault in faults), errors=faults)
    stored = [{"key": one.key, "label": one.label} for one in choices]
    with transaction.atomic():
        kept: SharedList = SharedList.objects.update_or_create(
            company=company, name=name, defaults={"choices": stored, "changed_at": at}
        )[0]
        happening = Happening("fields.list_kept", "shared_list", kept.pk, name, {"choices": len(stored)})
        record(actor=actor, company_id=company_id, at=at, happening=happening)
    return kept


def with_lists(fields: Iterable[FieldTerms], *, company_id: int | None) -> tuple[FieldTerms, ...]:
    """Fields with the choices of the lists they name; a company's own list wins over one for all."""
    found = tuple(fields)
    if not (names := {field.list for field in found if field.list}):
        return found
    rows = SharedList.objects.filter(Q(company=None) | Q(company_id=company_id), name__in=names)
    by_name = {row.name: choices_of(row.choices) for row in rows.order_by("-company_id")[::-1]}
    return tuple(
        replace(field, choices=by_name.get(field.list, ())) if field.list else field for field in found
    )


def refuse_unknown_lists(fields: Iterable[FieldTerms], *, company_id: int | None) -> None:
    """Refuse fields that name a list which is not there."""
    wanted = {field.list: place for place, field in enumerate(fields) if field.list}
    rows = SharedList.objects.filter(Q(company=None) | Q(company_id=company_id), name__in=wanted)
    there = set(rows.values_list("name", flat=True))
    errors = tuple(
        FieldError(f"fields.{place}.list", _("There is no shared list “%(name)s”.") % {"name": name[:60]})
        for name, place in wanted.items()
        if name not in there
    )
    if errors:
        raise InvalidValue(" ".join(error.detail for error in errors), errors=errors)
