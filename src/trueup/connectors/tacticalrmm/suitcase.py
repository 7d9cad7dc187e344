"""What Tactical RMM is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.tacticalrmm.client import read_tactical
from trueup.connectors.tacticalrmm.parse import parse_tactical
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import INSTALLED, NO_PURCHASES, NO_USE, WITH_PUBLISHER

SUITCASE = Suitcase(
    name="tacticalrmm",
    title="Tactical RMM",
    url="",
    asks=(
        Ask(
            "api_key",
            _("API key"),
            hint=_("Of a role that sees every agent; others are left out silently"),
            is_secret=True,
        ),
    ),
    brings=(INSTALLED, WITH_PUBLISHER),
    cannot_know=(_("Software of macOS and Linux"), NO_USE, NO_PURCHASES),
    keeps={
        "numbers": frozenset({"id", "hostname", "agent_id", "client", "site"}),
        "agents": frozenset({"agent_id", "serial_number", "operating_system", "last_seen"}),
        "software": frozenset({
            "agent", "software.name", "software.version", "software.publisher", "software.install_date",
        }),
    },
    read=read_tactical,
    parse=parse_tactical,
)  # fmt: skip
