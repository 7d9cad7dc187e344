"""All purchase lines of the companies in view; a line is changed on the page of its licence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.licences.columns import PURCHASES
from trueup.web.gate import page
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page


def _state(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["in_force"]:
        return {"label": _("In force"), "tone": "good", "icon": "circle-check"}
    ahead = row["valid_from"] > timezone.localdate()
    return {
        "label": _("Ahead") if ahead else _("Ended"),
        "tone": "info" if ahead else "",
        "icon": "calendar-clock" if ahead else "archive",
    }


LOOK = Look(
    noun=gettext_lazy("lines"),
    icon="receipt",
    placeholder=gettext_lazy("Product, order, invoice or supplier"),
    nothing_title=gettext_lazy("No purchases yet"),
    nothing_text=gettext_lazy("Every purchase, renewal, true-up and reduction stands here as a dated line."),
    missing={
        "units": gettext_lazy("unlimited"), "valid_to": gettext_lazy("no end"), "total": gettext_lazy("not known"),
        "order_number": gettext_lazy("none"), "supplier": gettext_lazy("none"),
    },
    special={
        "licence": Special("who", lambda row: {"name": row["licence__product__name"], "url": f"{address_of('licence', row['licence_id'])}purchases/"}),
        "units": Special("number", lambda row: None if row["is_unlimited"] else row["units"]),
        "in_force": Special("badge", _state, gettext_lazy("State")),
    },
    views=(View(gettext_lazy("All")), View(gettext_lazy("In force"), "in_force=true"), View(gettext_lazy("Renewals"), "kind=renewal"), View(gettext_lazy("Reductions"), "kind=reduction")),
)  # fmt: skip


@page(Permission.LICENCES_VIEW)
def purchases(request: HttpRequest) -> HttpResponseBase:
    """The list."""
    return list_page(request, PURCHASES, LOOK, on=timezone.localdate())
