"""What Datto RMM is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.datto.client import read_datto
from trueup.connectors.datto.parse import parse_datto
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import INSTALLED, NO_PUBLISHER, NO_PURCHASES, NO_USE

SUITCASE = Suitcase(
    name="datto",
    title="Datto RMM",
    url="",
    asks=(Ask("api_key", _("API key")), Ask("api_secret", _("API secret key"), is_secret=True)),
    brings=(INSTALLED,),
    cannot_know=(NO_PUBLISHER, _("When it was installed"), NO_USE, NO_PURCHASES),
    keeps={
        "sites": frozenset({"uid", "name"}),
        "devices": frozenset({
            "uid", "siteUid", "hostname", "operatingSystem", "deviceClass", "lastAuditDate", "deleted",
        }),
        "software": frozenset({"name", "version"}),
    },
    read=read_datto,
    parse=parse_datto,
)  # fmt: skip
