"""What Wazuh is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.wazuh.client import read_wazuh
from trueup.connectors.wazuh.parse import parse_wazuh
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import INSTALLED, NO_PURCHASES, NO_USE, WITH_PUBLISHER

SUITCASE = Suitcase(
    name="wazuh",
    title="Wazuh 4",
    url="",
    asks=(
        Ask("user", _("User of the API")),
        Ask("password", _("Password"), is_secret=True),
    ),
    brings=(INSTALLED, WITH_PUBLISHER),
    cannot_know=(_("Serial numbers: devices are told apart by name"), NO_USE, NO_PURCHASES),
    keeps={
        "agents": frozenset({"id", "name", "group", "os.name", "os.version", "lastKeepAlive"}),
        "packages": frozenset({
            "name", "version", "vendor", "architecture", "format", "install_time", "scan.time",
        }),
    },
    read=read_wazuh,
    parse=parse_wazuh,
)  # fmt: skip
