"""What Jamf Pro is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.jamf.client import read_jamf
from trueup.connectors.jamf.parse import parse_jamf
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import INSTALLED, NO_PUBLISHER, NO_PURCHASES, NO_USE

SUITCASE = Suitcase(
    name="jamf",
    title="Jamf Pro",
    url="",
    asks=(
        Ask("client_id", _("Client id"), hint=_("Of an API client that may read computers")),
        Ask("client_secret", _("Client secret"), is_secret=True),
        Ask("version", _("Version of the API"), is_needed=False, usual="v3"),
    ),
    brings=(INSTALLED,),
    cannot_know=(NO_PUBLISHER, NO_USE, NO_PURCHASES),
    keeps={
        "computers": frozenset({
            "id", "udid", "general.name", "general.site.id", "general.site.name", "general.reportDate",
            "hardware.serialNumber", "hardware.model", "hardware.macAddress", "operatingSystem.name",
            "operatingSystem.version", "applications.name", "applications.version", "applications.bundleId",
            "applications.cfBundleShortVersionString",
        }),
    },
    read=read_jamf,
    parse=parse_jamf,
)  # fmt: skip
