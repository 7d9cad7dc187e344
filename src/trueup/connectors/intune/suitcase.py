"""What Intune is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.intune.client import read_intune
from trueup.connectors.intune.parse import parse_intune
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import INSTALLED, NO_PURCHASES, NO_USE, WITH_PUBLISHER

SUITCASE = Suitcase(
    name="intune",
    title="Microsoft Intune",
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
    brings=(INSTALLED, WITH_PUBLISHER),
    cannot_know=(_("All programs of devices that are not marked as owned by the company"), NO_USE, NO_PURCHASES),
    keeps={
        "devices": frozenset({
            "id", "deviceName", "serialNumber", "operatingSystem", "manufacturer", "model", "lastSyncDateTime",
        }),
        "apps": frozenset({"id", "displayName", "version", "publisher", "platform"}),
        "on": frozenset({"id"}),
    },
    read=read_intune,
    parse=parse_intune,
)  # fmt: skip
