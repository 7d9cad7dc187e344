"""What is installed where: who has a product or a title, since when, and when it was used last."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.inventory.columns import INSTALLATIONS
from trueup.web.gate import page
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.sources.look import use_badge
from trueup.web.titles.views import status_badge

NEW_FOR = timedelta(days=7)


@page(Permission.INVENTORY_VIEW)
def installations(request: HttpRequest) -> HttpResponseBase:
    """All that is open; a product, a title or a device narrows it."""
    return list_page(request, INSTALLATIONS, _look())


def _look() -> Look:
    since = timezone.localdate() - NEW_FOR
    return Look(
        noun=_("installations"),
        icon="hard-drive",
        placeholder=_("Title, product or device"),
        nothing_title=_("Nothing is installed that we know of"),
        nothing_text=_("What is installed where stands here once an agent or a source has listed it."),
        missing={
            "product": _("nothing yet"), "version": _("none"), "publisher": _("not reported"),
            "last_used_at": "–", "seen_at": _("not known"),
        },
        special={
            "name": Special("text", lambda row: {"text": row["name"], "url": address_of("title", row["title_id"])}),
            "status": Special("badge", lambda row: status_badge(row["title__status"])),
            "use": Special("badge", lambda row: use_badge(row["use"])),
        },
        views=(
            View(_("All")),
            View(_("New this week"), f"first_seen_at__gte={since.isoformat()}"),
            View(_("Never used"), "use=never"),
            View(_("Not recognised"), "status=unrecognised"),
        ),
    )  # fmt: skip
