"""What a hit looks like and where it leads, for the search page and the palette alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from trueup.assignments.queries import assignments_visible_to
from trueup.base.actor import Actor
from trueup.reports.search.finding import Found, Hit
from trueup.web.kit.list_cells import address_of


def _of_licence(tab: str) -> Callable[[Hit], str]:
    return lambda hit: reverse("licence_tab", args=[hit.row["licence_id"], tab])


@dataclass(frozen=True, slots=True)
class Look:
    """How hits of one kind are drawn: an icon, the list that shows all of them, and an address if it is not their own."""

    icon: str
    everything: str = ""
    address: Callable[[Hit], str] | None = None


LOOKS: Mapping[str, Look] = {
    "licence": Look("key-round", "licences"),
    "product": Look("boxes", "products"),
    "publisher": Look("building-2", "", lambda hit: f"{reverse('products')}?publisher={hit.id}"),
    "person": Look("users", "people"),
    "device": Look("laptop", "devices"),
    "contract": Look("file-text", "contracts"),
    "asset": Look("shapes", "flexible_assets"),
    "article": Look("book-open", "articles"),
    "purchase": Look("receipt", "purchases", _of_licence("purchases")),
    "document": Look("file-text", "", _of_licence("documents")),
    "title": Look("radar", "titles"),
}
PLAIN = Look("arrow-right")


def url_of(hit: Hit) -> str:
    """Where a hit leads."""
    address = LOOKS.get(hit.kind, PLAIN).address
    return address(hit) if address else address_of(hit.kind, hit.id)


def list_of(found: Found, words: str) -> str:
    """The list of everything of this kind that matches; nothing where there is no such list."""
    try:
        name = LOOKS.get(found.kind.key, PLAIN).everything
        return f"{reverse(name)}?{urlencode({'q': words})}" if name else ""
    except NoReverseMatch:
        return ""


def drawn(actor: Actor, groups: Iterable[Found]) -> dict[str, list[dict[str, Any]]]:
    """The hits of each kind as options: label, what stands behind it, where it leads, and a note at the end."""
    groups = list(groups)
    held = _held(actor, [hit.id for found in groups if found.kind.key == "person" for hit in found.hits])
    return {found.kind.key: _told_apart([_option(hit, held) for hit in found.hits]) for found in groups}


def _told_apart(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Options that read alike say their number, too."""
    alike = Counter((one["label"], one["meta"]) for one in options)
    for one in options:
        if alike[one["label"], one["meta"]] > 1:
            one["meta"] = f"{one['meta']} · #{one['id']}".removeprefix(" · ")
    return options


def _option(hit: Hit, held: Mapping[int, int]) -> dict[str, Any]:
    publisher = hit.row.get("product__publisher__name", "")
    return {
        "id": hit.id,
        "kind": hit.kind,
        "label": hit.name,
        "meta": " · ".join(hit.details[:3]) or publisher,
        "of": publisher,
        "url": url_of(hit),
        "icon": LOOKS.get(hit.kind, PLAIN).icon,
        "tile": hit.kind == "licence",
        "person": hit.kind == "person",
        "note": _note(hit, held),
    }


def _note(hit: Hit, held: Mapping[int, int]) -> str:
    row = hit.row
    if hit.kind == "person":
        return _("%(n)s held") % {"n": held.get(hit.id, 0)} if row["is_active"] else _("has left")
    if hit.kind != "licence":
        return ""
    if row["unlimited"]:
        return _("%(used)s used") % {"used": row["used"]}
    return _("%(used)s of %(owned)s used") % {"used": row["used"], "owned": row["purchased"]}


def _held(actor: Actor, people: list[int]) -> dict[int, int]:
    if not people:
        return {}
    counts: dict[int, int] = {}
    rows = assignments_visible_to(actor=actor).filter(person_id__in=people)
    for person_id in rows.values_list("person_id", flat=True):
        counts[person_id] = counts.get(person_id, 0) + 1
    return counts
