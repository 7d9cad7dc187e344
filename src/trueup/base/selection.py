"""What somebody chose in a list: rows ticked one by one, or everything that matches what the list was asked for.

Everything is the list's own query and never a list of ids: whoever acts counts again, under the same filters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.actor import Actor
from trueup.base.listing import matching, parse_listing
from trueup.base.problems import InvalidValue
from trueup.base.registers import Register

MOST_CHOSEN = 50_000
OF_THE_PAGE = frozenset({"columns", "format", "page", "after", "before", "cursor", "limit", "sort"})
"""What an address may say besides which rows match."""


class NothingChosen(InvalidValue):
    """No row is ticked, or none matches any more."""

    title = gettext_lazy("Nothing is chosen")


class TooManyChosen(InvalidValue):
    """More rows match than one step may touch."""

    title = gettext_lazy("Too many rows")


@dataclass(frozen=True, slots=True)
class Selection:
    """Ticked ids or, with ``everything``, all rows that match ``query``: the part of the address after the ?."""

    ids: tuple[int, ...] = ()
    query: str = ""
    everything: bool = False


def chosen_rows(
    register: Register, *, actor: Actor, selection: Selection, **rows_arguments: Any
) -> list[tuple[int, int]]:
    """Id and company of each chosen row that the actor sees now, in the order of ids."""
    seen = register.seen_by(actor)
    if selection.everything:
        asked = {name: value for name, value in parse_qsl(selection.query) if name not in OF_THE_PAGE}
        rows = matching(seen, actor=actor, listing=parse_listing(seen, asked), **rows_arguments)
    else:
        rows = seen.rows(actor=actor, **rows_arguments).filter(pk__in=selection.ids)
    found = list(rows.order_by("pk").values_list("pk", "company_id")[: MOST_CHOSEN + 1])
    if not found:
        raise NothingChosen.of(
            "selected",
            _("No row is chosen: tick the rows meant, or take everything that matches the filter."),
        )
    if len(found) > MOST_CHOSEN:
        raise TooManyChosen.of(
            "selected",
            _("More than %(most)s rows match: that is too many for one step. Narrow the filter.")
            % {"most": MOST_CHOSEN},
        )
    return found


def mark_of(ids: Iterable[int]) -> str:
    """What a confirmation repeats, to prove that these very rows were looked at."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]
