"""Keeping views of lists: save, change, make default, withdraw, restore."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.actor import Actor
from trueup.base.listing import parse_listing
from trueup.base.problems import Conflict, InvalidValue, NotAllowed, NotFound
from trueup.base.registers import Register
from trueup.saved_views.keeping import parameters_of, query_of
from trueup.saved_views.models import DefaultView, SavedView
from trueup.saved_views.queries import may_appoint, may_change, view_for, withdrawn_view_for

LONGEST_NAME = 60
LONGEST_QUERY = 2000
MOST_VIEWS = 100


class ViewNameTaken(InvalidValue):
    """The list has a view of that name for the same people."""

    title = gettext_lazy("There is a view of that name")


class TooManyViews(Conflict):
    """Somebody keeps more views of a list than tabs can hold."""

    title = gettext_lazy("Too many views")


@dataclass(frozen=True, slots=True)
class ViewTerms:
    """What a view is called and who sees it: its maker, or everybody in the company who may see the list."""

    name: str
    company_id: int | None = None


def save_view(*, actor: Actor, register: Register, terms: ViewTerms, query: str, at: datetime) -> SavedView:
    """Keep what a list was asked under a name."""
    maker_id = _writer(actor, register)
    _require_sight(actor, register, terms.company_id)
    if (
        SavedView.objects.filter(maker_id=maker_id, list_name=register.name, withdrawn_at=None).count()
        >= MOST_VIEWS
    ):
        raise TooManyViews(
            _("%(name)s keeps %(most)s views of this list: delete one first.")
            % {"name": actor.name, "most": MOST_VIEWS}
        )
    with transaction.atomic():
        view = _stored(
            SavedView(
                company_id=terms.company_id, maker_id=maker_id, list_name=register.name, name=_name(terms.name),
                query=_query(register, query), created_at=at,
            )
        )  # fmt: skip
        _note(actor, view, "saved_views.view_saved", at, query=view.query, shared=view.company_id is not None)
    return view


def change_view(
    *, actor: Actor, register: Register, view_id: int, terms: ViewTerms, at: datetime
) -> SavedView:
    """Rename a view, share it with a company, or take it back to oneself."""
    view = _changeable(actor, register, view_id)
    _require_sight(actor, register, terms.company_id)
    if terms.company_id is None and view.maker_id != actor.user_id:
        raise InvalidValue.of(
            "company",
            _("Only %(maker)s, who made this view, can take it back.") % {"maker": view.maker.username},
        )
    before = {"name": view.name, "company": view.company_id}
    view.name = _name(terms.name)
    view.is_company_default = view.is_company_default and view.company_id == terms.company_id
    view.company_id = terms.company_id
    after = {"name": view.name, "company": view.company_id}
    with transaction.atomic():
        if before["company"] != after["company"]:
            DefaultView.objects.filter(view=view).exclude(user_id=view.maker_id).delete()
        _update(view, "name", "company_id", "is_company_default")
        _note(actor, view, "saved_views.view_changed", at, **_changes(before, after))
    return view


def rewrite_view(*, actor: Actor, register: Register, view_id: int, query: str, at: datetime) -> SavedView:
    """Let a view keep something else."""
    view = _changeable(actor, register, view_id)
    before, view.query = view.query, _query(register, query)
    with transaction.atomic():
        _update(view, "query")
        _note(actor, view, "saved_views.view_rewritten", at, query=[before, view.query])
    return view


def prefer_view(*, actor: Actor, register: Register, view_id: int, preferred: bool, at: datetime) -> None:
    """Let a list open with a view for oneself, or no longer."""
    view = view_for(actor=actor, register=register, view_id=view_id)
    user_id = _writer(actor, register)
    own = DefaultView.objects.filter(user_id=user_id, list_name=register.name)
    with transaction.atomic():
        gone, _each = own.exclude(view=view).delete() if preferred else own.filter(view=view).delete()
        made = 0
        if preferred and not own.exists():
            choice = DefaultView(user_id=user_id, list_name=register.name, view=view)
            made = len(DefaultView.objects.bulk_create([choice], ignore_conflicts=True))
        if gone or made:
            _note(actor, view, "saved_views.view_preferred", at, preferred=[not preferred, preferred])


def appoint_view(*, actor: Actor, register: Register, view_id: int, appointed: bool, at: datetime) -> None:
    """Let a list of the company open with a shared view for everybody who chose nothing else, or no longer."""
    view = view_for(actor=actor, register=register, view_id=view_id)
    if view.company_id is None:
        raise InvalidValue.of(
            "company_default", _("Share the view with the company first: only then can lists open with it.")
        )
    if actor.read_only or not may_appoint(actor=actor, company_id=view.company_id):
        raise NotAllowed(_("Only an owner of the company decides with which view its lists open."))
    if view.is_company_default == appointed:
        return
    with transaction.atomic():
        of_company = SavedView.objects.filter(company_id=view.company_id, list_name=register.name)
        of_company.filter(is_company_default=True).update(is_company_default=False)
        view.is_company_default = appointed
        _update(view, "is_company_default")
        _note(actor, view, "saved_views.view_appointed", at, appointed=[not appointed, appointed])


def withdraw_view(*, actor: Actor, register: Register, view_id: int, at: datetime) -> SavedView:
    """Delete a view; it can be restored. Lists that opened with it open as they come."""
    view = _changeable(actor, register, view_id)
    view.withdrawn_at = at
    with transaction.atomic():
        _update(view, "withdrawn_at")
        _note(actor, view, "saved_views.view_withdrawn", at, query=view.query)
    return view


def restore_view(*, actor: Actor, register: Register, view_id: int, at: datetime) -> SavedView:
    """Take the deletion of a view back."""
    view = withdrawn_view_for(actor=actor, registers=[register], view_id=view_id)
    view.withdrawn_at = None
    of_company = SavedView.objects.filter(company=view.company, list_name=register.name, withdrawn_at=None)
    view.is_company_default = (
        view.is_company_default and not of_company.filter(is_company_default=True).exists()
    )
    with transaction.atomic():
        _update(view, "withdrawn_at", "is_company_default")
        _note(actor, view, "saved_views.view_restored", at)
    return view


def _writer(actor: Actor, register: Register) -> int:
    """A person whose rights are not narrowed to reading keeps views; the product itself has no tabs."""
    if actor.read_only or actor.user_id is None or not actor.may_somewhere(register.view):
        raise NotAllowed(
            _("%(name)s cannot keep views of this list: a signed-in person who may see the list can.")
            % {"name": actor.name},
            permission=str(register.view),
        )
    return actor.user_id


def _require_sight(actor: Actor, register: Register, company_id: int | None) -> None:
    if company_id is not None and not actor.may(register.view, company_id):
        raise NotFound(_("There is no company %(company_id)s.") % {"company_id": company_id})


def _changeable(actor: Actor, register: Register, view_id: int) -> SavedView:
    view = view_for(actor=actor, register=register, view_id=view_id)
    if not may_change(actor=actor, view=view):
        raise NotAllowed(
            _(
                "“%(view)s” is changed by %(maker)s, who made it, or by an owner of the company. Save it as a view of yours."
            )
            % {"view": view.name, "maker": view.maker.name or view.maker.username}
        )
    return view


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise InvalidValue.of(
            "name", _("A view needs a name of 1 to %(most)s characters.") % {"most": LONGEST_NAME}
        )
    return name


def _query(register: Register, query: str) -> str:
    """What is kept, if the list understands it."""
    parameters = parameters_of(query)
    parse_listing(register, parameters)
    text = query_of(parameters)
    if len(text) > LONGEST_QUERY:
        raise InvalidValue.of(
            "query", _("A view keeps at most %(most)s characters of filters.") % {"most": LONGEST_QUERY}
        )
    return text


def _stored(view: SavedView) -> SavedView:
    with _once_a_name(view):
        return SavedView.objects.bulk_create([view])[0]


def _update(view: SavedView, *names: str) -> None:
    with _once_a_name(view):
        SavedView.objects.filter(pk=view.pk).update(**{name: getattr(view, name) for name in names})


@contextmanager
def _once_a_name(view: SavedView) -> Iterator[None]:
    """Turn the clash of two names into a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if "view_once_a_name" not in str(clash):
            raise
        raise ViewNameTaken.of(
            "name", _("This list has a view “%(name)s” already: choose another name.") % {"name": view.name}
        ) from clash


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def _note(actor: Actor, view: SavedView, event: str, at: datetime, **details: Any) -> None:
    facts = {"list": view.list_name, **details}
    happening = Happening(event, "view", view.pk, view.name, facts)
    record(actor=actor, company_id=view.company_id, at=at, happening=happening)
