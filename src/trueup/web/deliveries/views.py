"""The outbox: what is owed and was sent, with state and error, and sending it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.deliveries.actions import replay_delivery
from trueup.deliveries.columns import DELIVERIES
from trueup.deliveries.queries import attempts_of, delivery_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.tables import Column, Table

VIEW = Permission.AUDIT_VIEW
STATES: Mapping[str, tuple[str, str]] = {
    "waiting": ("", "clock"),
    "sent": ("good", "circle-check"),
    "failed": ("bad", "circle-alert"),
}
_WORDS = dict(DELIVERIES.column("state").choices)  # type: ignore[union-attr]  # the register has it


def state_badge(state: str) -> dict[str, Any]:
    """The badge of where a delivery is."""
    tone, icon = STATES[state]
    return {"label": _WORDS[state], "tone": tone, "icon": icon}


LOOK = Look(
    noun=gettext_lazy("deliveries"),
    icon="send",
    placeholder=gettext_lazy("Recipient or subject"),
    nothing_title=gettext_lazy("Nothing was sent yet"),
    nothing_text=gettext_lazy("Every mail and webhook that is owed stands here, with its state and its error."),
    missing={"error": gettext_lazy("none"), "sent_at": gettext_lazy("not yet"), "subject": gettext_lazy("none")},
    special={
        "recipient": Special("text", lambda row: {"text": row["recipient"], "url": address_of("delivery", row["id"])}),
        "state": Special("badge", lambda row: state_badge(row["state"])),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Waiting"), "state=waiting"),
        View(gettext_lazy("Failed"), "state=failed"),
    ),
)  # fmt: skip


@page(VIEW)
def deliveries(request: HttpRequest) -> HttpResponseBase:
    """All of them, latest first."""
    return list_page(request, DELIVERIES, LOOK)


@page(VIEW)
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """What it says, and each attempt."""
    actor = actor_in(request)
    found = delivery_for(actor=actor, delivery_id=delivery_id)
    rows = [
        {
            "at": one.tried_at,
            "taken": _("taken") if one.is_taken else _("not taken"),
            "answer": one.answer or None,
        }
        for one in attempts_of(actor=actor, delivery_id=delivery_id)
    ]
    columns = [
        Column("at", _("When"), "moment"),
        Column("taken", _("Outcome")),
        Column("answer", _("Answer"), missing="–"),
    ]
    context = {
        "delivery": found,
        "state": state_badge(found.state),
        "table": Table(_("Attempts"), columns, rows=rows, id="attempts"),
        "may_replay": actor.may(Permission.COMPANIES_MANAGE, found.company_id),
        "active": "settings",
    }
    return render(request, "deliveries/delivery.html", context)


@page(VIEW, methods=("POST",))
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send it again, under the same id."""
    replay_delivery(actor=actor_in(request), delivery_id=delivery_id, at=timezone.now())
    messages.success(request, _("It is sent again with the next round."))
    return redirect("delivery", delivery_id)
