"""Plans for what ends: renew so many, negotiate, or drop; who decides, until when, and how far it is (R-152, R-153)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound, Stale, UnknownField
from trueup.contracts.queries import bare_contract_for
from trueup.licences.models import RenewalPlan
from trueup.licences.plan_choices import PlanKind, PlanState
from trueup.licences.queries import bare_licence_for
from trueup.people.queries import person_for

CHANGEABLE = frozenset({"kind", "units", "state", "owner_id", "due_on", "note"})
MOST_NOTE = 4000


class PlannedAlready(Conflict):
    """There is an unfinished plan for the licence or contract."""

    title = gettext_lazy("Planned already")


class PlanDone(Conflict):
    """The plan was carried out and is history."""

    title = gettext_lazy("The plan is done")


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """A plan as given; ``units`` is what is to be renewed, of a licence only."""

    kind: str
    units: int | None = None
    state: str = PlanState.OPEN
    owner_id: int | None = None
    due_on: date | None = None
    note: str = ""


def plan_renewal(
    *,
    actor: Actor,
    terms: PlanTerms,
    at: datetime,
    licence_id: int | None = None,
    contract_id: int | None = None,
) -> RenewalPlan:
    """Write down what is meant to become of a licence or of a contract."""
    if (licence_id is None) == (contract_id is None):
        raise InvalidValue.of("licence", _("A plan is about one licence or about one contract."))
    plan = RenewalPlan(created_at=at)
    if licence_id is not None:
        plan.licence = bare_licence_for(
            actor=actor, licence_id=licence_id, permission=Permission.LICENCES_CHANGE
        )
        plan.company_id = plan.licence.company_id
    elif contract_id is not None:
        plan.contract = bare_contract_for(
            actor=actor, contract_id=contract_id, permission=Permission.CONTRACTS_CHANGE
        )
        plan.company_id = plan.contract.company_id
    for name in CHANGEABLE:
        setattr(plan, name, getattr(terms, name))
    _check(plan, actor)
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
            _record(actor, plan, "licences.renewal_planned", at, {"kind": plan.kind, "units": plan.units})
    except IntegrityError as taken:
        if "one_unfinished_plan" not in str(taken):
            raise
        raise PlannedAlready(
            _("There is a plan for it already. Change that one; once it is done, another can be made.")
        ) from taken
    return plan


def change_plan(
    *, actor: Actor, plan_id: int, changes: Mapping[str, Any], revision: int | None, at: datetime
) -> RenewalPlan:
    """Change named fields of a plan; one that is done stays as it was."""
    plan = plan_for(actor=actor, plan_id=plan_id, change=True)
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise UnknownField(
            _("Fields that cannot be changed here: %(names)s.") % {"names": ", ".join(unknown)}
        )
    if plan.state == PlanState.DONE:
        raise PlanDone(_("The plan was carried out. Make a new one for the term that runs now."))
    old = {name: getattr(plan, name) for name in changes}
    for name, value in changes.items():
        setattr(plan, name, value)
    _check(plan, actor)
    with transaction.atomic():
        expected = plan.revision if revision is None else revision
        rows = RenewalPlan.objects.filter(pk=plan.pk, revision=expected)
        if not rows.update(**changes, revision=expected + 1):
            raise Stale(
                _("Someone changed this plan since you opened it. Look at the new values, then save again.")
            )
        details = {name: [old[name], value] for name, value in changes.items() if old[name] != value}
        _record(actor, plan, "licences.plan_changed", at, details)
    return plan_for(actor=actor, plan_id=plan_id)


def take_plan(*, actor: Actor, plan_id: int, licence_id: int | None, contract_id: int | None) -> None:
    """Take the lock of a plan that is about to be carried out, first of all locks, in the caller's transaction.

    Refuses a plan of something else, and one that is done.
    """
    plan = plan_for(actor=actor, plan_id=plan_id, change=True)
    if (plan.licence_id, plan.contract_id) != (licence_id, contract_id):
        raise NotFound(_("There is no plan %(id)s.") % {"id": plan_id})
    if RenewalPlan.objects.select_for_update().get(pk=plan.pk).state == PlanState.DONE:
        raise PlanDone(_("The plan was carried out. Make a new one for the term that runs now."))


def mark_carried_out(*, plan_id: int, line_id: int | None) -> None:
    """Note that a plan became a line or a contract, in the transaction that took it."""
    RenewalPlan.objects.filter(pk=plan_id).update(
        state=PlanState.DONE, line_id=line_id, revision=F("revision") + 1
    )


def _check(plan: RenewalPlan, actor: Actor) -> None:
    if plan.kind not in PlanKind.values:
        words = _("“%(kind)s” is no plan: %(known)s is.")
        raise InvalidValue.of("kind", words % {"kind": plan.kind, "known": ", ".join(PlanKind.values)})
    if plan.state not in PlanState.values:
        words = _("“%(state)s” is no state of a plan: %(known)s is.")
        raise InvalidValue.of("state", words % {"state": plan.state, "known": ", ".join(PlanState.values)})
    if plan.units is not None and (plan.units < 0 or plan.licence_id is None):
        raise InvalidValue.of("units", _("Units are a whole number from 0 on, and only licences have them."))
    if len(plan.note) > MOST_NOTE:
        raise InvalidValue.of("note", _("The note is longer than %(n)s letters.") % {"n": MOST_NOTE})
    if plan.owner_id:
        person_for(actor=actor, person_id=plan.owner_id, company_id=plan.company_id)


def plans_visible_to(*, actor: Actor) -> QuerySet[RenewalPlan]:
    """Plans of the actor's companies: those of licences with sight of licences, those of contracts likewise."""
    rows: QuerySet[RenewalPlan] = RenewalPlan.objects.visible_to(actor, Permission.LICENCES_VIEW)
    return rows & RenewalPlan.objects.visible_to(actor, Permission.CONTRACTS_VIEW)


def plan_for(*, actor: Actor, plan_id: int, change: bool = False) -> RenewalPlan:
    """One plan; ``change`` asks for the right to change what it is about."""
    rows = plans_visible_to(actor=actor).select_related("licence__product", "contract", "owner", "line")
    plan = rows.filter(pk=plan_id).first()
    if plan is None:
        raise NotFound(_("There is no plan %(id)s.") % {"id": plan_id})
    if change:
        right = Permission.LICENCES_CHANGE if plan.licence_id else Permission.CONTRACTS_CHANGE
        actor.require(right, plan.company_id)
    return plan


def _record(actor: Actor, plan: RenewalPlan, event: str, at: datetime, details: Mapping[str, Any]) -> None:
    """Into the history of what the plan is about."""
    if plan.licence is not None:
        happening = Happening(event, "licence", plan.licence_id, str(plan.licence.product.name), details)
    else:
        happening = Happening(event, "contract", plan.contract_id, plan.contract.name if plan.contract else "", details)  # fmt: skip
    record(actor=actor, company_id=plan.company_id, at=at, happening=happening)
