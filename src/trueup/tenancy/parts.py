"""The parts of a company: regions, locations and departments. They are renamed and retired, and deleted while unused.

Whose rows refer to a part is asked of the tables themselves, so that this room knows none of those above it; the
database would refuse to delete what is in use in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound, UnknownField
from trueup.tenancy.actions import NameTaken
from trueup.tenancy.models import Company, CostCentre, Department, Location, Region
from trueup.tenancy.queries import region_in

Part = Region | Location | Department
MANAGE = Permission.COMPANIES_MANAGE
PARTS: Final[Mapping[str, type[Part]]] = MappingProxyType(
    {"region": Region, "location": Location, "department": Department}
)
FIELDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "region": frozenset({"name"}),
        "location": frozenset({"name", "region_id"}),
        "department": frozenset({"name", "parent_id", "cost_centre_id"}),
    }
)
"""What can be said of a part of each kind."""
LONGEST_NAME: Final = 100
NAMED_AT_MOST: Final = 3


class PartInUse(Conflict):
    """Licences, people, devices or assignments refer to the part, so it cannot be deleted."""

    title = gettext_lazy("Still in use")


class DefaultRegion(Conflict):
    """The default region is where everything goes that names none, so it stays."""

    title = gettext_lazy("The default region")


class TooDeep(Conflict):
    """A department would be a part of itself."""

    title = gettext_lazy("Part of itself")


def part_for(*, actor: Actor, kind: str, part_id: int, permission: Permission = MANAGE) -> Part:
    """One region, location or department, retired or not, for whoever has the permission in its company."""
    model = PARTS[kind]
    found: Part | None = model.objects.visible_to(actor, Permission.COMPANIES_VIEW).filter(pk=part_id).first()
    if found is None:
        raise NotFound(
            _("There is no such part of a company: %(kind)s %(id)s.") % {"kind": kind, "id": part_id}
        )
    actor.require(permission, found.company_id)
    return found


def add_part(*, actor: Actor, company: Company, kind: str, values: Mapping[str, Any], at: datetime) -> Part:
    """Add a location or a department to a company; its name is its own there."""
    actor.require(MANAGE, company.pk)
    facts = _checked(kind, company.pk, values)
    facts["name"] = _name_in(values)
    if kind == "location":
        facts["region_id"] = region_in(company_id=company.pk, region_id=values.get("region_id")).pk
    part = PARTS[kind](company=company, **facts)
    try:
        with transaction.atomic():
            part.save(force_insert=True)
            record(
                actor=actor,
                company_id=company.pk,
                at=at,
                happening=_happening("tenancy.part_added", kind, part),
            )
    except IntegrityError as taken:
        raise _taken(company.name, facts["name"]) from taken
    return part


def change_part(*, actor: Actor, kind: str, part_id: int, changes: Mapping[str, Any], at: datetime) -> Part:
    """Rename a part, or say what it belongs to; whatever refers to it goes on referring to it."""
    part = part_for(actor=actor, kind=kind, part_id=part_id)
    facts = _checked(kind, part.company_id, changes)
    if "name" in changes:
        facts["name"] = _name_in(changes)
    if isinstance(part, Department) and facts.get("parent_id"):
        _refuse_ring(part, int(facts["parent_id"]))
    details = {name: [old, new] for name, new in facts.items() if (old := getattr(part, name)) != new}
    if not details:
        return part
    try:
        with transaction.atomic():
            PARTS[kind].objects.filter(pk=part.pk).update(**facts)
            happening = _happening("tenancy.part_changed", kind, part, details)
            record(actor=actor, company_id=part.company_id, at=at, happening=happening)
    except IntegrityError as taken:
        raise _taken(part.company.name, str(facts.get("name", part.name))) from taken
    return part_for(actor=actor, kind=kind, part_id=part_id)


def retire_part(*, actor: Actor, kind: str, part_id: int, at: datetime) -> None:
    """Offer a part no longer; what refers to it stays as it is."""
    part = part_for(actor=actor, kind=kind, part_id=part_id)
    if isinstance(part, Region) and part.is_default:
        raise DefaultRegion(_("The default region cannot be retired. Rename it instead."))
    with transaction.atomic():
        if PARTS[kind].objects.filter(pk=part.pk, retired_at=None).update(retired_at=at):
            happening = _happening("tenancy.part_retired", kind, part)
            record(actor=actor, company_id=part.company_id, at=at, happening=happening)


def reinstate_part(*, actor: Actor, kind: str, part_id: int, at: datetime) -> None:
    """Offer a retired part again."""
    part = part_for(actor=actor, kind=kind, part_id=part_id)
    with transaction.atomic():
        if PARTS[kind].objects.filter(pk=part.pk, retired_at__isnull=False).update(retired_at=None):
            happening = _happening("tenancy.part_reinstated", kind, part)
            record(actor=actor, company_id=part.company_id, at=at, happening=happening)


def delete_part(*, actor: Actor, kind: str, part_id: int, at: datetime) -> None:
    """Delete a part nothing ever referred to; PartInUse names who does (R-072, D-019)."""
    part = part_for(actor=actor, kind=kind, part_id=part_id)
    if isinstance(part, Region) and part.is_default:
        raise DefaultRegion(_("The default region cannot be deleted. Rename it instead."))
    _refuse_in_use(part)
    happening = _happening("tenancy.part_deleted", kind, part)
    try:
        with transaction.atomic():
            part.delete()
            record(actor=actor, company_id=part.company_id, at=at, happening=happening)
    except (ProtectedError, IntegrityError) as used:
        raise PartInUse(_("Somebody has begun to use it. Load the page again.")) from used


def uses_of(part: Part) -> dict[str, tuple[int, list[str]]]:
    """By table, how many rows refer to a part, and the first few by name."""
    found: dict[str, tuple[int, list[str]]] = {}
    for model, rows in _referring(part):
        count = rows.count()
        if count:
            names = [name for row in rows.order_by("pk")[:NAMED_AT_MOST] if (name := _called(row))]
            before, known = found.get(model, (0, []))
            found[model] = (before + count, [*known, *names][:NAMED_AT_MOST])
    return found


def _referring(part: Part) -> Iterator[tuple[str, models.QuerySet[Any]]]:
    for relation in part._meta.get_fields(include_hidden=True):  # noqa: SLF001 - Django's own name for its public interface
        if isinstance(relation, models.ManyToOneRel):
            model, column = relation.related_model, relation.field.name
            yield str(model._meta.model_name), model._base_manager.filter(**{column: part.pk})  # noqa: SLF001 - the same


def _called(row: Any) -> str:
    """What a row is called: its own name, or that of the product it is a licence of."""
    for name in ("name", "hostname", "username"):
        if getattr(row, name, ""):
            return str(getattr(row, name))
    product = getattr(row, "product", None)
    return str(product.name) if product is not None else ""


def _refuse_in_use(part: Part) -> None:
    uses = uses_of(part)
    if not uses:
        return
    words = "; ".join(_use(model, count, names) for model, (count, names) in sorted(uses.items()))
    detail = _("“%(name)s” is in use and cannot be deleted: %(uses)s. Move them first, or retire it instead.")
    raise PartInUse(
        detail % {"name": part.name, "uses": words}, uses={model: count for model, (count, _) in uses.items()}
    )


def _use(model: str, count: int, names: list[str]) -> str:
    words = {
        "licence": ngettext("%(n)s licence", "%(n)s licences", count),
        "person": ngettext("%(n)s person", "%(n)s people", count),
        "device": ngettext("%(n)s device", "%(n)s devices", count),
        "location": ngettext("%(n)s location", "%(n)s locations", count),
        "department": ngettext("%(n)s department", "%(n)s departments", count),
        "assignment": ngettext("%(n)s assignment", "%(n)s assignments", count),
    }.get(model, ngettext("%(n)s other record", "%(n)s other records", count))
    return words % {"n": count} + (f" ({', '.join(names)})" if names else "")


def _checked(kind: str, company_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that name other things, each of the same company."""
    unknown = sorted(set(values) - FIELDS[kind])
    if unknown:
        raise UnknownField(
            _("Fields that cannot be changed here: %(unknown)s.") % {"unknown": ", ".join(unknown)}
        )
    facts: dict[str, Any] = {name: value or None for name, value in values.items() if name != "name"}
    if facts.get("region_id"):
        region_in(company_id=company_id, region_id=facts["region_id"])
    elif "region_id" in facts:
        raise InvalidValue.of("region_id", _("A location lies in a region. Choose one."))
    for field, model in (("parent_id", Department), ("cost_centre_id", CostCentre)):
        if facts.get(field) and not model.objects.filter(company_id=company_id, pk=facts[field]).exists():
            raise NotFound(
                _("There is nothing of that number in this company: %(id)s.") % {"id": facts[field]}
            )
    return facts


def _name_in(values: Mapping[str, Any]) -> str:
    name = str(values.get("name") or "").strip()
    if not name:
        raise InvalidValue.of("name", _("It needs a name."))
    if len(name) > LONGEST_NAME:
        raise InvalidValue.of("name", _("A name has at most %(most)s characters.") % {"most": LONGEST_NAME})
    return name


def _refuse_ring(part: Department, parent_id: int) -> None:
    parents = dict(Department.objects.filter(company_id=part.company_id).values_list("pk", "parent_id"))
    above: int | None = parent_id
    while above is not None:
        if above == part.pk:
            raise TooDeep(_("%(name)s would be a part of itself.") % {"name": part.name})
        above = parents.get(above)


def _taken(company: str, name: str) -> NameTaken:
    return NameTaken(_("%(company)s has “%(name)s” already.") % {"company": company, "name": name})


def _happening(event: str, kind: str, part: Part, details: Mapping[str, Any] | None = None) -> Happening:
    return Happening(event, kind, part.pk, part.name, dict(details or {}))
