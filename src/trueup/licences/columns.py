"""The columns of the lists of licences and purchase lines."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Case, DateField, F, Func, QuerySet, When
from django.utils.translation import gettext_lazy as _

from licensing.register import metrics
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.registers import Column, Kind, Register
from trueup.licences.models import LicenceType, Purchase, PurchaseKind
from trueup.licences.queries import (
    FIGURES,
    licences_bare,
    licences_in_parts,
    licences_visible_to,
    purchases_visible_to,
)
from trueup.licences.searching import LICENCE_WORDS, PURCHASE_WORDS
from trueup.tenancy.models import Policy

STATES = (
    ("free", _("Units free")),
    ("near", _("Near the limit")),
    ("full", _("At limit")),
    ("over", _("Over-allocated")),
    ("unlimited", _("Unlimited")),
    ("expired", _("Expired")),
    ("retired", _("Retired")),
)

LICENCES = Register(
    name="licences",
    title=_("Licences"),
    view=Permission.LICENCES_VIEW,
    rows=licences_visible_to,
    bare=licences_bare,
    parts=licences_in_parts,
    figures=FIGURES,
    order="product",
    words=LICENCE_WORDS,
    extra=("company_id", "held", "revision"),
    columns=(
        Column("product", _("Licence"), Kind.REFERENCE, "product__name", "product_id", "product"),
        Column(
            "publisher",
            _("Publisher"),
            Kind.REFERENCE,
            "product__publisher__name",
            "product__publisher_id",
            "publisher",
            low=True,
            groups=True,
        ),
        Column("edition", _("Edition"), Kind.REFERENCE, "edition__name", "edition_id", low=True),
        Column("version", _("Version"), Kind.REFERENCE, "version__name", "version_id", shown=False),
        Column(
            "metric",
            _("Metric"),
            Kind.CHOICE,
            low=True,
            choices=tuple((m.name, _(m.label)) for m in metrics()),
            groups=True,
        ),
        Column(
            "licence_type", _("Licence type"), Kind.CHOICE, shown=False, choices=tuple(LicenceType.choices)
        ),
        Column("purchased", _("Purchased"), Kind.NUMBER, unit_path="metric"),
        Column("used", _("Used"), Kind.NUMBER, unit_path="metric"),
        Column("free", _("Free"), Kind.NUMBER, unit_path="metric"),
        Column("reserved", _("Reserved"), Kind.NUMBER, unit_path="metric", shown=False),
        Column("waiting", _("Waiting list"), Kind.NUMBER, shown=False),
        Column("state", _("State"), Kind.CHOICE, choices=STATES, groups=True),
        Column("unlimited", _("Unlimited"), Kind.FLAG, shown=False),
        Column("valid_from", _("Valid from"), Kind.DAY, shown=False),
        Column("valid_to", _("Valid to"), Kind.DAY, low=True),
        Column("decide_by", _("Decide by"), Kind.DAY, low=True),
        Column("renews_itself", _("Auto-renews"), Kind.FLAG, shown=False),
        Column(
            "annual_cost",
            _("Annual cost"),
            Kind.MONEY,
            currency_path="currency",
            low=True,
            permission=Permission.PRICES_VIEW,
        ),
        Column(
            "owner", _("Owner"), Kind.REFERENCE, "owner__name", "owner_id", "person", low=True, groups=True
        ),
        Column(
            "company",
            _("Company"),
            Kind.REFERENCE,
            "company__name",
            "company_id",
            "company",
            low=True,
            groups=True,
        ),
        Column("region", _("Region"), Kind.REFERENCE, "region__name", "region_id", shown=False, groups=True),
        Column("policy", _("Policy"), Kind.CHOICE, shown=False, choices=tuple(Policy.choices), groups=True),
        Column("inventory_number", _("Inventory number"), Kind.MONO, shown=False),
        Column("provider", _("Provider"), shown=False),
        Column("accounting_id", _("Accounting id"), Kind.MONO, shown=False),
        Column("property_of", _("Property of"), shown=False),
        Column("tags", _("Tags"), Kind.TAGS, shown=False, sortable=False),
        Column("source", _("Source"), shown=False, groups=True),
        Column("external_id", _("External id"), Kind.MONO, shown=False),
        Column("created_at", _("Created"), Kind.MOMENT, shown=False),
    ),
)


def _lines(*, actor: Actor, on: date, licence_ids: Collection[int] | None = None) -> QuerySet[Purchase]:
    """Purchase lines, of some licences where they are named, with their last covered day and what the whole line costs."""
    lines = purchases_visible_to(actor=actor)
    lines = lines if licence_ids is None else lines.filter(licence__in=licence_ids)
    return lines.annotate(
        valid_to=Func(F("valid_until"), template="(%(expressions)s - 1)", output_field=DateField()),
        in_force=Case(
            When(valid_from__gt=on, then=False), When(valid_until__lte=on, then=False), default=True
        ),
    )


PURCHASES = Register(
    name="purchases",
    title=_("Purchases"),
    view=Permission.LICENCES_VIEW,
    rows=_lines,
    order="-valid_from",
    words=PURCHASE_WORDS,
    extra=("company_id", "is_unlimited"),
    columns=(
        Column(
            "licence",
            _("Licence"),
            Kind.REFERENCE,
            "licence__product__name",
            "licence_id",
            "licence",
            groups=True,
        ),
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(PurchaseKind.choices), groups=True),
        Column("units", _("Units"), Kind.NUMBER),
        Column("valid_from", _("Valid from"), Kind.DAY),
        Column("valid_to", _("Valid to"), Kind.DAY),
        Column("in_force", _("In force"), Kind.FLAG, low=True, groups=True),
        Column("total", _("Price"), Kind.MONEY, currency_path="currency", permission=Permission.PRICES_VIEW),
        Column("order_number", _("Order"), Kind.MONO, low=True),
        Column("invoice_number", _("Invoice"), Kind.MONO, shown=False),
        Column("invoice_on", _("Invoice date"), Kind.DAY, shown=False),
        Column("supplier", _("Supplier"), low=True, groups=True),
        Column(
            "cost_centre",
            _("Cost centre"),
            Kind.REFERENCE,
            "cost_centre__code",
            "cost_centre_id",
            shown=False,
            groups=True,
        ),
        Column("budget", _("Budget"), shown=False),
        Column(
            "list_price",
            _("List price"),
            Kind.MONEY,
            currency_path="currency",
            shown=False,
            permission=Permission.PRICES_VIEW,
        ),
        Column(
            "discount_percent",
            _("Discount, percent"),
            Kind.NUMBER,
            shown=False,
            permission=Permission.PRICES_VIEW,
        ),
        Column("renews_itself", _("Auto-renews"), Kind.FLAG, shown=False),
        Column(
            "company",
            _("Company"),
            Kind.REFERENCE,
            "company__name",
            "company_id",
            "company",
            low=True,
            groups=True,
        ),
    ),
)
