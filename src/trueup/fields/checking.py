"""Whether a type may be as somebody wants it: names, options that fit their kind, roles, formulas without rings, sizes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.listing import RESERVED
from trueup.base.problems import FieldError, InvalidValue
from trueup.fields.formulas import FormulaRefused, names_in, parse_formula
from trueup.fields.kinds.kind import FieldKind, WrongValue
from trueup.fields.kinds.register import KINDS
from trueup.fields.terms import KEPT, KNOWN, OPTIONS, FieldTerms, TypeTerms

MOST_FIELDS = 200
LONGEST_LABEL, LONGEST_HINT, LONGEST_NAME = 100, 300, 100
KEY = re.compile(r"[a-z](?:_?[a-z0-9])*")
RESERVED_KEYS: Final = RESERVED | frozenset(
    """id pk type title company company_id tags words values fields expires_on record revision created_at archived_at view
    page changed edit totals bom format selected state version standing spare spare_cost counted_as unlimited_now
    assigned_now discovered_now""".split()
)
"""Names that lists, addresses and the API use for something else."""
ROLES: Final[Mapping[str, frozenset[str]]] = {
    "quantity": frozenset({"number", "computed"}),
    "consumed": frozenset({"number", "computed", "roll_up"}),
    "expires": frozenset({"date"}),
    "cost": frozenset({"money", "number"}),
    "product": frozenset({"text", "reference"}),
    "publisher": frozenset({"text"}),
    "key": frozenset({"secret"}),
    "form": frozenset({"select"}),
    "purchased": frozenset({"date"}),
    "renews": frozenset({"boolean"}),
    "portal": frozenset({"url"}),
    "terms": frozenset({"rich_text", "multi_line"}),
}
"""What a field may mean, and of which kinds it may be."""
COUNTED: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(),
    "licence": frozenset({"product", "quantity", "form"}),
}
"""What records of a type may stand for, and the roles its fields need for that."""
NUMBERS = frozenset({"number", "decimal", "percent", "money", "computed"})
PERMISSIONS = frozenset(str(permission) for permission in Permission)


def check_type(terms: TypeTerms) -> None:
    """Refuse a definition that breaks a rule, naming every fault at once."""
    errors = [*_named(terms), *_sized(terms)]
    if not errors:
        for place, field in enumerate(terms.fields):
            errors += [
                FieldError(f"fields.{place}.{e.field}", f"{field.label or field.key}: {e.detail}")
                for e in _faults(field)
            ]
        errors += _together(terms.fields)
        errors += _counted(terms)
    if errors:
        raise InvalidValue(" ".join(error.detail for error in errors[:20]), errors=tuple(errors[:100]))


def _named(terms: TypeTerms) -> Iterator[FieldError]:
    if not 0 < len(terms.name.strip()) <= LONGEST_NAME or not terms.name.isprintable():
        yield FieldError(
            "name", _("A type needs a name of at most %(most)s characters.") % {"most": LONGEST_NAME}
        )
    if not re.fullmatch(r"[a-z0-9-]{1,40}", terms.icon):
        yield FieldError("icon", _("An icon is named as in the list of icons: letters and hyphens."))


def _sized(terms: TypeTerms) -> Iterator[FieldError]:
    if len(terms.fields) > MOST_FIELDS:
        yield FieldError(
            "fields",
            _("A type has at most %(most)s fields; these are %(n)s.")
            % {"most": MOST_FIELDS, "n": len(terms.fields)},
        )


def _faults(field: FieldTerms) -> Iterator[FieldError]:
    kind = KINDS.get(field.kind)
    if kind is None:
        yield FieldError(
            "kind",
            _("“%(kind)s” is no kind of field. Known: %(known)s.")
            % {"kind": field.kind[:40], "known": ", ".join(KINDS)},
        )
        return
    yield from _key_and_label(field)
    for name in OPTIONS:
        if name not in kind.options and getattr(field, name) != KNOWN[name].default:
            yield FieldError(
                name, _("A field of the kind “%(kind)s” has no option “%(name)s”.") % {"kind": kind.key, "name": name}
            )  # fmt: skip
    yield from _choices(field)
    faults = list(kind.faults(field))
    yield from faults
    if not faults and field.default is not None:
        yield from _default(kind, field)


def _key_and_label(field: FieldTerms) -> Iterator[FieldError]:
    if not 0 < len(field.label) <= LONGEST_LABEL or not field.label.isprintable():
        yield FieldError("label", _("A label has 1 to %(most)s characters.") % {"most": LONGEST_LABEL})
    if len(field.hint) > LONGEST_HINT:
        yield FieldError("hint", _("A hint has at most %(most)s characters.") % {"most": LONGEST_HINT})
    if not KEY.fullmatch(field.key) or len(field.key) > 40:  # noqa: PLR2004  # as wide as its column
        yield FieldError(
            "key",
            _("“%(key)s” is no key: small letters, digits and single underscores are, a letter first.")
            % {"key": field.key[:60]},
        )
    if field.key in RESERVED_KEYS:
        yield FieldError(
            "key", _("“%(key)s” is taken by the product. Choose another name.") % {"key": field.key}
        )


def _choices(field: FieldTerms) -> Iterator[FieldError]:
    if field.unique not in {"", "company", "all"}:
        yield FieldError("unique", _("Unique in what? “company” or “all”."))
    if field.role and field.kind not in ROLES.get(field.role, frozenset()):
        yield FieldError(
            "role",
            _("A field of the kind “%(kind)s” cannot be “%(role)s”.")
            % {"kind": field.kind, "role": field.role[:40]},
        )
    for name in ("view", "edit"):
        if getattr(field, name) and getattr(field, name) not in PERMISSIONS:
            yield FieldError(name, _("“%(name)s” is no permission.") % {"name": getattr(field, name)[:40]})
    if not 0 <= field.weight <= 3:  # noqa: PLR2004  # not at all, as notes, as words, as names
        yield FieldError("weight", _("A weight is from 0 (not searched) to 3."))


def _default(kind: FieldKind, field: FieldTerms) -> Iterator[FieldError]:
    try:
        kind.clean(field.default, field)
    except WrongValue as wrong:
        yield FieldError("default", str(wrong))


def _together(fields: Sequence[FieldTerms]) -> Iterator[FieldError]:
    """What only shows when all fields are looked at: two of one key or role, formulas that ask for each other."""
    for part, words in (
        ("key", _("Two fields have the key “%(name)s”.")),
        ("role", _("Two fields are “%(name)s”: one is.")),
    ):
        times = Counter(getattr(field, part) for field in fields if getattr(field, part))
        for name in [name for name, n in times.items() if n > 1]:
            yield FieldError("fields", words % {"name": name})
    yield from _formulas(fields)


def _counted(terms: TypeTerms) -> Iterator[FieldError]:
    if terms.counts_as not in COUNTED:
        yield FieldError(
            "counts_as", _("Records of a type count as “licence”, or as nothing; not as “%(name)s”.") % {"name": terms.counts_as[:40]}
        )  # fmt: skip
        return
    if missing := COUNTED[terms.counts_as] - {field.role for field in terms.fields}:
        yield FieldError(
            "counts_as", _("To count as a licence, a type needs fields that mean: %(roles)s.") % {"roles": ", ".join(sorted(missing))}
        )  # fmt: skip


def _formulas(fields: Sequence[FieldTerms]) -> Iterator[FieldError]:
    kinds = {field.key: field.kind for field in fields}
    asked: dict[str, frozenset[str]] = {}
    for field in fields:
        if field.kind != "computed":
            continue
        try:
            asked[field.key] = names_in(parse_formula(field.formula))
        except FormulaRefused:
            continue
        for name in sorted(asked[field.key]):
            if kinds.get(name) not in NUMBERS:
                yield FieldError(
                    "fields",
                    _("The formula of “%(label)s” speaks of “%(name)s”, which is no field with a number.")
                    % {"label": field.label, "name": name[:60]},
                )
    if len(in_order(asked)) < len(asked):
        yield FieldError(
            "fields", _("The formulas of these fields ask for each other in a ring: %(names)s.")
            % {"names": ", ".join(sorted(set(asked) - set(in_order(asked))))},
        )  # fmt: skip


def in_order(asked: Mapping[str, frozenset[str]]) -> list[str]:
    """Computed fields, each after those it asks for; those in a ring are left out.

    >>> in_order({"a": frozenset({"b"}), "b": frozenset({"seats"}), "c": frozenset({"c"})})
    ['b', 'a']
    """
    done: list[str] = []
    waiting = dict(asked)
    while ready := [key for key, names in waiting.items() if not names & set(waiting)]:
        done += ready
        for key in ready:
            del waiting[key]
    return done


def check_kept(before: FieldTerms, after: FieldTerms) -> None:
    """Refuse to change what stored values stand on."""
    for name in KEPT:
        if getattr(before, name) != getattr(after, name):
            raise InvalidValue.of(
                f"fields.{before.key}.{name}",
                _("“%(label)s” keeps its “%(name)s”: values were stored under it. Take the field off and add another.")
                % {"label": before.label, "name": name},
            )  # fmt: skip
