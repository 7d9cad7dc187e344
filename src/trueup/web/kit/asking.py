"""What an address asks of a list, taken apart: rows, columns, view and row height; and the addresses that change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from trueup.base.listing import parse_kindly
from trueup.base.problems import NotFound
from trueup.base.registers import Column, Fault, Listing, Register
from trueup.saved_views.keeping import ALWAYS, kept, parameters_of, query_of
from trueup.saved_views.queries import default_of
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import Look

if TYPE_CHECKING:
    from trueup.saved_views.models import SavedView

PAGING = ("after", "before", "cursor")
OURS = frozenset({"format", "bom", "page", "view", "changed", "edit", "totals", "move", "columns", "sort"})
"""Parameters of the page that are read here and not by the register."""
ROW_HEIGHTS = ("compact", "normal")


@dataclass(frozen=True)
class Asked:
    """An address taken apart. ``given`` are the parameters of the list itself; ``view`` is the saved view it stands on,
    ``faults`` are what had to be left out.
    """

    path: str
    listing: Listing
    columns: tuple[Column, ...]
    given: Mapping[str, str]
    faults: tuple[Fault, ...] = ()
    view: SavedView | None = None
    has_default: bool = False
    adds_up: bool = False

    @cached_property
    def query(self) -> str:
        """What the list was asked, whole and without a view: what is saved, exported and acted upon."""
        return query_of(self.given)

    @property
    def is_changed(self) -> bool:
        """Whether the list shows something else than the view it stands on."""
        return self.view is not None and not self._is_of_view(self.given)

    def url(self, **changes: str | None) -> str:
        """This list with some parameters changed (None drops one); the page starts anew."""
        given = {name: value for name, value in self.given.items() if name not in PAGING} | changes
        query = urlencode(self._parameters({name: value for name, value in given.items() if value}))
        return f"{self.path}?{query}" if query else self.path

    @property
    def reset_url(self) -> str:
        """The view as it was saved."""
        return f"{self.path}?view={self.view.pk}" if self.view else self.path

    def _is_of_view(self, given: Mapping[str, str | None]) -> bool:
        state = {name: value for name, value in given.items() if value}
        return self.view is not None and kept(state) == parameters_of(self.view.query)

    def _parameters(self, given: Mapping[str, str]) -> dict[str, str]:
        """Standing on a view, an unchanged state is the view's number, a changed one is written out beside it."""
        if self.view is not None:
            passing = {name: value for name, value in given.items() if name not in kept(given)}
            same = self._is_of_view(given)
            return {"view": str(self.view.pk), **(passing if same else {"changed": "1", **given})}
        if self.has_default and not kept(given):
            return {"view": ALWAYS, **given}
        return dict(given)

    def carried(self, *without: str) -> dict[str, str]:
        """What a form of this list takes along in hidden fields, without the parameters it sets itself."""
        left = {name: value for name, value in self.given.items() if name not in {*PAGING, *without}}
        if self.view is not None:
            return {"view": str(self.view.pk), "changed": "1", **left}
        return {"view": ALWAYS, **left} if self.has_default else left

    def sort_of(self, column: Column) -> tuple[str, str]:
        """The address that sorts by the column (turned round if it is sorted by already), and how it is sorted now."""
        if not column.sortable:
            return "", ""
        first = self.listing.sort.split(",")[0]
        if first.lstrip("-") != column.key:
            return self.url(sort=column.key), ""
        down = first.startswith("-")
        return self.url(sort=column.key if down else f"-{column.key}"), "descending" if down else "ascending"

    def then_by(self, column: Column) -> str:
        """The address that sorts by the column where the first key leaves rows equal."""
        first, *others = self.listing.sort.split(",")
        if not column.sortable or first.lstrip("-") in {column.key, "id"}:
            return ""
        turned = f"-{column.key}" if column.key in others else column.key
        return self.url(sort=f"{first},{turned}")


def asked_of(
    request: HttpRequest,
    register: Register,
    look: Look,
    *,
    views: Sequence[SavedView] = (),
    keeps_views: bool = False,
) -> Asked:
    """Take the address apart. What the register does not know is left out and named."""
    view, given, has_default = _stated(request, views) if keeps_views else (None, _plain(request), False)
    keys = given.get("columns", "").split(",") if given.get("columns") else []
    listing, faults = parse_kindly(
        register, {name: value for name, value in given.items() if name != "columns"}
    )
    columns = tuple(column for key in dict.fromkeys(keys) if (column := register.column(key)) is not None)
    lost = [key for key in keys if register.column(key) is None]
    faults += tuple(
        Fault("columns", key, _("The list has no column “%(name)s”.") % {"name": key}) for key in lost
    )
    wrong = {fault.name for fault in faults} - {"columns"}
    given = {name: value for name, value in given.items() if name not in wrong}
    if lost:
        given["columns"] = ",".join(column.key for column in columns)
    return Asked(
        request.path, listing, columns or _default(register, look, request), given, faults, view, has_default,
        adds_up=bool(request.GET.get("totals")),
    )  # fmt: skip


def _stated(
    request: HttpRequest, views: Sequence[SavedView]
) -> tuple[SavedView | None, dict[str, str], bool]:
    """The view an address stands on and the parameters that come to: its own, with the address's on top or instead."""
    default = default_of(views=views, actor=actor_in(request))
    wanted = request.GET.get("view", "")
    given = _plain(request)
    if not request.GET:
        view = default
    elif wanted in {"", ALWAYS}:
        return None, given, default is not None
    else:
        view = next((view for view in views if str(view.pk) == wanted), None)
        if view is None:
            raise NotFound(_("There is no view %(view_id)s.") % {"view_id": wanted})
    if view is not None and not request.GET.get("changed"):
        given = parameters_of(view.query) | given
    return view, given, default is not None


def _plain(request: HttpRequest) -> dict[str, str]:
    """The parameters of the list as the address has them; those with several fields of a form put together."""
    given = {name: str(value) for name, value in request.GET.items() if value and name not in OURS}
    for name in ("sort", "columns"):
        parts = [part for value in request.GET.getlist(name) for part in str(value).split(",") if part]
        if parts:
            given[name] = ",".join(dict.fromkeys(parts))
    if given.get("columns") and request.GET.get("move"):
        given["columns"] = ",".join(_moved(given["columns"].split(","), str(request.GET["move"])))
    return given


def _moved(keys: list[str], move: str) -> list[str]:
    """The columns with one of them a place earlier or later: ``owner:up``."""
    key, _colon, way = move.partition(":")
    if key in keys:
        place = keys.index(key)
        there = place + (-1 if way == "up" else 1)
        if 0 <= there < len(keys):
            keys[place], keys[there] = keys[there], keys[place]
    return keys


def _default(register: Register, look: Look, request: HttpRequest) -> tuple[Column, ...]:
    """The columns shown unless others are asked for; the company only where there is more than one to tell apart."""
    companies = actor_in(request).companies(register.view)
    alone = companies is not None and len(companies) == 1
    hidden = look.beside | ({"company"} if alone else set())
    return tuple(column for column in register.columns if column.shown and column.key not in hidden)
