"""Roll-ups: numbers that a list, a page or the API count from other records when they read an asset, right at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from django.db.models import (
    BigIntegerField,
    Count,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from trueup.assets.models import Asset, AssetLink
from trueup.assets.standing import NUMBER, VALUE
from trueup.assignments.columns import ASSIGNMENTS
from trueup.assignments.models import Assignment
from trueup.base.actor import system
from trueup.base.listing import filtered, parse_kindly
from trueup.base.registers import Listing, Register
from trueup.fields.kinds.kind import plain_number
from trueup.fields.models import Type
from trueup.fields.terms import FieldTerms
from trueup.inventory.models import Installation

OF = "of_"
"""How the names begin under which the licence or product is read that something is counted of."""
MEASURES: Final[Mapping[str, Callable[..., Any]]] = {"sum": Sum, "min": Min, "max": Max}
Stored = Callable[[Type], tuple[Register, Mapping[str, Any]]]
"""The list of a type by what is stored, and how its values are read."""


def rolled_up(fields: Iterable[FieldTerms], stored: Stored) -> tuple[dict[str, Any], dict[str, Any]]:
    """Expressions over assets: first what things are counted of, then the numbers themselves, which name those."""
    first: dict[str, Any] = {}
    then: dict[str, Any] = {}
    for field in fields:
        if field.kind != "roll_up":
            continue
        if field.of == "assets":
            then[VALUE + field.key] = _of_assets(field, stored)
            continue
        plural = {"assignments": "licence", "installations": "product"}[field.of]
        first[OF + field.key] = _counted_of(field, plural)
        rows = _assignments(field) if field.of == "assignments" else _installations(field)
        then[VALUE + field.key] = rows
    return first, then


def _counted_of(field: FieldTerms, what: str) -> Any:
    """The licence or product that a field of the asset refers to, or that the asset itself stands for."""
    if field.by:
        text = KeyTextTransform(field.by, "values")
        return Func(text, template="(%(expressions)s)::bigint", output_field=BigIntegerField())
    return F("counted__licence_id") if what == "licence" else F("counted__licence__product_id")


def _of_assets(field: FieldTerms, stored: Stored) -> Any:
    """Over assets of a type that refer to this one; walls see to it that they are of the same company."""
    links = AssetLink.objects.filter(
        other=OuterRef("pk"), field=field.by, asset__type__name=field.to_type, asset__archived_at=None
    )
    if field.where:
        links = links.filter(_matching(field, stored))
    if field.measure == "count":
        return _number(links, "other", Count("asset"))
    text = KeyTextTransform(field.over, "asset__values")
    amount = Func(text, template="(%(expressions)s)::numeric", output_field=NUMBER)
    return _number(links, "other", MEASURES[field.measure](amount))


def _matching(field: FieldTerms, stored: Stored) -> Q:
    """Links of assets that fit the filter; where it fits no field any more, none do."""
    fitting = Q(pk__in=[])
    for type_ in Type.objects.filter(name=field.to_type, archived_at=None):
        register, read = stored(type_)
        listing = _listing(register, field.where)
        if listing is not None:
            rows = filtered(register, Asset.objects.filter(type=type_).annotate(**read), listing)
            fitting |= Q(asset__in=rows.order_by().values("pk"))
    return fitting


def _assignments(field: FieldTerms) -> Any:
    """Over what is assigned of a licence now, counted or by its units."""
    rows = Assignment.objects.filter(licence=OuterRef(OF + field.key), released_at=None)
    if field.where:
        listing = _listing(ASSIGNMENTS, field.where)
        if listing is None:
            return Value(None, output_field=NUMBER)
        fitting = filtered(ASSIGNMENTS, ASSIGNMENTS.rows(actor=system("roll-up")), listing)
        rows = rows.filter(pk__in=fitting.order_by().values("pk"))
    measure = Count("pk") if field.measure == "count" else MEASURES[field.measure]("units")
    return _number(rows, "licence", measure)


def _installations(field: FieldTerms) -> Any:
    """Over devices of the company on which the product is installed now."""
    rows = Installation.objects.filter(
        company_id=OuterRef("company_id"), title__product_id=OuterRef(OF + field.key), gone_at=None
    )
    return _number(rows, "company", Count("device", distinct=True))


def _number(rows: QuerySet[Any], by: str, measure: Any) -> Any:
    summed = rows.order_by().values(by).annotate(rolled=measure).values("rolled")
    number = Cast(Subquery(summed), NUMBER)
    return Coalesce(number, Value(0), output_field=NUMBER) if isinstance(measure, Count | Sum) else number


def _listing(register: Register, where: str) -> Listing | None:
    """The filter as the list of these records reads it; none where it does not."""
    listing, faults = parse_kindly(register, dict(parse_qsl(where)))
    return None if faults else listing


def values_rolled_up(*, asset: Asset, fields: Iterable[FieldTerms], stored: Stored) -> dict[str, str]:
    """The roll-ups of one asset, as its other values are written."""
    first, then = rolled_up(fields, stored)
    if not then:
        return {}
    row = Asset.objects.filter(pk=asset.pk).annotate(**first).annotate(**then).values(*then).get()
    return {
        name.removeprefix(VALUE): plain_number(number) for name, number in row.items() if number is not None
    }
