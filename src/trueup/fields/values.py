"""Values of a record: from what was given to their canonical form, with every wrong one named; and back to words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from trueup.base.problems import FieldError, Invalid, InvalidValue, UnknownField
from trueup.fields.checking import in_order
from trueup.fields.formulas import names_in, parse_formula, reckon
from trueup.fields.kinds.kind import WrongValue, plain_number
from trueup.fields.kinds.number import UNLIMITED
from trueup.fields.kinds.register import KINDS
from trueup.fields.terms import FieldTerms
from trueup.vault.plain import Plain

PREFIX = "values."
"""How the address of a value in a body and the name of its control in a form begin."""
LONGEST_TITLE = 300


class ValueMissing(Invalid):
    """A required field has no value."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Values in their canonical form, and the secrets among those given, still to be sealed."""

    values: dict[str, Any]
    secrets: dict[str, Plain] = field(default_factory=dict)


def clean_values(
    fields: Sequence[FieldTerms], given: Mapping[str, Any], *, before: Mapping[str, Any] | None = None
) -> Cleaned:
    """Put the values given on top of those before; fields that are not named stay (D-097).

    Without ``before`` the record is new, and defaults are filled in. None and empty text take a value off.
    """
    known = {one.key: one for one in fields if KINDS[one.kind].is_typed}
    _refuse_unknown(known, fields, given)
    values = dict(before or {})
    wanted = dict(given) if before is not None else _defaults(fields) | dict(given)
    errors, secrets = [], {}
    for key, value in wanted.items():
        try:
            cleaned = None if value is None else KINDS[known[key].kind].clean(value, known[key])
        except WrongValue as wrong:
            errors.append(FieldError(PREFIX + key, f"{known[key].label}: {wrong}"))
            continue
        if isinstance(cleaned, Plain):
            secrets[key] = cleaned
        elif cleaned is None:
            values.pop(key, None)
        else:
            values[key] = cleaned
    if errors:
        raise InvalidValue(" ".join(error.detail for error in errors), errors=tuple(errors))
    require_filled(known.values(), values.keys() | secrets.keys())
    return Cleaned(with_computed(fields, values), secrets)


def _defaults(fields: Iterable[FieldTerms]) -> dict[str, Any]:
    return {one.key: one.default for one in fields if one.default is not None}


def _refuse_unknown(
    known: Mapping[str, FieldTerms], fields: Iterable[FieldTerms], given: Mapping[str, Any]
) -> None:
    if unknown := sorted(set(given) - set(known)):
        reckoned = {one.key for one in fields} - set(known)
        raise UnknownField(
            _("No values can be given for: %(names)s. Fields of this type: %(known)s. Nothing was stored.")
            % {"names": ", ".join(name[:60] for name in unknown[:20]), "known": ", ".join(known)},
            errors=tuple(
                FieldError(PREFIX + name, _("Filled in by itself.") if name in reckoned else _("Unknown."))
                for name in unknown[:20]
            ),
        )


def require_filled(fields: Iterable[FieldTerms], filled: Iterable[str]) -> None:
    """Refuse a record whose required fields are not all filled in."""
    there = set(filled)
    missing = [one for one in fields if one.required and one.key not in there]
    if missing:
        raise ValueMissing(
            _("Fill in: %(names)s.") % {"names": ", ".join(one.label for one in missing)},
            errors=tuple(
                FieldError(PREFIX + one.key, _("%(label)s is required.") % {"label": one.label})
                for one in missing
            ),
        )


def with_computed(fields: Iterable[FieldTerms], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with those of computed fields reckoned anew."""
    trees = {one.key: parse_formula(one.formula) for one in fields if one.kind == "computed"}
    found = {key: value for key, value in values.items() if key not in trees}
    for key in in_order({key: names_in(tree) for key, tree in trees.items()}):
        numbers = {name: number_in(found.get(name)) for name in names_in(trees[key])}
        result = reckon(trees[key], numbers)
        if result is not None:
            found[key] = plain_number(round(result, 6))
    return found


def number_in(value: Any) -> Decimal | None:
    """The number of a stored value: of money its amount; unlimited is none."""
    amount = value.get("amount") if isinstance(value, Mapping) else value
    return Decimal(amount) if isinstance(amount, str) and amount != UNLIMITED else None


def words_of(one: FieldTerms, value: Any) -> str:
    """A stored value as text; empty where there is none."""
    return "" if value is None else KINDS[one.kind].words(value, one)


def title_of(fields: Sequence[FieldTerms], values: Mapping[str, Any], *, otherwise: str) -> str:
    """What a record is called: its title fields, else its first text, else its type; never what not everybody sees."""
    open_ones = [one for one in fields if not one.view]
    chosen = [one for one in open_ones if one.in_title] or [one for one in open_ones if one.kind == "text"][
        :1
    ]
    words = [words_of(one, values.get(one.key)) for one in chosen]
    return (" · ".join(word for word in words if word) or otherwise)[:LONGEST_TITLE]


def searched_words(fields: Iterable[FieldTerms], values: Mapping[str, Any]) -> str:
    """The text a record is found by: never a secret, nor what a weight of 0 or a permission of its own keeps out."""
    return "\n".join(
        words_of(one, values[one.key])
        for one in fields
        if KINDS[one.kind].is_searched and one.weight and not one.view and one.key in values
    )


def schema_of(
    name: str, fields: Iterable[FieldTerms], *, seen: Callable[[FieldTerms], bool]
) -> dict[str, Any]:
    """The values of a type as JSON Schema (2020-12)."""
    shown = [one for one in fields if one.in_api and one.kind != "heading" and seen(one)]
    properties = {
        one.key: KINDS[one.kind].schema(one)
        | {"title": one.label}
        | ({"description": one.hint} if one.hint else {})
        | ({"default": one.default} if one.default is not None else {})
        for one in shown
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": [one.key for one in shown if one.required],
    }
