"""How assets look: their lists, the badge of a state, and each value by the kind of its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from trueup.fields.kinds.register import KINDS
from trueup.fields.kinds.rich_text import drawn
from trueup.fields.values import number_in, words_of
from trueup.vault.plain import masked
from trueup.web.kit.figures import day, money
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.typed import write_number

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from trueup.assets.models import Asset
    from trueup.fields.terms import FieldTerms

STATES: Mapping[str, tuple[Any, str, str]] = {
    "current": (_("Current"), "good", "circle-check"),
    "expiring": (_("Expiring soon"), "warn", "calendar-clock"),
    "expired": (_("Expired"), "bad", "circle-alert"),
    "archived": (_("Archived"), "", "archive"),
}


STANDINGS: Mapping[str, tuple[Any, str, str]] = {
    "short": (_("Under-licensed"), "bad", "circle-alert"),
    "covered": (_("Covered"), "good", "circle-check"),
    "surplus": (_("Over-licensed"), "info", "piggy-bank"),
    "unknown": (_("Not assessed"), "", "circle-question-mark"),
}
STANDING_VIEWS = (
    View(_("Under-licensed"), "standing=short"),
    View(_("Over-licensed"), "standing=surplus"),
)


def standing_badge(standing: str) -> dict[str, Any]:
    """The badge of how a record stands between what there is and what is in use."""
    label, tone, icon = STANDINGS[standing]
    return {"label": label, "tone": tone, "icon": icon}


def state_badge(state: str) -> dict[str, Any]:
    """The badge of what is true of an asset on a day."""
    label, tone, icon = STATES[state]
    return {"label": label, "tone": tone, "icon": icon}


def _name(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": row["title"], "url": address_of("asset", row["id"])}


def _ends(row: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"day": row["expires_on"], "watch": True} if row["expires_on"] else None


def look_of(placeholder: _StrOrPromise, *, is_assessed: bool = False) -> Look:
    """The look of a list of assets, over all types or of one; with tabs for what is over- and under-licensed."""
    return Look(
        noun=_("assets"),
        icon="shapes",
        detail="asset",
        placeholder=placeholder,
        nothing_title=_("No assets yet"),
        nothing_text=_("Assets stand here with the fields that their type gives them."),
        missing={"expires_on": _("no end")},
        special={
            "title": Special("who", _name),
            "state": Special("badge", lambda row: state_badge(row["state"])),
            "expires_on": Special("day", _ends),
            "standing": Special("badge", lambda row: standing_badge(row["standing"])),
        },
        views=(
            View(_("All")),
            *(STANDING_VIEWS if is_assessed else ()),
            View(_("Expiring soon"), "state=expiring"),
            View(_("Expired"), "state=expired"),
            View(_("Archived"), "state=archived"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of an asset as its page shows it. ``how`` is text, link, prose, links, files, secret or heading."""

    label: str
    how: str
    value: Any = None
    url: str = ""
    hint: str = ""


def shown_of(
    asset: Asset,
    fields: Sequence[FieldTerms],
    names: Mapping[str, Mapping[int, str]],
    *,
    may_reveal: bool,
    may_attach: bool,
) -> list[Shown]:
    """Every field in its order, with its value drawn by its kind."""
    return [
        _files(asset, field, may_attach)
        if field.kind == "attachment"
        else _shown(asset, field, names.get(field.key, {}), may_reveal)
        for field in fields
    ]


def _files(asset: Asset, field: FieldTerms, may_attach: bool) -> Shown:
    """The files of a field: name, where to save it, and where to take it off."""
    files = [
        (
            one["name"],
            reverse("asset_file", args=[asset.pk, one["file"]]),
            reverse("asset_detach", args=[asset.pk, field.key, one["file"]]) if may_attach else "",
        )
        for one in asset.values.get(field.key) or ()
    ]
    return Shown(
        field.label, "files", files, reverse("asset_attach", args=[asset.pk, field.key]) if may_attach else ""
    )


def _shown(asset: Asset, field: FieldTerms, names: Mapping[int, str], may_reveal: bool) -> Shown:
    value = asset.values.get(field.key)
    if field.kind == "heading" or value is None:
        return Shown(field.label, "heading" if field.kind == "heading" else "text", hint=field.hint)
    if field.kind == "secret":
        url = reverse("asset_reveal", args=[asset.pk, field.key]) if may_reveal else ""
        return Shown(field.label, "secret", masked(str(value["tail"])), url)
    if field.kind in {"reference", "references"}:
        links = [(name, address_of(field.to, number)) for number, name in names.items()]
        return Shown(field.label, "links", links)
    if field.kind == "rich_text":
        return Shown(field.label, "prose", drawn(value))
    how, url = ("link", value) if field.kind == "url" else ("text", "")
    return Shown(field.label, how, _spoken(field, value), url)


def _spoken(field: FieldTerms, value: Any) -> Any:
    """Days, numbers and money as the reader writes them."""
    if field.kind == "date":
        return day(date.fromisoformat(value))
    if field.kind == "money":
        return money((number_in(value), value["currency"]))
    if KINDS[field.kind].cast == "numeric" and number_in(value) is not None:
        number = write_number(number_in(value))
        return f"{number} %" if field.kind == "percent" else number
    return words_of(field, value)
