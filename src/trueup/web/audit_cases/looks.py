"""How audits and their lines look as lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from trueup.audit_cases.columns import AUDIT_LINES
from trueup.web.kit.list_cells import Look, Row, Special, View, address_of

TONES = {"assign": "good", "buy": "warn", "remove": "warn", "accept": "info"}
SETTLEMENTS = dict(AUDIT_LINES.column("settlement").choices)  # type: ignore[union-attr]  # the register has it


def _settled(row: Row) -> dict[str, Any] | None:
    if not row["settlement"]:
        return None
    return {"label": SETTLEMENTS[row["settlement"]], "tone": TONES[row["settlement"]], "icon": ""}


def _name(row: Row) -> dict[str, Any]:
    url = address_of("licence", row["licence_id"]) or address_of("product", row["product_id"])
    return {"text": row["name"], "url": url}


def _device(row: Row) -> dict[str, Any] | None:
    return (
        {"text": row["device_name"], "url": address_of("device", row["device_id"])}
        if row["device_name"]
        else None
    )


CASES_LOOK = Look(
    noun=gettext_lazy("audits"),
    icon="shield-check",
    placeholder=gettext_lazy("Name of the audit"),
    nothing_title=gettext_lazy("No audit yet"),
    nothing_text=gettext_lazy("An audit freezes what is owned, held and installed on one day, and says what does not add up."),
    missing={
        "closed_at": gettext_lazy("open"), "closed_by": gettext_lazy("nobody"), "publisher": gettext_lazy("all of them"),
    },
    special={"name": Special("text", lambda row: {"text": row["name"], "url": address_of("audit", row["id"])})},
    views=(View(gettext_lazy("All")), View(gettext_lazy("Open"), "closed_at__isnull=true")),
)  # fmt: skip
LINES_LOOK = Look(
    noun=gettext_lazy("lines"),
    icon="list",
    placeholder=gettext_lazy("Product, title or device"),
    nothing_title=gettext_lazy("Nothing was found"),
    nothing_text=gettext_lazy("Everything installed is covered, and everything owned is in use."),
    missing={
        "device": gettext_lazy("none"), "version": gettext_lazy("not reported"), "first_seen_on": gettext_lazy("no installation"),
        "units": gettext_lazy("none"), "money": gettext_lazy("not known"), "decide_by": gettext_lazy("no day"),
        "settlement": gettext_lazy("open"), "note": gettext_lazy("none"), "rule": gettext_lazy("none"),
    },
    special={
        "name": Special("text", _name),
        "device": Special("text", _device),
        "settlement": Special("badge", _settled),
        "rule": Special("text", lambda row: row["rule"] or None),
        "note": Special("text", lambda row: row["note"] or None),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Positions"), "step=position"),
        View(gettext_lazy("Not covered"), "step=uncovered"),
        View(gettext_lazy("Over"), "step=over"),
        View(gettext_lazy("Not deployed"), "step=undeployed"),
        View(gettext_lazy("Not recognised"), "step=unmatched"),
    ),
)  # fmt: skip
