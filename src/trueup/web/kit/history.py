"""The history of a record as a page shows it: what happened in words, old and new value where one changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.web.kit.happenings import WORDS
from trueup.web.kit.panels import Entry

if TYPE_CHECKING:
    from trueup.audit.models import Entry as Happened

NAMES: Final = ("people", "devices", "licences")
"""Details that are lists of names, which two of them must not turn into an old and a new value."""


def entries(happened: Iterable[Happened]) -> list[Entry]:
    """One line for each entry; a change of several fields becomes one line a field."""
    return [line for one in happened for line in _lines(one)]


def _lines(one: Happened) -> list[Entry]:
    words = WORDS.get(one.event) or one.event.rpartition(".")[2].replace("_", " ")
    changed = {name: value for name, value in one.details.items() if _is_change(name, value)}
    why = str(one.details.get("reason") or "")
    if changed:
        of = str(one.details.get("holder") or why)
        return [
            Entry(
                one.actor,
                f"{words} {_field(name)}",
                one.happened_at,
                was=_value(old),
                now=_value(new),
                why=of,
            )
            for name, (old, new) in changed.items()
        ]
    return [Entry(one.actor, words, one.happened_at, now=_what(one.details), why=why)]


def _is_change(name: str, value: Any) -> bool:
    return name not in NAMES and isinstance(value, list) and len(value) == len(("old", "new"))


def _field(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def _value(value: Any) -> str:
    if value is None or value in ("", []):
        return _("nothing")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _what(details: Mapping[str, Any]) -> str:
    """Holder and units of an assignment, kind and units of a line, people put on a list."""
    parts = [str(details[name]) for name in ("holder", "says", "publisher") if details.get(name)]
    if not parts and details.get("kind"):
        parts = [str(details["kind"])]
    lists = [details[name] for name in NAMES if isinstance(details.get(name), list)]
    parts += [str(name) for names in lists for name in names]
    units = details.get("units")
    if details.get("within"):
        parts.append(_("within the site, no unit of its own"))
    elif units is not None and units != "":
        parts.append(ngettext("%(n)s unit", "%(n)s units", int(units)) % {"n": units})
    return ", ".join(parts)
