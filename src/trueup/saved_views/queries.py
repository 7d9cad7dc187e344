"""Reading saved views: one's own, and those shared in companies whose list one may see."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.base.registers import Register
from trueup.saved_views.models import DefaultView, SavedView


def views_visible_to(*, actor: Actor, registers: Iterable[Register]) -> QuerySet[SavedView]:
    """Views of the lists: shared ones of the companies in view, then one's own; each with ``is_own_default``."""
    visible = Q(pk__in=[])
    for register in registers:
        if not actor.may_somewhere(register.view):
            continue
        companies = actor.companies(register.view)
        shared = Q(company__isnull=False) if companies is None else Q(company_id__in=companies)
        visible |= Q(list_name=register.name) & (shared | Q(company=None, maker_id=actor.user_id))
    own = DefaultView.objects.filter(user_id=actor.user_id or 0, view=OuterRef("pk"))
    rows: QuerySet[SavedView] = (
        SavedView.objects.filter(visible, withdrawn_at=None)
        .annotate(is_own_default=Exists(own))
        .select_related("company", "maker")
        .order_by(F("company__name").asc(nulls_last=True), "name", "pk")
    )
    return rows


def view_for(*, actor: Actor, register: Register, view_id: int) -> SavedView:
    """One view of a list; another company's, another person's and another list's are not found."""
    return view_among(actor=actor, registers=[register], view_id=view_id)


def view_among(*, actor: Actor, registers: Iterable[Register], view_id: int) -> SavedView:
    """One view of any of the lists."""
    view: SavedView | None = views_visible_to(actor=actor, registers=registers).filter(pk=view_id).first()
    if view is None:
        raise NotFound(_("There is no view %(view_id)s.") % {"view_id": view_id})
    return view


def withdrawn_view_for(*, actor: Actor, registers: Iterable[Register], view_id: int) -> SavedView:
    """A view that was withdrawn, for whoever might change it."""
    lists = [register.name for register in registers]
    view: SavedView | None = (
        SavedView.objects.filter(pk=view_id, list_name__in=lists)
        .exclude(withdrawn_at=None)
        .select_related("company", "maker")
        .first()
    )
    if view is None or not may_change(actor=actor, view=view):
        raise NotFound(_("There is no view %(view_id)s.") % {"view_id": view_id})
    return view


def may_change(*, actor: Actor, view: SavedView) -> bool:
    """Its maker may, as long as the company is theirs; in a company its owners may."""
    if actor.read_only or actor.user_id is None:
        return False
    if view.company_id is None:
        return view.maker_id == actor.user_id
    is_maker = view.maker_id == actor.user_id and bool(actor.rights_in(view.company_id))
    return is_maker or actor.may(Permission.COMPANIES_MANAGE, view.company_id)


def may_appoint(*, actor: Actor, company_id: int) -> bool:
    """Whether the actor decides with which view lists of the company open."""
    return actor.may(Permission.COMPANIES_MANAGE, company_id)


def default_of(*, views: Iterable[SavedView], actor: Actor) -> SavedView | None:
    """With which of the views the list opens: one's own choice, else the company's where one company is in view."""
    found = list(views)
    mine = next((view for view in found if getattr(view, "is_own_default", False)), None)
    if mine is not None:
        return mine
    companies = {view.company_id for view in found if view.is_company_default}
    if len(companies) != 1 or not _is_alone(actor, companies):
        return None
    return next(view for view in found if view.is_company_default)


def _is_alone(actor: Actor, companies: set[int | None]) -> bool:
    in_view = actor.companies(Permission.COMPANIES_VIEW)
    return in_view is not None and set(in_view) == companies
