"""Renewals as programs ask for them: filters with lookups, unknown ones refused, and a walk that skips nothing (C-041)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from trueup.base.actor import Actor
from trueup.base.listing import page_size
from trueup.base.problems import InvalidValue, UnknownParameter
from trueup.reports.renewals.detail import Renewal, renewals_with
from trueup.reports.renewals.endings import BOTH, Key, Sought, first_endings, number_of_endings

DAYS = {"expires_on": "valid_to", "decide_by": "decide_by"}
LOOKUPS = ("", "lt", "lte", "gt", "gte")
IDS = {"company": "company_id", "owner": "owner_id"}
KNOWN = ("expires_on", "decide_by", "company", "owner", "renews_itself", "kind", "q", "cursor", "limit", "on")
ROWS, MOST_COUNTED = 50, 10_000
MOST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page: rows by the day to decide, the cursor of the next page, and the count of all up to ``MOST_COUNTED``."""

    rows: list[Renewal]
    next: str
    count: int


def find_renewals(*, actor: Actor, on: date, query: Mapping[str, str]) -> Found:
    """What the query asks for. Raises UnknownParameter, InvalidValue."""
    where = Q(valid_to__gte=on)
    for name, value in query.items():
        where &= _condition(name, value)
    kinds = (query["kind"],) if query.get("kind") else BOTH
    sought = Sought(actor, on, where, query.get("q", ""), kinds)
    limit = page_size(query.get("limit", ""), ROWS)
    found = first_endings(sought, after=_read_cursor(query.get("cursor", "")), most=limit + 1)
    part = found[:limit]
    rows = renewals_with(actor=actor, on=on, endings=part)
    following = _cursor(part[-1].key) if len(found) > limit else ""
    return Found(rows, following, number_of_endings(sought, most=MOST_COUNTED))


def _condition(name: str, value: str) -> Q:
    key, _mark, lookup = name.partition("__")
    if key in DAYS and lookup in LOOKUPS:
        return Q(**{f"{DAYS[key]}__{lookup}" if lookup else DAYS[key]: _day(name, value)})
    if lookup or key not in KNOWN:
        words = _("“%(name)s” is no filter of renewals. Known: %(known)s; days also with __lt, __lte, __gt, __gte.")  # fmt: skip
        raise UnknownParameter(words % {"name": name, "known": ", ".join(KNOWN)})
    if key in IDS:
        if not value.isascii() or not value.isdigit() or int(value) > MOST_ID:
            raise InvalidValue.of(name, _("“%(value)s” is no id.") % {"value": value})
        return Q(**{IDS[key]: int(value)})
    if key == "kind" and value not in BOTH:
        words = _("“%(value)s” is neither licence nor contract.")
        raise InvalidValue.of(name, words % {"value": value})
    return Q(renews_itself=_flag(name, value)) if key == "renews_itself" else Q()


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as wrong:
        words = _("“%(value)s” is no day: write it as 2026-06-30.")
        raise InvalidValue.of(name, words % {"value": value}) from wrong


def _flag(name: str, value: str) -> bool:
    if value not in {"true", "false"}:
        raise InvalidValue.of(name, _("“%(value)s” is neither true nor false.") % {"value": value})
    return value == "true"


def _cursor(key: Key) -> str:
    text = json.dumps([key[0].isoformat(), *key[1:]])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> Key | None:
    if not cursor:
        return None
    try:
        day, kind, record_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return date.fromisoformat(day), str(kind), int(record_id)
    except (ValueError, TypeError, binascii.Error) as wrong:
        words = _("The cursor is not one of ours: take it from “next” of the page before.")
        raise InvalidValue.of("cursor", words) from wrong
