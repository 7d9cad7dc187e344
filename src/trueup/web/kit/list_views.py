"""The tabs above a list: its standard views, those shared in the company, one's own; and what can be done with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse

from trueup.base.listing import parse_kindly
from trueup.base.lists.nearby import MOST_COUNTED, counts_of, is_cheap
from trueup.base.registers import Listing, Register
from trueup.saved_views.keeping import ALWAYS, kept, parameters_of, query_of
from trueup.saved_views.queries import may_change
from trueup.web.kit.asking import Asked
from trueup.web.kit.list_cells import Look
from trueup.web.kit.panels import Tab

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.saved_views.models import SavedView

NOT_OF_A_TAB = ("sort", "columns", "rows", "group", "folded")
"""Whoever looks at a standard view in another order, or grouped, still looks at it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a list stands: on which view, whether changed, and the addresses of what can be done about it."""

    view: SavedView | None
    is_changed: bool
    may_change: bool
    save_as_url: str
    edit_url: str = ""
    rewrite_url: str = ""
    reset_url: str = ""
    query: str = ""
    next_url: str = ""


def tabs_of(
    register: Register,
    look: Look,
    asked: Asked,
    views: Sequence[SavedView],
    *,
    actor: Actor,
    **rows_arguments: Any,
) -> list[Tab]:
    """Standard views, shared ones, one's own. They are counted only where the whole list is short."""
    here = _rows_only(asked.given)
    standard = [(f"s{place}", view, dict(parse_qsl(view.query))) for place, view in enumerate(look.views)]
    saved = [(f"v{view.pk}", view, parameters_of(view.query)) for view in views]
    queries = {key: parameters for key, _view, parameters in (*standard, *saved)}
    counted = _counts(register, queries, actor=actor, **rows_arguments)
    tabs = [
        Tab(
            view.label,
            _standard_url(asked, parameters),
            current=asked.view is None and _rows_only(parameters) == here,
            count=counted.get(key),
        )
        for key, view, parameters in standard
    ]
    tabs += [
        Tab(
            view.name,
            f"{asked.path}?view={view.pk}",
            current=asked.view is not None and asked.view.pk == view.pk,
            count=counted.get(key),
        )
        for key, view, _parameters in saved
    ]
    return tabs


def _standard_url(asked: Asked, parameters: Mapping[str, str]) -> str:
    if not parameters:
        return f"{asked.path}?view={ALWAYS}" if asked.has_default else asked.path
    return f"{asked.path}?{urlencode(parameters)}"


def _rows_only(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in kept(parameters).items() if name not in NOT_OF_A_TAB}


def _counts(
    register: Register, queries: Mapping[str, Mapping[str, str]], *, actor: Actor, **rows_arguments: Any
) -> dict[str, int]:
    """How many rows each view has: in two queries, and only where that costs little."""
    if len(queries) < 2 or not is_cheap(register, actor=actor, most=MOST_COUNTED, **rows_arguments):  # noqa: PLR2004 - one view is the list itself
        return {}
    listings: dict[str, Listing] = {}
    for key, parameters in queries.items():
        listings[key], _faults = parse_kindly(
            register, {name: value for name, value in parameters.items() if name != "columns"}
        )
    counted = counts_of(register, actor=actor, listings=listings, **rows_arguments)
    return {key: counted[key] for key in queries}


def standing_of(register: Register, look: Look, asked: Asked, actor: Actor) -> Standing | None:
    """What the line under the tabs offers; nothing on a list as it comes."""
    here, query = asked.url(), asked.query
    is_standard = query in {query_of(dict(parse_qsl(view.query))) for view in look.views} | {""}
    if (asked.view is None and is_standard) or actor.user_id is None:
        return None
    view = asked.view
    save_as = f"{reverse('view_new')}?{urlencode({'list': register.name, 'query': query, 'next': here})}"
    if view is None:
        return Standing(None, is_changed=False, may_change=False, save_as_url=save_as)
    back = urlencode({"next": asked.path})
    return Standing(
        view,
        is_changed=asked.is_changed,
        may_change=may_change(actor=actor, view=view),
        save_as_url=save_as,
        edit_url=f"{reverse('view_edit', args=[view.pk])}?{back}",
        rewrite_url=reverse("view_rewrite", args=[view.pk]),
        reset_url=asked.reset_url,
        query=query,
        next_url=asked.reset_url,
    )
