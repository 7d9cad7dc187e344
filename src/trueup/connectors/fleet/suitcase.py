"""What Fleet is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.fleet.client import read_fleet
from trueup.connectors.fleet.parse import parse_fleet
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import INSTALLED, NO_PURCHASES, WHEN_USED

SUITCASE = Suitcase(
    name="fleet",
    title="Fleet",
    url="",
    asks=(Ask("token", _("API token"), hint=_("Of a user that may only use the API"), is_secret=True),),
    brings=(INSTALLED, WHEN_USED),
    cannot_know=(_("Never opened and not known are one answer: nothing is called unused by it"), NO_PURCHASES),
    keeps={
        "teams": frozenset({"id", "name"}),
        "hosts": frozenset({
            "id", "uuid", "hardware_serial", "hardware_vendor", "hardware_model", "hostname", "os_version", "team_id",
            "primary_mac", "software_updated_at",
        }),
        "software": frozenset({"name", "source", "vendor", "bundle_identifier", "installed_versions.version",
            "installed_versions.last_opened_at", "installed_versions.bundle_identifier"}),
    },
    read=read_fleet,
    parse=parse_fleet,
)  # fmt: skip
