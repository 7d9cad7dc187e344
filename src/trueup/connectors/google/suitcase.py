"""What Google Workspace is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.google.client import read_google
from trueup.connectors.google.parse import parse_google
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import NO_PURCHASES, SEATS

SUITCASE = Suitcase(
    name="google",
    title="Google Workspace",
    url="https://licensing.googleapis.com",
    asks=(
        Ask("customer", _("Customer id or main domain")),
        Ask("administrator", _("Administrator"), hint=_("In whose name the service account reads")),
        Ask(
            "service_account", _("Service account"), hint=_("The whole JSON file of its key"), is_secret=True
        ),
        Ask("products", _("Products"), hint=_("Separated by commas"), is_needed=False, usual="Google-Apps"),
        Ask(
            "directory_url",
            _("Address of the directory"),
            is_needed=False,
            usual="https://admin.googleapis.com",
        ),
        Ask(
            "sign_in_url",
            _("Where tokens are handed out"),
            is_needed=False,
            usual="https://oauth2.googleapis.com",
        ),
    ),
    brings=(SEATS, _("When they signed in last, or that they never did")),
    cannot_know=(
        NO_PURCHASES,
        _("Whether an automatic licence is wanted: assigned is not used"),
        _("Prices"),
    ),
    keeps={
        "licences": frozenset({"productId", "skuId", "skuName", "userId"}),
        "people": frozenset({"id", "primaryEmail", "name.fullName", "suspended", "lastLoginTime"}),
    },
    read=read_google,
    parse=parse_google,
)
