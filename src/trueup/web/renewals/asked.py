"""What the address of Renewals asks for: a period, a view, a grouping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from trueup.base.problems import InvalidValue, UnknownParameter

PERIODS = (30, 60, 90, 180, 365)
DEFAULT_DAYS, MOST_DAYS = 90, 3660
KNOWN = frozenset({"days", "from", "to", "q", "group", "month", "format", "page"})


@dataclass(frozen=True, slots=True)
class Asked:
    """The days from ``first`` to ``last``, both included; ``days`` is 0 where they were given freely."""

    path: str
    first: date
    last: date
    days: int
    words: str
    by_owner: bool
    given: Mapping[str, str]

    def query(self, **changes: str) -> str:
        """The parameters with some changed, to stand behind another view's address."""
        kept = {name: value for name, value in self.given.items() if name not in {"format", "page"}} | changes
        return urlencode({name: value for name, value in kept.items() if value})


def asked_of(request: HttpRequest, on: date) -> Asked:
    """Take the address apart; what it does not know is named, never ignored."""
    given = {name: str(value) for name, value in request.GET.items() if value}
    unknown = sorted(set(given) - KNOWN)
    if unknown:
        raise UnknownParameter(
            _("“%(name)s” is nothing that Renewals can be asked. Known: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(sorted(KNOWN))}
        )
    days = _days(given)
    first, last = on, on + timedelta(days=days)
    if "from" in given or "to" in given:
        first = _day(given, "from", on)
        last = _day(given, "to", first + timedelta(days=DEFAULT_DAYS))
        days = 0
    if last < first or (last - first).days > MOST_DAYS:
        raise InvalidValue.of("to", _("The last day lies before the first, or more than ten years after it."))
    return Asked(request.path, first, last, days, given.get("q", ""), given.get("group") == "owner", given)


def _days(given: Mapping[str, str]) -> int:
    text = given.get("days", str(DEFAULT_DAYS))
    if not text.isdigit() or not 1 <= int(text) <= MOST_DAYS:
        raise InvalidValue.of("days", _("“%(text)s” is no number of days from 1 to %(most)s.") % {"text": text, "most": MOST_DAYS})  # fmt: skip
    return int(text)


def _day(given: Mapping[str, str], name: str, otherwise: date) -> date:
    if name not in given:
        return otherwise
    try:
        return date.fromisoformat(given[name])
    except ValueError as wrong:
        raise InvalidValue.of(name, _("“%(text)s” is no day: write it as 2026-06-30.") % {"text": given[name]}) from wrong  # fmt: skip


def month_of(given: Mapping[str, str], on: date) -> date:
    """The first day of the month asked for."""
    text = given.get("month", f"{on:%Y-%m}")
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as wrong:
        raise InvalidValue.of("month", _("“%(text)s” is no month: write it as 2026-06.") % {"text": text}) from wrong  # fmt: skip
