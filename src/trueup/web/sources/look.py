"""How sources, subscriptions and seats look as lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from trueup.connectors.register import suitcases
from trueup.inventory.use import Use
from trueup.sources.columns import SOURCES
from trueup.web.kit.list_cells import Look, Special, View, address_of

STATES: Mapping[str | None, tuple[str, str]] = {
    "waiting": ("", "clock"),
    "running": ("", "refresh-cw"),
    "done": ("good", "circle-check"),
    "partial": ("warn", "triangle-alert"),
    "failed": ("bad", "circle-alert"),
}
WORDS = dict(SOURCES.column("state").choices)  # type: ignore[union-attr]  # the register has it
USES = {
    Use.USED: ("good", "circle-check"),
    Use.NEVER: ("warn", "ban"),
    Use.NOT_REPORTED: ("", "circle-question-mark"),
}


def state_badge(state: str | None) -> dict[str, Any]:
    """The badge of how a run ended; none where there was no run yet."""
    tone, icon = STATES.get(state, ("", "clock"))
    return {"label": WORDS.get(state or "", _("not read yet")), "tone": tone, "icon": icon}


def use_badge(use: str) -> dict[str, Any]:
    """The badge of what is known of the last use."""
    tone, icon = USES[Use(use)]
    return {"label": Use(use).label, "tone": tone, "icon": icon}


def kind_title(kind: str) -> str:
    """What a kind of source is called."""
    return suitcases()[kind].title if kind in suitcases() else kind


SOURCE_LOOK = Look(
    noun=_("sources"),
    icon="plug",
    placeholder=_("Name or address"),
    nothing_title=_("No source is read yet"),
    nothing_text=_("Systems that know what is installed or who has which seat are read from here, by schedule."),
    missing={
        "ran_at": _("not yet"), "rows": _("not yet"), "rejected": _("not yet"), "to_place": _("none"),
        "due_at": _("only when asked"),
    },
    special={
        "name": Special(
            "text",
            lambda row: {"text": row["name"], "url": address_of("source", row["id"]), "sub": (row["trouble"] or "")[:80]},
        ),
        "kind": Special("text", lambda row: kind_title(row["kind"])),
        "state": Special("badge", lambda row: state_badge(row["state"])),
    },
    views=(View(_("All")), View(_("Failed"), "state=failed"), View(_("In part"), "state=partial")),
)  # fmt: skip
NOT_TOLD = _("not told")
SUBSCRIPTION_LOOK = Look(
    noun=_("subscriptions"),
    icon="receipt",
    placeholder=_("Offer or subscription id"),
    nothing_title=_("No subscription was told yet"),
    nothing_text=_("What vendors say was bought stands here once a source that knows it was read."),
    missing=dict.fromkeys(
        ("purchased", "assigned", "in_grace", "suspended", "renews_on", "committed_until", "renews_itself", "is_trial", "unit_cost"),
        NOT_TOLD,
    )
    | {"product": _("not recognised")},
    views=(View(_("All")), View(_("Costs something"), "is_free=false"), View(_("Trials"), "is_trial=true")),
)  # fmt: skip
SEAT_LOOK = Look(
    noun=_("seats"),
    icon="users",
    placeholder=_("Login, name or offer"),
    nothing_title=_("No seat was told yet"),
    nothing_text=_("Who has which seat stands here once a source that knows it was read."),
    missing={
        "person": _("nobody we know"),
        "last_used_at": "–",
        "is_enabled": NOT_TOLD,
        "product": _("not recognised"),
    },
    special={"use": Special("badge", lambda row: use_badge(row["use"]))},
    views=(
        View(_("All")),
        View(_("Never used"), "use=never"),
        View(_("Use not reported"), "use=not_reported"),
        View(_("Account closed"), "is_enabled=false"),
    ),
)
