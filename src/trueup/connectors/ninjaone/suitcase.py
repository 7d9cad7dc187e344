"""What NinjaOne is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.ninjaone.client import read_ninjaone
from trueup.connectors.ninjaone.parse import parse_ninjaone
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import INSTALLED, NO_PURCHASES, NO_USE, WHEN_INSTALLED, WITH_PUBLISHER

SUITCASE = Suitcase(
    name="ninjaone",
    title="NinjaOne",
    url="https://app.ninjarmm.com",
    asks=(
        Ask("client_id", _("Client id"), hint=_("Of an application for machines, with the scope “monitoring”")),
        Ask("client_secret", _("Client secret"), is_secret=True),
    ),
    brings=(INSTALLED, WITH_PUBLISHER, WHEN_INSTALLED),
    cannot_know=(NO_USE, NO_PURCHASES, _("Serial numbers: devices are told apart by name")),
    keeps={
        "organizations": frozenset({"id", "name"}),
        "devices": frozenset({"id", "organizationId", "systemName", "approvalStatus", "lastContact"}),
        "software": frozenset({
            "name", "version", "publisher", "installDate", "productCode", "isSystemComponent", "deviceId", "timestamp",
        }),
    },
    read=read_ninjaone,
    parse=parse_ninjaone,
)  # fmt: skip
