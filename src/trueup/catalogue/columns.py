"""The columns of the lists of products and publishers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from licensing.register import metrics
from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.catalogue.models import AssetClass
from trueup.catalogue.queries import products_visible_to, publishers_visible_to
from trueup.catalogue.searching import PRODUCT_WORDS, PUBLISHER_WORDS

PRODUCTS = Register(
    name="products",
    title=_("Products"),
    view=Permission.CATALOGUE_VIEW,
    rows=products_visible_to,
    order="name",
    words=PRODUCT_WORDS,
    extra=("company_id", "revision"),
    columns=(
        Column("name", _("Product")),
        Column(
            "publisher",
            _("Publisher"),
            Kind.REFERENCE,
            "publisher__name",
            "publisher_id",
            "publisher",
            groups=True,
        ),
        Column("category", _("Category"), low=True, groups=True),
        Column(
            "metric",
            _("Metric"),
            Kind.CHOICE,
            low=True,
            choices=tuple((m.name, _(m.label)) for m in metrics()),
            groups=True,
        ),
        Column(
            "asset_class",
            _("Asset type"),
            Kind.CHOICE,
            low=True,
            choices=tuple(AssetClass.choices),
            groups=True,
        ),
        Column("is_commercial", _("Commercial"), Kind.FLAG, shown=False),
        Column("library_key", _("Library"), Kind.MONO, shown=False),
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

PUBLISHERS = Register(
    name="publishers",
    title=_("Publishers"),
    view=Permission.CATALOGUE_VIEW,
    rows=publishers_visible_to,
    order="name",
    words=PUBLISHER_WORDS,
    extra=("company_id",),
    columns=(Column("name", _("Publisher")), Column("website", _("Website"), low=True)),
)
