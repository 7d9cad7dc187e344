"""How records stand whose type says what is there in all and what of it is in use: under-licensed, over-licensed, covered.

The numbers are those recorded in the fields with these roles; of an asset that counts as a licence, what its lines come to
and what is assigned. What is counted by rule from assignments and installations stands under Position.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, CharField, DecimalField, F, Func, Q, Value, When
from django.db.models.functions import Greatest, NullIf
from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind
from trueup.fields.terms import FieldTerms

VALUE, CURRENCY = "v_", "c_"
"""How the names begin under which values and their currencies are read."""
SURPLUS_BELOW: Final = Decimal("0.7")
"""Used below this share of the whole, a record is over-licensed."""
STANDINGS = (
    ("short", _("Under-licensed")),
    ("covered", _("Covered")),
    ("surplus", _("Over-licensed")),
    ("unknown", _("Not assessed")),
)
NUMBER: Final = DecimalField(max_digits=30, decimal_places=10)


def roles_of(fields: Iterable[FieldTerms]) -> dict[str, FieldTerms]:
    """The fields of a type by what they mean."""
    return {field.role: field for field in fields if field.role}


def is_assessed(fields: Iterable[FieldTerms]) -> bool:
    """Whether records of the type can be over- or under-licensed: both numbers are there."""
    return {"quantity", "consumed"} <= set(roles_of(fields))


def standing_of(fields: Iterable[FieldTerms], *, used_as: str = "", unlimited_as: str = "") -> dict[str, Any]:
    """Standing, spare units and what they cost a year, as expressions over a row; nothing where no role says how.

    ``used_as`` and ``unlimited_as`` name what says it in place of the fields.
    """
    roles = roles_of(fields)
    if not is_assessed(roles.values()):
        return {}
    total_name, used_name = VALUE + roles["quantity"].key, used_as or VALUE + roles["consumed"].key
    total, used = F(total_name), F(used_name)
    empty = Q(**{f"{total_name}__isnull": True}) | Q(**{f"{used_name}__isnull": True})
    endless = [When(**{unlimited_as: True}, then=Value("covered"))] if unlimited_as else []
    found: dict[str, Any] = {
        "standing": Case(
            *endless,
            When(empty, then=Value("unknown")),
            When(Q(**{f"{used_name}__gt": total}), then=Value("short")),
            When(Q(**{f"{used_name}__lt": total * Value(SURPLUS_BELOW)}), then=Value("surplus")),
            default=Value("covered"),
            output_field=CharField(),
        ),
        "spare": Func(total, used, template="(%(expressions)s)", arg_joiner=" - ", output_field=NUMBER),
    }
    cost = roles.get("cost")
    if cost is not None and cost.kind == "money":
        share = Greatest(total - used, Value(Decimal(0)), output_field=NUMBER) / NullIf(
            total, Value(Decimal(0))
        )
        found["spare_cost"] = Func(
            F(VALUE + cost.key) * share, template="round(%(expressions)s, 2)", output_field=NUMBER
        )
    return found


def standing_columns(fields: Iterable[FieldTerms]) -> tuple[Column, ...]:
    """The columns of the same."""
    roles = roles_of(fields)
    if not is_assessed(roles.values()):
        return ()
    rights = {Permission(roles[name].view) for name in ("quantity", "consumed") if roles[name].view}
    permission = min(rights, default=None)
    columns = [
        Column("standing", _("Standing"), Kind.CHOICE, choices=STANDINGS, permission=permission, groups=True),
        Column("spare", _("Spare units"), Kind.NUMBER, permission=permission, low=True),
    ]
    cost = roles.get("cost")
    if cost is not None and cost.kind == "money":
        columns.append(
            Column(
                "spare_cost", _("Spare, a year"), Kind.MONEY, currency_path=CURRENCY + cost.key, low=True,
                permission=Permission(cost.view) if cost.view else permission,
            )
        )  # fmt: skip
    return tuple(columns)
