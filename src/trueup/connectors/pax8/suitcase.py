"""What Pax8 is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.pax8.client import read_pax8
from trueup.connectors.pax8.parse import parse_pax8
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import BOUGHT, COST, DATES, NO_SEATS, NO_USE

SUITCASE = Suitcase(
    name="pax8",
    title="Pax8",
    url="https://api.pax8.com",
    asks=(
        Ask("client_id", _("Client id")),
        Ask("client_secret", _("Client secret"), is_secret=True),
        Ask("sign_in_url", _("Where tokens are handed out"), is_needed=False, usual="https://token-manager.pax8.com"),
        Ask("audience", _("Audience of the token"), is_needed=False, usual="https://api.pax8.com"),
    ),
    brings=(BOUGHT, DATES, COST),
    cannot_know=(NO_SEATS, NO_USE),
    keeps={
        "companies": frozenset({"id", "name"}),
        "subscriptions": frozenset({
            "id", "companyId", "productId", "productName", "vendorSkuId", "quantity", "partnerCost", "currencyCode", "endDate",
            "status", "commitmentTerm",
        }),
    },
    read=read_pax8,
    parse=parse_pax8,
)  # fmt: skip
