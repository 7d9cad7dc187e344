"""Types as files: JSON that another installation reads, and the templates that come with the product."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext as _

from trueup.base.problems import InvalidValue, NotFound
from trueup.fields.checking import MOST_FIELDS, check_type
from trueup.fields.models import Type
from trueup.fields.queries import definition_of
from trueup.fields.terms import TypeTerms, field_from, type_as_json

FORM: Final = 1
MARK: Final = "trueup_asset_type"
TEMPLATES: Final = Path(__file__).parent / "templates"


def exported_type(type_: Type) -> dict[str, Any]:
    """A type as a file holds it; no record, no secret, no company is in it."""
    return {MARK: FORM, "version": type_.version, **type_as_json(definition_of(type_))}


def type_from(given: Any) -> TypeTerms:
    """Read a type from a file; what the form does not know is refused."""
    if not isinstance(given, Mapping) or given.get(MARK) != FORM:
        raise InvalidValue.of(
            "file", _("This is no asset type of form %(form)s: “%(mark)s” is missing.") % {"form": FORM, "mark": MARK}
        )  # fmt: skip
    if unknown := sorted(
        set(given) - {MARK, "version", "name", "description", "icon", "counts_as", "fields"}
    ):
        raise InvalidValue.of("file", _("Unknown parts: %(names)s.") % {"names": ", ".join(map(str, unknown))[:200]})  # fmt: skip
    return terms_from(given)


def terms_from(given: Mapping[str, Any]) -> TypeTerms:
    """A type from its name, description, icon and fields as JSON has them."""
    fields = given.get("fields") or []
    texts = {"name": given.get("name", ""), "description": given.get("description", ""), "icon": given.get("icon") or "box", "counts_as": given.get("counts_as") or ""}  # fmt: skip
    if not isinstance(fields, list) or not all(isinstance(one, Mapping) for one in fields):
        raise InvalidValue.of("fields", _("Fields are a list of objects."))
    if not all(isinstance(text, str) for text in texts.values()):
        raise InvalidValue.of("name", _("Name, description, icon and what it counts as are texts."))
    if len(fields) > MOST_FIELDS:
        raise InvalidValue.of(
            "fields", _("A type has at most %(most)s fields; these are %(n)s.") % {"most": MOST_FIELDS, "n": len(fields)}
        )  # fmt: skip
    read = tuple(field_from(one, place=f"fields.{place}") for place, one in enumerate(fields))
    terms = TypeTerms(**texts, fields=read)
    check_type(terms)
    return terms


@cache
def templates() -> Mapping[str, TypeTerms]:
    """The types that come with the product, by the name of their file."""
    found = {
        path.stem: type_from(json.loads(path.read_text("utf-8"))) for path in sorted(TEMPLATES.glob("*.json"))
    }
    return MappingProxyType(found)


def template_named(key: str) -> TypeTerms:
    """One template."""
    if key not in templates():
        raise NotFound(
            _("There is no template “%(key)s”. Known: %(known)s.")
            % {"key": key[:60], "known": ", ".join(templates())}
        )
    return templates()[key]
