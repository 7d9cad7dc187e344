"""The list of receipts, one receipt, and trying it again."""

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
from trueup.inventory.actions.receiving import retry_receipt
from trueup.inventory.columns import RECEIPTS
from trueup.inventory.queries import receipt_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.figures import moment, units
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Detail

STATES: Mapping[str, tuple[str, str]] = {
    "received": ("", "clock"),
    "applied": ("good", "circle-check"),
    "failed": ("bad", "circle-alert"),
    "superseded": ("", "history"),
}
_WORDS = dict(RECEIPTS.column("state").choices)  # type: ignore[union-attr]  # the register has it


def state_badge(state: str) -> dict[str, Any]:
    """The badge of how far a receipt has come."""
    tone, icon = STATES.get(state, ("", "circle"))
    return {"label": _WORDS.get(state, state), "tone": tone, "icon": icon}


LOOK = Look(
    noun=gettext_lazy("inventories"),
    icon="inbox",
    placeholder=gettext_lazy("Device or agent"),
    nothing_title=gettext_lazy("No inventory received yet"),
    nothing_text=gettext_lazy(
        "Enrol an agent: it posts the hardware and software of its device to this server."
    ),
    missing={
        "device": gettext_lazy("not matched yet"),
        "source": gettext_lazy("not told"),
        "agent": gettext_lazy("not told"),
    },
    special={
        "deviceid": Special(
            "mono",
            lambda row: {
                "text": row["deviceid"] or "–",
                "url": address_of("receipt", row["id"]),
                "sub": row["trouble"][:80],
            },
        ),
        "state": Special("badge", lambda row: state_badge(row["state"])),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("In trouble"), "state=failed"),
        View(gettext_lazy("Waiting"), "state=received"),
        View(gettext_lazy("Applied"), "state=applied"),
    ),
)


@page(Permission.INVENTORY_VIEW)
def receipts(request: HttpRequest) -> HttpResponseBase:
    """Everything received, latest first."""
    return list_page(request, RECEIPTS, LOOK)


@page(Permission.INVENTORY_VIEW)
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """One receipt and its trouble, if any."""
    actor = actor_in(request)
    found = receipt_for(actor=actor, receipt_id=receipt_id)
    details = [
        Detail(_("From"), found.deviceid or None, mono=True),
        Detail(
            _("Device"),
            found.device.hostname if found.device else None,
            url=address_of("device", found.device_id),
        ),
        Detail(_("Agent"), found.agent or None),
        Detail(_("Source"), found.source or None),
        Detail(_("Enrolled as"), found.token.label if found.token else None),
        Detail(_("Complete"), _("no, partial") if found.partial else _("yes")),
        Detail(_("Size"), _("%(n)s bytes") % {"n": units(found.size_bytes)}),
        Detail(_("First received"), moment(found.first_received_at)),
        Detail(_("Last received"), moment(found.received_at)),
        Detail(_("Times received"), found.times_received),
        Detail(_("Applied"), moment(found.applied_at) or None),
        Detail(_("Attempts"), found.attempts),
    ]
    may_retry = found.state == "failed" and actor.may(Permission.INVENTORY_IMPORT, found.company_id)
    return render(
        request,
        "receipts/receipt.html",
        {
            "receipt": found,
            "state": state_badge(found.state),
            "details": details,
            "may_retry": may_retry,
            "active": "receipts",
        },
    )


@page(Permission.INVENTORY_IMPORT, methods=("POST",))
def retry(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Try again after the cause was mended."""
    retry_receipt(actor=actor_in(request), receipt_id=receipt_id, at=timezone.now())
    messages.success(request, _("It will be read again in a moment"))
    return redirect("receipt", receipt_id)
