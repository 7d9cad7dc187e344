"""The list of titles and the page on which one is matched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.base.access import Permission
from trueup.base.listing import filtered
from trueup.base.registers import Listing
from trueup.catalogue.columns import PRODUCTS
from trueup.catalogue.queries import products_visible_to
from trueup.inventory.actions.recognising import decide_title
from trueup.inventory.actions.ruling import make_title_rule, revoke_title_rule
from trueup.inventory.columns import TITLES
from trueup.inventory.company_rules import title_rules_visible_to, titles_like
from trueup.inventory.queries import installations_visible_to, title_for
from trueup.web.bulk.offers import bulk_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page

STATES: Mapping[str, tuple[str, str]] = {
    "recognised": ("good", "circle-check"),
    "not_licensable": ("", "ban"),
    "unsure": ("warn", "circle-question-mark"),
    "unrecognised": ("warn", "radar"),
}
_WORDS = dict(TITLES.column("status").choices)  # type: ignore[union-attr]  # the register has it
FOUND_AT_MOST = 20
SHOWN_DEVICES = 50
SHOWN_ALIKE = 20
SHOWN_RULES = 500


def status_badge(status: str) -> dict[str, Any]:
    """The badge of what is known of a title."""
    tone, icon = STATES.get(status, ("", "circle-question-mark"))
    return {"label": _WORDS.get(status, status), "tone": tone, "icon": icon}


LOOK = Look(
    noun=gettext_lazy("titles"),
    icon="radar",
    placeholder=gettext_lazy("Title, publisher or product"),
    nothing_title=gettext_lazy("Nothing discovered yet"),
    nothing_text=gettext_lazy("Titles stand here once an agent has sent the software of a device."),
    missing={
        "product": gettext_lazy("nothing yet"),
        "version": gettext_lazy("none"),
        "publisher": gettext_lazy("not reported"),
    },
    special={
        "name": Special(
            "text",
            lambda row: {"text": row["name"], "sub": row["publisher"], "url": address_of("title", row["id"])},
        ),
        "status": Special("badge", lambda row: status_badge(row["status"])),
        "klass": Special("text", lambda row: row["klass"].replace("_", " ") or None),
        "strength": Special(
            "number", lambda row: {"value": row["strength"], "unit": "%"} if row["product_id"] else None
        ),
    },
    beside=frozenset({"publisher"}),
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Not recognised"), "status=unrecognised"),
        View(gettext_lazy("Unsure"), "status=unsure"),
        View(gettext_lazy("Recognised"), "status=recognised"),
        View(gettext_lazy("Nobody licenses it"), "status=not_licensable"),
    ),
)


@page(Permission.INVENTORY_VIEW)
def titles(request: HttpRequest) -> HttpResponseBase:
    """All titles, most widespread first."""
    return list_page(
        request, TITLES, LOOK, template="titles/list.html", extra={"bulk": bulk_of(request, "titles")}
    )


@page(Permission.INVENTORY_VIEW)
def title(request: HttpRequest, title_id: int) -> HttpResponse:
    """One title: why it was recognised as it was, where it is installed, and saying what it is."""
    actor = actor_in(request)
    found = title_for(actor=actor, title_id=title_id)
    words = request.GET.get("q", "") or found.name.split(" ", 1)[0]
    may_decide = actor.may(Permission.RECOGNITION_DECIDE, found.company_id)
    alike = titles_like(actor=actor, title_id=found.pk) if may_decide else []
    context = {
        "title": found,
        "alike": [one for one in alike if one.pk != found.pk][:SHOWN_ALIKE],
        "alike_count": len(alike),
        "status": status_badge(found.status),
        "on": installations_visible_to(actor=actor)
        .filter(title_id=found.pk)
        .order_by("device__hostname")[:SHOWN_DEVICES],
        "asked_words": words,
        "products": filtered(PRODUCTS, products_visible_to(actor=actor), Listing(words=words))
        .select_related("publisher")
        .order_by("name")[:FOUND_AT_MOST]
        if may_decide
        else (),
        "may_decide": may_decide,
        "active": "discovered",
    }
    return render(request, "titles/title.html", context)


@page(Permission.RECOGNITION_DECIDE, methods=("POST",))
def decide(request: HttpRequest, title_id: int) -> HttpResponse:
    """Say what a title is, or that nobody licenses it; of this title only, or of all that are called so."""
    product = request.POST.get("product", "")
    product_id = int(product) if product.isdigit() else None
    actor, reason, at = actor_in(request), request.POST.get("reason", ""), timezone.now()
    if request.POST.get("scope") == "all":
        rule, changed = make_title_rule(
            actor=actor, title_id=title_id, product_id=product_id, reason=reason, at=at
        )
        told = ngettext(
            "%(n)s title judged by the new rule.", "%(n)s titles judged by the new rule.", changed
        )
        messages.success(request, f"{rule.name}: {told % {'n': changed}}")
        return redirect("title_rules")
    decided = decide_title(actor=actor, title_id=title_id, product_id=product_id, reason=reason, at=at)
    messages.success(request, _("“%(name)s” matched. The next run counts it so.") % {"name": decided.name})
    return redirect("title", title_id)


@page(Permission.INVENTORY_VIEW)
def rules(request: HttpRequest) -> HttpResponse:
    """The rules the companies in view made of their own decisions, each to be revoked."""
    actor = actor_in(request)
    found = title_rules_visible_to(actor=actor)[:SHOWN_RULES]
    rows = [(rule, actor.may(Permission.RECOGNITION_DECIDE, rule.company_id)) for rule in found]
    return render(request, "titles/rules.html", {"rules": rows, "active": "discovered"})


@page(Permission.RECOGNITION_DECIDE, methods=("POST",))
def revoke_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule back; what it was about is judged by the library again."""
    changed = revoke_title_rule(actor=actor_in(request), rule_id=rule_id, at=timezone.now())
    told = ngettext(
        "Rule revoked: %(n)s title judged anew.", "Rule revoked: %(n)s titles judged anew.", changed
    )
    messages.success(request, told % {"n": changed})
    return redirect("title_rules")
