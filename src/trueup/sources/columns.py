"""The columns of the lists of sources, subscriptions and seats."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.inventory.use import Use
from trueup.sources.models import RunState
from trueup.sources.queries import seats_visible_to, sources_visible_to, subscriptions_visible_to

VIEW = Permission.INVENTORY_VIEW
COMPANY = Column(
    "company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True, groups=True
)
TITLE = Column("title", _("Offer"), Kind.REFERENCE, "title__name", "title_id", "title", groups=True)
PRODUCT = Column(
    "product",
    _("Product"),
    Kind.REFERENCE,
    "title__product__name",
    "title__product_id",
    "product",
    low=True,
    groups=True,
)
SOURCE = Column("source", _("Source"), path="origin_name", low=True, groups=True)
SEEN = Column("seen_at", _("Told"), Kind.MOMENT, low=True)

SOURCES = Register(
    name="sources",
    title=_("Sources"),
    view=VIEW,
    rows=sources_visible_to,
    order="name",
    search=("name", "kind", "url"),
    extra=("company_id", "trouble"),
    columns=(
        Column("name", _("Source")),
        Column("kind", _("Kind"), groups=True),
        Column("state", _("Last run"), Kind.CHOICE, choices=tuple(RunState.choices), groups=True),
        Column("ran_at", _("Read"), Kind.MOMENT),
        Column("rows", _("Rows"), Kind.NUMBER, low=True),
        Column("rejected", _("Refused"), Kind.NUMBER, low=True),
        Column("to_place", _("To be placed"), Kind.NUMBER, low=True),
        Column("every_hours", _("Every (hours)"), Kind.NUMBER, shown=False),
        Column("due_at", _("Next run"), Kind.MOMENT, low=True),
        COMPANY,
    ),
)
SUBSCRIPTIONS = Register(
    name="subscriptions",
    title=_("Subscriptions told"),
    view=VIEW,
    rows=subscriptions_visible_to,
    order="title",
    search=("title__name", "sku", "ref"),
    extra=("company_id", "title_id"),
    columns=(
        TITLE,
        Column("purchased", _("Purchased"), Kind.NUMBER),
        Column("assigned", _("Assigned"), Kind.NUMBER),
        Column("in_grace", _("In grace"), Kind.NUMBER, low=True),
        Column("suspended", _("Suspended"), Kind.NUMBER, shown=False),
        Column("status", _("State"), low=True, groups=True),
        Column("renews_on", _("Next date"), Kind.DAY),
        Column("committed_until", _("Committed until"), Kind.DAY, low=True),
        Column("renews_itself", _("Renews itself"), Kind.FLAG, shown=False),
        Column("is_trial", _("Trial"), Kind.FLAG, shown=False),
        Column("is_free", _("Costs nothing"), Kind.FLAG, shown=False),
        Column("applies_to", _("Held by"), shown=False, groups=True),
        Column(
            "unit_cost",
            _("Cost of one"),
            Kind.MONEY,
            currency_path="currency",
            permission=Permission.PRICES_VIEW,
            shown=False,
        ),
        PRODUCT,
        Column("sku", _("Offer id"), Kind.MONO, shown=False),
        Column("ref", _("Subscription id"), Kind.MONO, shown=False),
        SOURCE,
        SEEN,
        COMPANY,
    ),
)
SEATS = Register(
    name="seats",
    title=_("Seats told"),
    view=VIEW,
    rows=seats_visible_to,
    order="login",
    search=("login", "name", "title__name"),
    extra=("company_id", "title_id", "person_id"),
    columns=(
        Column("login", _("Login")),
        Column("name", _("Name"), low=True),
        Column("person", _("Person"), Kind.REFERENCE, "person__name", "person_id", "person", low=True),
        TITLE,
        Column("use", _("Use"), Kind.CHOICE, choices=tuple(Use.choices), groups=True, sortable=False),
        Column("last_used_at", _("Last used"), Kind.MOMENT),
        Column("via", _("Through"), shown=False, groups=True),
        Column("is_enabled", _("Account open"), Kind.FLAG, shown=False, groups=True),
        PRODUCT,
        Column("first_seen_at", _("First told"), Kind.MOMENT, shown=False),
        SOURCE,
        SEEN,
        COMPANY,
    ),
)
