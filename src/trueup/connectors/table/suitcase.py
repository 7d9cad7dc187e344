"""What a table is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.table.client import read_table
from trueup.connectors.table.parse import parse_table
from trueup.sources.findings import Ask, Suitcase

COLUMNS = (
    "device", "serial", "uuid", "login", "person", "name", "version", "publisher", "origin", "installed_on", "last_used",
    "company", "sku", "id", "purchased", "assigned", "status", "renews_on", "committed_until", "renews_itself", "unit_cost",
    "currency", "is_enabled",
)  # fmt: skip
SPELLINGS = frozenset(
    spelt for name in COLUMNS for spelt in (name, name.replace("_", " "), name.title(), name.replace("_", " ").capitalize(), name.replace("_", " ").title(), name.upper())
)  # fmt: skip

SUITCASE = Suitcase(
    name="table",
    title="CSV / JSON",
    url="",
    asks=(
        Ask(
            "token",
            _("Token"),
            hint=_("Sent as it is, for example: Bearer abc"),
            is_secret=True,
            is_needed=False,
        ),
        Ask("header", _("Header the token goes into"), is_needed=False, usual="Authorization"),
    ),
    brings=(
        _("What is installed, where the rows name devices"),
        _("Seats and subscriptions, where they name those"),
    ),
    cannot_know=(_("Whatever has no column: an empty cell is not told, and “never” means never"),),
    keeps={"rows": SPELLINGS},
    read=read_table,
    parse=parse_table,
)
