"""The columns of the list of contracts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.contracts.models import ContractKind
from trueup.contracts.queries import contracts_visible_to
from trueup.contracts.searching import CONTRACT_WORDS

STATES = (
    ("ahead", _("Ahead")),
    ("running", _("Running")),
    ("ending", _("Ending")),
    ("ended", _("Ended")),
)

CONTRACTS = Register(
    name="contracts",
    title=_("Contracts"),
    view=Permission.CONTRACTS_VIEW,
    rows=contracts_visible_to,
    order="name",
    words=CONTRACT_WORDS,
    extra=("company_id", "revision", "retired_at", "superseded_by_id"),
    columns=(
        Column("name", _("Contract")),
        Column("number", _("Number"), Kind.MONO, low=True),
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(ContractKind.choices), low=True),
        Column("supplier", _("Supplier"), low=True),
        Column("state", _("State"), Kind.CHOICE, choices=STATES),
        Column("valid_from", _("Valid from"), Kind.DAY, shown=False),
        Column("valid_to", _("Valid to"), Kind.DAY),
        Column("decide_by", _("Decide by"), Kind.DAY, low=True),
        Column("renews_itself", _("Auto-renews"), Kind.FLAG, shown=False),
        Column("notice_days", _("Notice, days"), Kind.NUMBER, shown=False),
        Column("true_up_on", _("True-up"), Kind.DAY, shown=False),
        Column("baseline_units", _("Baseline"), Kind.NUMBER, shown=False),
        Column("price_cap_percent", _("Price cap, %"), Kind.NUMBER, shown=False),
        Column("covers_children", _("Covers child companies"), Kind.FLAG, shown=False),
        Column("devices", _("Devices"), Kind.NUMBER, low=True),
        Column(
            "price",
            _("Price"),
            Kind.MONEY,
            currency_path="currency",
            low=True,
            permission=Permission.PRICES_VIEW,
        ),
        Column("owner", _("Owner"), Kind.REFERENCE, "owner__name", "owner_id", "person", low=True),
        Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True),
        Column("tags", _("Tags"), Kind.TAGS, shown=False, sortable=False),
        Column("retired_at", _("Retired"), Kind.MOMENT, shown=False),
    ),
)
