"""The history of a record as a page shows it: what happened in words, old and new value where one changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.web.kit.panels import Entry

if TYPE_CHECKING:
    from trueup.audit.models import Entry as Happened

EVENTS: Final[Mapping[str, tuple[str | Promise, str]]] = {
    "licences.created": (gettext_lazy("created the licence"), "plus"),
    "licences.changed": (gettext_lazy("changed"), "pencil"),
    "licences.line_added": (gettext_lazy("added a purchase line"), "receipt"),
    "licences.units_transferred": (gettext_lazy("moved units between companies"), "arrow-right"),
    "licences.keys_retracted": (gettext_lazy("burnt keys of an import taken back"), "undo-2"),
    "catalogue.product_changed": (gettext_lazy("changed"), "pencil"),
    "catalogue.edition_added": (gettext_lazy("added an edition to"), "plus"),
    "catalogue.version_added": (gettext_lazy("added a version to"), "plus"),
    "catalogue.publisher_changed": (gettext_lazy("changed"), "pencil"),
    "licences.line_voided": (gettext_lazy("took a purchase line back"), "undo-2"),
    "licences.line_corrected": (gettext_lazy("put a purchase line right:"), "pencil"),
    "licences.line_restored": (gettext_lazy("brought a purchase line back"), "undo-2"),
    "licences.reinstated": (gettext_lazy("took the licence into use again"), "undo-2"),
    "licences.retired": (gettext_lazy("retired the licence"), "archive"),
    "assignments.assigned": (gettext_lazy("assigned units to"), "user-plus"),
    "assignments.released": (gettext_lazy("released units of"), "rotate-ccw"),
    "licences.renewal_planned": (gettext_lazy("planned the renewal"), "calendar-check"),
    "licences.plan_changed": (gettext_lazy("changed the plan"), "calendar-check"),
    "contracts.created": (gettext_lazy("added the contract"), "plus"),
    "contracts.changed": (gettext_lazy("changed"), "pencil"),
    "contracts.superseded": (gettext_lazy("renewed the contract"), "refresh-cw"),
    "contracts.retired": (gettext_lazy("retired the contract"), "archive"),
    "contracts.devices_covered": (gettext_lazy("put devices under the contract"), "plus"),
    "contracts.device_uncovered": (gettext_lazy("took a device off the contract"), "minus"),
    "contracts.licences_linked": (gettext_lazy("put licences under the contract"), "plus"),
    "contracts.licence_unlinked": (gettext_lazy("took a licence off the contract"), "minus"),
    "assets.created": (gettext_lazy("made the asset"), "plus"),
    "assets.changed": (gettext_lazy("changed"), "pencil"),
    "assets.archived": (gettext_lazy("archived the asset"), "archive"),
    "assets.restored": (gettext_lazy("restored the asset"), "undo-2"),
    "assets.rolled_back": (gettext_lazy("went back to a revision:"), "undo-2"),
    "vault.revealed": (gettext_lazy("saw a sealed value"), "eye"),
    "people.added": (gettext_lazy("added the person"), "user-plus"),
    "people.changed": (gettext_lazy("changed"), "pencil"),
    "people.left": (gettext_lazy("noted that the person has left"), "user-x"),
    "devices.added": (gettext_lazy("added the device"), "plus"),
    "devices.changed": (gettext_lazy("changed"), "pencil"),
    "catalogue.product_created": (gettext_lazy("added the product"), "plus"),
}


def entries(happened: Iterable[Happened]) -> list[Entry]:
    """One line for each entry; a change of several fields becomes one line a field."""
    return [line for one in happened for line in _lines(one)]


def _lines(one: Happened) -> list[Entry]:
    words, _icon = EVENTS.get(one.event, (one.event.rpartition(".")[2].replace("_", " "), ""))
    changed = {name: pair for name, pair in one.details.items() if isinstance(pair, list) and len(pair) == 2}  # noqa: PLR2004 - old and new
    if changed:
        return [
            Entry(one.actor, f"{words} {_field(name)}", one.happened_at, was=_value(old), now=_value(new))
            for name, (old, new) in changed.items()
        ]
    return [
        Entry(
            one.actor, words, one.happened_at, now=_what(one.details), why=str(one.details.get("reason", ""))
        )
    ]


def _field(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def _value(value: Any) -> str:
    if value is None or value in ("", []):
        return _("nothing")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _what(details: Mapping[str, Any]) -> str:
    """Holder and units of an assignment, kind and units of a line."""
    parts = [str(details[name]) for name in ("holder", "kind", "publisher") if details.get(name)]
    units = details.get("units")
    if units is not None and units != "":
        parts.append(ngettext("%(n)s unit", "%(n)s units", int(units)) % {"n": units})
    return ", ".join(parts)
