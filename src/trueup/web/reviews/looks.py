"""How reviews and their rows look as lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.reviews.columns import REVIEW_ROWS
from trueup.web.kit.list_cells import Look, Row, Special, View, address_of

TONES = {"keep": "good", "release": "warn", "ask": "info"}
DECISIONS = dict(REVIEW_ROWS.column("decision").choices)  # type: ignore[union-attr]  # the register has it


def _decision(row: Row) -> dict[str, Any] | None:
    if row["released_at"]:
        return {"label": _("Released"), "tone": "good", "icon": "circle-check"}
    if not row["decision"]:
        return None
    return {"label": DECISIONS[row["decision"]], "tone": TONES[row["decision"]], "icon": ""}


def _product(row: Row) -> dict[str, Any]:
    url = reverse("licence", args=[row["licence_id"]]) if row["licence_id"] else ""
    return {"text": row["product"], "url": url}


REVIEWS_LOOK = Look(
    noun=gettext_lazy("reviews"),
    icon="calendar-check",
    placeholder=gettext_lazy("Name of the review"),
    nothing_title=gettext_lazy("No review yet"),
    nothing_text=gettext_lazy("One opens each quarter by itself; an access review is opened when it is wanted."),
    missing={
        "closed_at": gettext_lazy("open"), "closed_by": gettext_lazy("nobody"), "approved_by": gettext_lazy("nobody"),
    },
    special={
        "name": Special("text", lambda row: {"text": row["name"], "url": address_of("review", row["id"])}),
    },
    views=(View(gettext_lazy("All")), View(gettext_lazy("Open"), "closed_at__isnull=true")),
)  # fmt: skip
ROWS_LOOK = Look(
    noun=gettext_lazy("rows"),
    icon="list",
    placeholder=gettext_lazy("Holder or product"),
    nothing_title=gettext_lazy("Nothing to review"),
    nothing_text=gettext_lazy("Nobody held anything when this review was opened."),
    missing={
        "used_on": gettext_lazy("not known"), "usage_source": gettext_lazy("not reported"), "decision": gettext_lazy("to decide"),
        "decided_by": gettext_lazy("nobody"), "note": gettext_lazy("none"), "says": gettext_lazy("held"), "holder": gettext_lazy("the licence"),
        "proposal": gettext_lazy("nothing"), "money": gettext_lazy("not known"),
    },
    special={
        "product": Special("text", _product),
        "holder": Special("text", lambda row: row["holder"] or None),
        "says": Special("text", lambda row: row["says"] or None),
        "usage_source": Special("text", lambda row: row["usage_source"] or None),
        "decision": Special("badge", _decision),
        "proposal": Special("text", lambda row: DECISIONS[row["proposal"]] if row["proposal"] else None),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Not used"), "section=unused"),
        View(gettext_lazy("Left or out of use"), "section=departed"),
        View(gettext_lazy("To buy"), "section=buy"),
        View(gettext_lazy("More than used"), "section=reduce"),
        View(gettext_lazy("To release"), "decision=release"),
    ),
)  # fmt: skip
