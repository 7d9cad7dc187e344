"""The audit log as a page: who did what when, to what, and the old and new values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.columns import AUDIT
from trueup.base.access import Permission
from trueup.tenancy.queries import companies_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page

LONGEST = 200


def _subject(row: Mapping[str, Any]) -> dict[str, str]:
    kind = row["subject_kind"]
    return {
        "text": row["subject"],
        "url": address_of(kind, row["subject_id"]),
        "sub": kind.replace("_", " "),
    }


def _details(row: Mapping[str, Any]) -> str | None:
    words = "; ".join(_changes(row["details"]))
    return None if not words else words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def _changes(details: Mapping[str, Any]) -> Iterator[str]:
    """One part a field; a pair is what it was and what it is."""
    for name, value in details.items():
        label = name.replace("_", " ")
        if isinstance(value, list) and len(value) == 2 and not isinstance(value[0], list | dict):  # noqa: PLR2004  # old and new
            yield f"{label}: {_word(value[0])} → {_word(value[1])}"
        else:
            yield f"{label}: {_word(value)}"


def _word(value: Any) -> str:
    if value is None or value in ("", []):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


LOOK = Look(
    noun=gettext_lazy("entries"),
    icon="history",
    placeholder=gettext_lazy("Person, event or subject"),
    nothing_title=gettext_lazy("Nothing has happened yet"),
    nothing_text=gettext_lazy("Whatever somebody changes is written down here, once, and never changed."),
    missing={
        "company": gettext_lazy("whole installation"),
        "details": gettext_lazy("none"),
        "user": gettext_lazy("no account"),
        "subject_id": gettext_lazy("several"),
    },
    special={
        "actor": Special("person", lambda row: row["actor"]),
        "subject": Special("text", _subject),
        "details": Special("text", _details),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Companies and access"), "event__contains=tenancy."),
        View(gettext_lazy("Roles"), "event__contains=tenancy.role_"),
        View(gettext_lazy("Tokens"), "event__contains=tenancy.token_"),
        View(gettext_lazy("Keys"), "event__contains=vault."),
    ),
)


@page(Permission.AUDIT_VIEW)
def audit_log(request: HttpRequest) -> HttpResponseBase:
    """The log, latest first; exported like any list."""
    names = companies_visible_to(actor=actor_in(request))
    return list_page(request, AUDIT, LOOK, template="settings/audit.html", names=names)
