"""A type and its fields as somebody wants them: read from JSON, written back to it, and nothing silently left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _

from trueup.base.problems import FieldError, InvalidValue, UnknownField

LONGEST_KEY = 40
SIGHTS = {"assignments": "licences.view", "installations": "inventory.view"}
"""What somebody must be allowed to see besides assets to see numbers counted of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of a selection: ``key`` is stored and stays, ``label`` is shown and may change."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldTerms:
    """A field as wanted. Which options a kind takes, its file in ``kinds`` says.

    ``unique`` is "company" or "all". ``least`` and ``most`` bound numbers and days, or the length of a text. ``list``
    names a shared list whose choices it has. ``of``, ``by``, ``over``, ``measure`` and ``where`` say what a roll-up adds up. ``unlimited`` lets
    a number be that word. ``view`` and ``edit`` name a permission besides those of assets. ``weight`` 0 keeps a field out of the search.
    """

    label: str
    kind: str
    key: str = ""
    hint: str = ""
    required: bool = False
    unique: str = ""
    default: Any = None
    least: str = ""
    most: str = ""
    unlimited: bool = False
    pattern: str = ""
    choices: tuple[Choice, ...] = ()
    list: str = ""
    in_list: bool = False
    in_title: bool = False
    expires: bool = False
    notice_days: int = 0
    weight: int = 1
    view: str = ""
    edit: str = ""
    in_api: bool = True
    role: str = ""
    to: str = ""
    to_type: str = ""
    on_archive: str = "keep"
    formula: str = ""
    of: str = ""
    by: str = ""
    over: str = ""
    measure: str = ""
    where: str = ""
    prefix: str = ""
    digits: int = 0

    @property
    def sight(self) -> str:
        """The permission without which the field is not there: its own, or that of what it counts."""
        return self.view or SIGHTS.get(self.of, "")


@dataclass(frozen=True, slots=True)
class TypeTerms:
    """A type as wanted, with its fields in their order. ``counts_as`` is "licence" where each record stands for one."""

    name: str
    description: str = ""
    icon: str = "box"
    counts_as: str = ""
    fields: tuple[FieldTerms, ...] = ()


COLUMNS = frozenset({"key", "label", "kind", "hint"})
"""What stands in a column of its own; everything else is an option."""
KNOWN = {one.name: one for one in fields(FieldTerms)}
OPTIONS = tuple(name for name in KNOWN if name not in COLUMNS)
KEPT = ("kind", "unique", "to", "to_type")
"""What stays as it was made: values were stored under it."""


def key_of(label: str) -> str:
    """A key made of a label.

    >>> key_of("Total Seats"), key_of("Größe (m²)"), key_of("2nd line")
    ('total_seats', 'grosse_m2', 'f_2nd_line')
    """
    plain = unicodedata.normalize("NFKD", label.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    key = key if key[:1].isalpha() else f"f_{key}"
    return key[:LONGEST_KEY].strip("_")


def choices_of(given: Iterable[Any]) -> tuple[Choice, ...]:
    """Choices as labels, or as objects with key and label."""
    found = []
    for one in given:
        if isinstance(one, Mapping) and set(one) <= {"key", "label"} and isinstance(one.get("label"), str):
            found.append(Choice(str(one.get("key") or key_of(one["label"])), one["label"].strip()))
        elif isinstance(one, str):
            found.append(Choice(key_of(one), one.strip()))
        else:
            raise InvalidValue.of("choices", _("A choice is a text, or has a “key” and a “label”."))
    return tuple(found)


def field_from(given: Mapping[str, Any], *, place: str, before: FieldTerms | None = None) -> FieldTerms:
    """A field from JSON, on top of what it was before; unknown names and values of a wrong shape are refused."""
    if unknown := sorted(set(given) - set(KNOWN)):
        raise UnknownField(
            _("A field has no option %(names)s. Known: %(known)s.")
            % {"names": ", ".join(map(str, unknown)), "known": ", ".join(sorted(KNOWN))},
            errors=tuple(FieldError(f"{place}.{name}", _("Unknown.")) for name in unknown),
        )
    values = {name: value for name, value in given.items() if value is not None or name == "default"}
    for name, value in values.items():
        if name not in {"default", "choices"} and not _is_shaped(name, value):
            raise InvalidValue.of(
                f"{place}.{name}", _("The value of “%(name)s” has the wrong shape.") % {"name": name}
            )
    if "choices" in values:
        if not isinstance(values["choices"], Sequence) or isinstance(values["choices"], str):
            raise InvalidValue.of(f"{place}.choices", _("Choices are a list."))
        values["choices"] = choices_of(values["choices"])
    if before is not None:
        return replace(before, **values)
    if missing := [name for name in ("label", "kind") if not values.get(name)]:
        raise InvalidValue.of(
            f"{place}.{missing[0]}", _("A field needs a “%(name)s”.") % {"name": missing[0]}
        )
    field = FieldTerms(**values)
    return replace(field, label=field.label.strip(), key=field.key or key_of(field.label))


def _is_shaped(name: str, value: Any) -> bool:
    wanted = type(KNOWN[name].default) if isinstance(KNOWN[name].default, bool | int | str) else str
    return type(value) is wanted


def field_as_json(field: FieldTerms) -> dict[str, Any]:
    """A field with the options that differ from what goes without saying."""
    found: dict[str, Any] = {"key": field.key, "label": field.label, "kind": field.kind}
    for name in ("hint", *OPTIONS):
        value = getattr(field, name)
        if value != KNOWN[name].default:
            found[name] = (
                [{"key": c.key, "label": c.label} for c in field.choices] if name == "choices" else value
            )
    return found


def type_as_json(terms: TypeTerms) -> dict[str, Any]:
    """A type with its fields."""
    return {
        "name": terms.name,
        "description": terms.description,
        "icon": terms.icon,
        **({"counts_as": terms.counts_as} if terms.counts_as else {}),
        "fields": [field_as_json(field) for field in terms.fields],
    }
