"""What Microsoft 365 is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.graph.client import read_graph
from trueup.connectors.graph.parse import parse_graph
from trueup.sources.findings import Ask, Suitcase

SUITCASE = Suitcase(
    name="graph",
    title="Microsoft 365",
    url="https://graph.microsoft.com",
    asks=(
        Ask("tenant", _("Tenant"), hint=_("Its id, or one of its domains")),
        Ask("client_id", _("Application (client) id")),
        Ask("client_secret", _("Client secret"), is_secret=True),
        Ask(
            "sign_in_url",
            _("Where tokens are handed out"),
            hint=_("Another one in national clouds"),
            is_needed=False,
            usual="https://login.microsoftonline.com",
        ),
    ),
    brings=(_("What was purchased, with its next date"), _("Who has a seat"), _("When they signed in last")),
    cannot_know=(
        _("Never signed in and not known are one answer: nobody is called unused by it"),
        _("For how long a subscription was committed"),
        _("Prices"),
    ),
    keeps={
        "skus": frozenset({"skuId", "skuPartNumber", "appliesTo", "capabilityStatus", "consumedUnits", "prepaidUnits"}),
        "dates": frozenset({
            "id", "commerceSubscriptionId", "skuId", "totalLicenses", "status", "isTrial", "nextLifecycleDateTime",
        }),
        "users": frozenset({
            "id", "displayName", "userPrincipalName", "accountEnabled", "assignedLicenses.skuId", "licenseAssignmentStates.skuId", "licenseAssignmentStates.assignedByGroup",
            "signInActivity",
        }),
    },
    read=read_graph,
    parse=parse_graph,
)  # fmt: skip
