"""What Adobe is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.adobe.client import read_adobe
from trueup.connectors.adobe.parse import parse_adobe
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import NO_USE, SEATS

SUITCASE = Suitcase(
    name="adobe",
    title="Adobe",
    url="https://usermanagement.adobe.io",
    asks=(
        Ask("organisation", _("Organisation id"), hint=_("It ends with @AdobeOrg")),
        Ask("client_id", _("Client id"), hint=_("Of a server-to-server credential")),
        Ask("client_secret", _("Client secret"), is_secret=True),
        Ask(
            "sign_in_url",
            _("Where tokens are handed out"),
            is_needed=False,
            usual="https://ims-na1.adobelogin.com",
        ),
    ),
    brings=(_("What product profiles may hold"), SEATS),
    cannot_know=(_("What was purchased: the quotas of profiles need not add up to it"), NO_USE, _("Prices")),
    keeps={
        "groups": frozenset({"type", "groupName", "productName", "licenseQuota"}),
        "users": frozenset({"email", "status", "groups"}),
    },
    read=read_adobe,
    parse=parse_adobe,
)
