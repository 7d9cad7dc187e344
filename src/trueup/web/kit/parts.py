"""Choosing the location or the department of a record, in forms and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trueup.tenancy.queries import departments_visible_to, locations_visible_to
from trueup.web.kit.asker import actor_in
from trueup.web.kit.inline import Editable
from trueup.web.kit.panels import Detail, Words

if TYPE_CHECKING:
    from trueup.base.actor import Actor

R = TypeVar("R")
OFFERED: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {"location": locations_visible_to, "department": departments_visible_to}
)
LABELS: Final[Mapping[str, Words]] = MappingProxyType(
    {"location": _("Location"), "department": _("Department")}
)


def part_choices(actor: Actor, key: str, company_id: int, current: Any = None) -> list[tuple[str, str]]:
    """Those in use, and the one the record has, which may be retired; none is a choice as well."""
    rows = OFFERED[key](actor=actor).filter(company_id=company_id)
    found = [(str(one.pk), one.name) for one in rows]
    if current is not None and (str(current.pk), current.name) not in found:
        found.append((str(current.pk), current.name))
    return [("", gettext("none")), *found]


def part_editable(key: str) -> Editable[R]:
    """The location or the department of a record, edited where it stands."""

    def name(record: R) -> str | None:
        part = getattr(record, key)
        return part.name if part else None

    def control(request: HttpRequest, record: R) -> forms.Field:
        company_id = record.company_id  # type: ignore[attr-defined]  # every record of a company has one
        choices = part_choices(actor_in(request), key, company_id, getattr(record, key))
        return forms.ChoiceField(choices=choices, required=False)

    return Editable(
        LABELS[key],
        control,
        lambda record: str(getattr(record, f"{key}_id") or ""),
        lambda record: Detail(LABELS[key], name(record)),
        lambda record: ("text", name(record)),
        missing=_("none"),
    )
