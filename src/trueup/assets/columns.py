"""The lists of assets: one over all types, and one for each type whose columns are its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from trueup.assets.counting import LICENCE
from trueup.assets.figures import COUNTED_COLUMNS, FIGURES, OF_LICENCE, USED, followed, in_use, of_licences
from trueup.assets.models import Asset
from trueup.assets.queries import assets_visible_to
from trueup.assets.references import TARGETS
from trueup.assets.rolling import rolled_up, values_rolled_up
from trueup.assets.searching import ASSET_WORDS
from trueup.assets.standing import CURRENCY, VALUE, roles_of, standing_columns, standing_of
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.registers import Column, Kind, Register
from trueup.fields.kinds.number import UNLIMITED
from trueup.fields.kinds.register import KINDS
from trueup.fields.models import Type
from trueup.fields.queries import fields_of
from trueup.fields.terms import FieldTerms

STATES = (
    ("current", _("Current")),
    ("expiring", _("Expiring soon")),
    ("expired", _("Expired")),
    ("archived", _("Archived")),
)
EXTRA = ("company_id", "type_id", "revision", "archived_at")
LIST_NAME: Final = "flexible-assets"
OUTPUTS: Final[Mapping[str, models.Field[Any, Any]]] = {
    "numeric": models.DecimalField(max_digits=30, decimal_places=10),
    "boolean": models.BooleanField(),
    "date": models.DateField(),
    "timestamptz": models.DateTimeField(),
    "bigint": models.BigIntegerField(),
}
NAME = "n_"
"""How the names begin under which the names of what values refer to are read."""

_TITLE = Column("title", _("Name"))
_TYPE = Column("type", _("Type"), Kind.REFERENCE, "type__name", "type_id", "asset_type", groups=True)
_AROUND = (
    Column("state", _("State"), Kind.CHOICE, choices=STATES),
    Column("expires_on", _("Expires"), Kind.DAY),
    Column("tags", _("Tags"), Kind.TAGS, sortable=False),
    Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True, groups=True),
    Column("created_at", _("Created"), Kind.MOMENT, shown=False),
    Column("changed_at", _("Changed"), Kind.MOMENT, shown=False),
)  # fmt: skip

ASSETS = Register(
    name=LIST_NAME,
    title=_("Flexible assets"),
    view=Permission.ASSETS_VIEW,
    rows=assets_visible_to,
    order="title",
    words=ASSET_WORDS,
    extra=EXTRA,
    columns=(_TITLE, _TYPE, *_AROUND),
)


def list_name_of(type_id: int) -> str:
    """What the list of a type is called: saved views stand under it."""
    return f"{LIST_NAME}-{type_id}"


def stored_list(type_: Type) -> tuple[Register, dict[str, Any]]:
    """The list of a type by what is stored of its assets alone, and the expressions that read it."""
    fields = [field for field in fields_of(type_) if KINDS[field.kind].column and field.kind != "roll_up"]
    found: dict[str, Any] = {}
    for field in fields:
        found |= _expressions(field)
    columns = (_TITLE, *(_column(field) for field in fields), *_AROUND[1:])
    return replace(ASSETS, name=list_name_of(type_.pk), columns=columns), found


def rolled_values(*, asset: Asset, fields: Sequence[FieldTerms]) -> dict[str, str]:
    """The roll-ups of an asset."""
    return values_rolled_up(asset=asset, fields=fields, stored=stored_list)


def register_of(type_: Type) -> Register:
    """The list of a type as it is defined now; a field added a moment ago is a column."""
    fields = [field for field in fields_of(type_) if KINDS[field.kind].column is not None]
    found: dict[str, Any] = {}
    for field in fields:
        if field.kind != "roll_up":
            found |= _expressions(field)
    counted_of, numbers = rolled_up(fields, stored_list)

    counts = type_.counts_as == LICENCE
    names: dict[str, str] = {}
    used: dict[str, Any] = {}
    if counts:
        consumed = roles_of(fields).get("consumed")
        used = in_use(F(VALUE + consumed.key) if consumed else Value(None, output_field=OUTPUTS["numeric"]))
        names = {"used_as": USED, "unlimited_as": f"{OF_LICENCE}unlimited"}
    standing = standing_of(fields, **names)

    def bare(*, actor: Actor, on: date, archived: bool = False) -> QuerySet[Any]:
        return assets_visible_to(actor=actor, on=on, archived=archived).filter(type_id=type_.pk)

    def rows(*, actor: Actor, on: date, archived: bool = False) -> QuerySet[Any]:
        read: QuerySet[Any] = bare(actor=actor, on=on, archived=archived).annotate(**counted_of)
        if counts:
            read = read.annotate(**of_licences(on=on)).annotate(**found | followed(fields, found))
        else:
            read = read.annotate(**found)
        stood: QuerySet[Any] = read.annotate(**numbers).annotate(**used).annotate(**standing)
        return stood

    return Register(
        name=list_name_of(type_.pk),
        title=type_.name,
        view=Permission.ASSETS_VIEW,
        rows=rows,
        bare=bare,
        figures=frozenset([*counted_of, *found, *numbers, *standing, *(FIGURES if counts else ())]),
        order="title",
        words=ASSET_WORDS,
        extra=EXTRA,
        columns=(
            _TITLE,
            *(_column(field) for field in fields),
            *(COUNTED_COLUMNS if counts else ()),
            *standing_columns(fields),
            *_AROUND,
        ),
    )


def _column(field: FieldTerms) -> Column:
    kind = KINDS[field.kind]
    is_reference = kind.column is Kind.REFERENCE
    return Column(
        key=field.key,
        label=field.label,
        kind=kind.column or Kind.TEXT,
        path=(NAME if is_reference else VALUE) + field.key,
        id_path=VALUE + field.key if is_reference else "",
        to=field.to,
        currency_path=CURRENCY + field.key if kind.column is Kind.MONEY else "",
        shown=field.in_list,
        sortable=kind.column is not Kind.TAGS,
        groups=kind.column in {Kind.CHOICE, Kind.FLAG},
        choices=tuple((choice.key, choice.label) for choice in field.choices) if kind.column is Kind.CHOICE else (),
        permission=Permission(field.sight) if field.sight else None,
    )  # fmt: skip


def _expressions(field: FieldTerms) -> dict[str, Any]:
    """How the values of a field are read out of the row, as what the database compares them as."""
    kind = KINDS[field.kind]
    if kind.cast == "list":
        return {VALUE + field.key: Func(KeyTransform(field.key, "values"), template=LIST, output_field=TEXTS)}
    inside = KeyTransform(field.key, "values") if kind.column is Kind.MONEY else F("values")
    text: Any = KeyTextTransform("amount" if kind.column is Kind.MONEY else field.key, inside)
    if field.unlimited:
        text = NullIf(text, Value(UNLIMITED))
    value = (
        text
        if kind.cast == "text"
        else Func(text, template=f"(%(expressions)s)::{kind.cast}", output_field=OUTPUTS[kind.cast])
    )
    found: dict[str, Any] = {VALUE + field.key: value}
    if kind.column is Kind.MONEY:
        found[CURRENCY + field.key] = KeyTextTransform("currency", inside)
    if kind.column is Kind.REFERENCE:
        target = TARGETS[field.to]
        named = target.model.objects.filter(pk=OuterRef(VALUE + field.key)).order_by()
        found[NAME + field.key] = Subquery(named.values(target.name)[:1])
    return found


TEXTS: Final = ArrayField(models.CharField(max_length=100))
LIST: Final = "ARRAY(SELECT jsonb_array_elements_text(coalesce(%(expressions)s, '[]'::jsonb)))"
