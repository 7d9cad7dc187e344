"""Records that assets refer to: whether they are there for whoever refers to them, and what they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from trueup.assets.models import Asset
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import FieldError, InvalidValue
from trueup.catalogue.models import Product
from trueup.contracts.models import Contract
from trueup.devices.models import Device
from trueup.fields.terms import FieldTerms
from trueup.fields.values import PREFIX
from trueup.licences.models import Licence
from trueup.people.models import Person
from trueup.tenancy.models import Company

MOST_CHOICES = 500
REFERENCES = frozenset({"reference", "references"})


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of record: its table, the path of its name, the column of a link (none for companies), and the right to see it."""

    model: Any
    name: str
    column: str
    view: Permission

    def seen_by(self, actor: Actor) -> QuerySet[Any]:
        """The rows of that kind that the actor may see."""
        rows: QuerySet[Any] = self.model.objects.visible_to(actor, self.view)
        return rows


TARGETS: Final[Mapping[str, Target]] = {
    "person": Target(Person, "name", "person_id", Permission.PEOPLE_VIEW),
    "device": Target(Device, "hostname", "device_id", Permission.DEVICES_VIEW),
    "licence": Target(Licence, "product__name", "licence_id", Permission.LICENCES_VIEW),
    "contract": Target(Contract, "name", "contract_id", Permission.CONTRACTS_VIEW),
    "product": Target(Product, "name", "product_id", Permission.CATALOGUE_VIEW),
    "company": Target(Company, "name", "", Permission.COMPANIES_VIEW),
    "asset": Target(Asset, "title", "other_id", Permission.ASSETS_VIEW),
}


def ids_in(value: Any) -> list[int]:
    """The ids of a stored reference: one, several, or none."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def referred(fields: Iterable[FieldTerms], values: Mapping[str, Any]) -> Mapping[str, dict[str, list[int]]]:
    """By kind of record and field, the ids that values refer to."""
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for field in fields:
        if field.kind in REFERENCES and values.get(field.key):
            found[field.to][field.key] = ids_in(values[field.key])
    return found


def require_references(
    *, actor: Actor, company_id: int, fields: Sequence[FieldTerms], values: Mapping[str, Any]
) -> None:
    """Refuse a reference to what is not there for the actor in this company; another company's reads the same."""
    errors = []
    by_key = {field.key: field for field in fields}
    for to, wanted in referred(fields, values).items():
        ids = {one for some in wanted.values() for one in some}
        rows = TARGETS[to].seen_by(actor).filter(_of(to, company_id), pk__in=ids)
        there = dict(rows.values_list("pk", "type__name" if to == "asset" else "pk"))
        for key, some in wanted.items():
            narrow = by_key[key].to_type
            missing = [one for one in some if one not in there or (narrow and there[one] != narrow)]
            if missing:
                detail = _("%(label)s: there is no %(to)s %(id)s in this company.") % {
                    "label": by_key[key].label, "to": to, "id": missing[0],
                }  # fmt: skip
                errors.append(FieldError(PREFIX + key, detail))
    if errors:
        raise InvalidValue(" ".join(error.detail for error in errors), errors=tuple(errors))


def _of(to: str, company_id: int) -> Q:
    """In the company; shared products are in every one, and companies are those the actor sees."""
    if to == "company":
        return Q()
    if to == "product":
        return Q(company=None) | Q(company_id=company_id)
    return Q(company_id=company_id)


def names_of(
    *, actor: Actor, fields: Iterable[FieldTerms], values: Mapping[str, Any]
) -> dict[str, dict[int, str]]:
    """By field, the names of what its value refers to, as far as the actor may see it."""
    found: dict[str, dict[int, str]] = {}
    for to, wanted in referred(fields, values).items():
        ids = {one for some in wanted.values() for one in some}
        target = TARGETS[to]
        names = dict(target.seen_by(actor).filter(pk__in=ids).values_list("pk", target.name))
        found |= {key: {one: names[one] for one in some if one in names} for key, some in wanted.items()}
    return found


def records_for(*, actor: Actor, company_id: int, field: FieldTerms) -> list[tuple[int, str]]:
    """What a field may refer to in the company, by name, as many as a list of choices can hold."""
    target = TARGETS[field.to]
    rows = target.seen_by(actor).filter(_of(field.to, company_id))
    if field.to == "asset":
        rows = rows.filter(archived_at=None)
    if field.to_type:
        rows = rows.filter(type__name=field.to_type)
    return list(rows.order_by(target.name, "pk").values_list("pk", target.name)[:MOST_CHOICES])
