"""What each location and department pays of a site licence, beside the list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.holding import holder_of, name_of
from trueup.assignments.queries import assignment_for
from trueup.assignments.splitting import set_share, split_cost
from trueup.base.access import Permission
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table
from trueup.web.kit.typed import WholeNumber

if TYPE_CHECKING:
    from trueup.licences.queries import LicenceOnDay

BOTH = ("GET", "HEAD", "POST")


class ShareForm(forms.Form):
    """The key by which a place pays."""

    share = WholeNumber(
        label=gettext_lazy("Key"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Empty splits by head count. A key counts once every place has one."),
    )


def split_table(request: HttpRequest, found: LicenceOnDay) -> tuple[Table | None, str]:
    """Who pays what, and by what it is split; nothing where no place holds the licence."""
    actor = actor_in(request)
    split = split_cost(actor=actor, licence_id=found.pk, on=timezone.localdate())
    if not split.parts:
        return None, ""
    may = actor.may(Permission.LICENCES_CHANGE, found.company_id)
    columns = [
        Column("place", _("Place")),
        Column("people", _("People"), "number"),
        Column("share", _("Key"), "number", missing=_("none")),
        Column("percent", _("Part"), "number"),
        *([Column("amount", _("A year"), "money")] if split.total is not None else []),
        *([Column("acts", _("Actions"), "actions", hidden_label=True)] if may else []),
    ]
    rows: list[dict[str, Any]] = [
        {
            "id": one.assignment_id,
            "place": one.name,
            "people": one.people,
            "share": one.share,
            "percent": {"value": one.percent, "unit": "%"},
            "amount": None if one.amount is None else {"value": (one.amount, split.currency or "EUR")},
            "acts": [
                {"label": _("Set the key"), "url": reverse("assignment_share", args=[one.assignment_id])}
            ],
        }
        for one in split.parts
    ]
    words = _("by the keys set") if split.by == "key" else _("by head count")
    return Table(_("Cost by place"), columns, rows=rows, id="split"), words


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def share(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Set the key of one place."""
    actor = actor_in(request)
    row = assignment_for(actor=actor, assignment_id=assignment_id, permission=Permission.LICENCES_CHANGE)
    back = reverse("licence_tab", args=[row.licence_id, "locations"])

    def act(values: Mapping[str, Any]) -> str:
        set_share(actor=actor, assignment_id=assignment_id, share=values["share"], at=timezone.now())
        messages.success(request, _("Key saved"))
        return back

    context = {
        "title": _("Set the key"),
        "meta": name_of(holder_of(row)),
        "verb": _("Save the key"),
        "back": back,
        "trail": [(_("Licences"), reverse("licences")), (row.licence.product.name, back)],
        "active": "licences",
    }
    form = ShareForm(request.POST or None, initial={"share": row.share})
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)
