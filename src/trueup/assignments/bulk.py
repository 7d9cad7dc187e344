"""Many holders in one step, from a list: looked at row by row before, done in one transaction and one batch.

The rules are those of a single assignment. What may not hold, is named twice or does not fit is said in its row; the
caller chooses whether that stops everything (``all``) or is left out (``fill``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from trueup.assignments.finishing import write_happenings
from trueup.assignments.fitting import fitting, room_in
from trueup.assignments.holding import Thing, Who, kind_of, name_of, who, who_of
from trueup.assignments.lawful import MOST_UNITS, RegionMismatch, WrongAssetClass, WrongHolder, check_holder
from trueup.assignments.models import HOLDERS, Assignment
from trueup.assignments.naming import Directory, Wish, directory_of, is_in_use
from trueup.assignments.outcomes import Item, Listing, Mode, NotAllFit, Outcome, TooManyRows
from trueup.assignments.seats import (
    AlreadyHeld,
    Deed,
    Seat,
    close_seats,
    line_up,
    lock_open,
    open_seats,
    refuse_second,
)
from trueup.assignments.simultaneous import NotEligible, eligibility_of
from trueup.assignments.sites import OutOfScope, scope_of
from trueup.audit.actions import close_batch, open_batch
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.licences.balances import LicenceExpired, LicenceRetired
from trueup.licences.metrics import may_hold, noun
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for, licence_for
from trueup.licences.seat_rules import UnitsOnRelease

MOST_ROWS = 10_000
ASSIGN_LIST, RELEASE_LIST = "assignments.assign_list", "assignments.release_list"
"""The kinds of our batches."""
CHANGE = Permission.ASSIGNMENTS_CHANGE
REFUSALS = {
    WrongHolder: Outcome.WRONG_KIND,
    RegionMismatch: Outcome.WRONG_REGION,
    WrongAssetClass: Outcome.WRONG_ASSET_CLASS,
    OutOfScope: Outcome.OUT_OF_SCOPE,
    NotEligible: Outcome.NOT_ELIGIBLE,
}
Judge = Callable[[Wish, Thing], Item]


def plan_assign_list(
    *, actor: Actor, licence_id: int, wishes: Sequence[Wish], on: date, is_list: bool = True
) -> Listing:
    """What would happen to each row today. Nothing is stored. Only a list somebody wrote has a longest length.

    Raises LicenceRetired, LicenceExpired: then no row could be carried out.
    """
    if is_list:
        _refuse_too_many(wishes)
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=CHANGE)
    if licence.retired_at:
        raise LicenceRetired(
            _("This licence is retired: no new holder can be added. Choose another licence.")
        )
    if licence.has_ended:
        raise LicenceExpired(
            _("No line of this licence is in force: expired units cannot be assigned. Renew it first.")
        )
    free = None if licence.unlimited else licence.purchased - licence.held
    return judge_assign(actor, licence, wishes, free=free, on=on)


def assign_list(
    *,
    actor: Actor,
    licence_id: int,
    wishes: Sequence[Wish],
    mode: Mode,
    at: datetime,
    on: date,
    reason: str = "",
    exemption: str = "",
) -> Listing:
    """Give units to everybody a list names, as one batch; in the mode ``all`` everybody or nobody.

    Raises NotAllFit with the result of each row in the mode ``all``.
    """
    _refuse_too_many(wishes)
    bare = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    with transaction.atomic():
        licence = line_up(actor=actor, licence=bare, at=at, on=on)
        free = None if licence.is_unlimited else licence.granted - licence.held
        plan = judge_assign(actor, licence, wishes, free=free, on=on, exemption=exemption)
        _refuse_partial(plan, mode)
        if not plan.ready:
            return plan
        batch_id = _begin(actor, licence, ASSIGN_LIST, at)
        deed = Deed(actor, licence, at, on, reason, batch_id, exemption)
        made, keys = open_seats(deed, [Seat(item.holder, item.units) for item in plan.ready if item.holder])
        done = plan.done(made, batch_id)
        _finish(done)
        write_happenings("assignments.assigned", deed, made, keys)
    return done


def plan_release_list(*, actor: Actor, licence_id: int, wishes: Sequence[Wish]) -> Listing:
    """Which rows hold units that would be released. Nothing is stored."""
    _refuse_too_many(wishes)
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    return judge_release(actor, licence, wishes)


def release_list(
    *,
    actor: Actor,
    licence_id: int,
    wishes: Sequence[Wish],
    mode: Mode,
    at: datetime,
    on: date,
    reason: str = "",
    is_deactivated: bool | None = None,
) -> Listing:
    """Release everybody a list names, as one batch; in the mode ``all`` only if every row holds units."""
    _refuse_too_many(wishes)
    bare = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    with transaction.atomic():
        licence = line_up(actor=actor, licence=bare, at=at, on=on)
        plan = judge_release(actor, licence, wishes)
        _refuse_partial(plan, mode)
        if not plan.ready:
            return plan
        batch_id = _begin(actor, licence, RELEASE_LIST, at)
        deed = Deed(actor, licence, at, on, reason, batch_id, "", is_deactivated)
        rows = lock_open(licence, (item.assignment_id for item in plan.ready if item.assignment_id))
        keys = close_seats(deed, rows)
        done = plan.done(rows, batch_id)
        _finish(done)
        write_happenings("assignments.released", deed, rows, keys)
    return done


def _refuse_partial(plan: Listing, mode: Mode) -> None:
    if mode == Mode.ALL and plan.refused:
        raise NotAllFit(
            _(
                "%(refused)s of %(rows)s rows cannot be carried out, so none was. Correct the list, or "
                "choose to carry out the rest."
            )
            % {"refused": len(plan.refused), "rows": len(plan.items)},
            items=[item.as_row() for item in plan.items],
        )


def _begin(actor: Actor, licence: Licence, kind: str, at: datetime) -> int:
    name = str(licence.product.name)
    return open_batch(actor=actor, company_id=licence.company_id, at=at, kind=kind, label=name).pk


def _finish(done: Listing) -> None:
    """Keep the result of each row, and the assignments an undo is about."""
    assert done.batch_id is not None  # noqa: S101 - a batch was begun before anything was done
    close_batch(
        batch_id=done.batch_id,
        summary={
            "rows": [item.as_row() for item in done.items],
            "done": len(done.finished),
            "units": done.units,
            "licence": done.licence_id,
        },
        undo={"licence": done.licence_id, "assignments": [item.assignment_id for item in done.finished]},
    )


def judge_assign(
    actor: Actor,
    licence: Licence,
    wishes: Sequence[Wish],
    *,
    free: int | None,
    on: date,
    exemption: str = "",
) -> Listing:
    """Each row against the rules; then, in the order of the list, each that still fits."""
    meant = _meant(actor, licence, wishes)
    holding, scope, eligibility = _holding(licence, meant), scope_of(licence), eligibility_of(licence)

    def judge(wish: Wish, thing: Thing) -> Item:
        row = holding.get(who(thing))
        if row is not None:
            words = _("%(thing)s holds %(units)s %(metric)s already: change that number instead.") % {
                "thing": name_of(thing),
                "units": row.units,
                "metric": noun(licence.metric, row.units),
            }
            return Item(wish, Outcome.ALREADY_HOLDS, words, thing, row.units, row.pk)
        try:
            check_holder(licence=licence, holder=thing)
            scope.through(thing)
            eligibility.refuse(thing)
        except InvalidValue as refused:
            return Item(wish, REFUSALS.get(type(refused), Outcome.WRONG_KIND), refused.detail, thing)
        if wish.units is None or not 1 <= wish.units <= MOST_UNITS:
            return Item(wish, Outcome.WRONG_UNITS, _("A whole number of units from 1 on is needed."), thing)
        try:
            refuse_second(licence=licence, holder=thing, units=wish.units)
        except AlreadyHeld as refused:
            return Item(wish, Outcome.WRONG_UNITS, refused.detail, thing)
        words = "" if is_in_use(thing) else _("No longer in use here: left, or decommissioned.")
        return Item(wish, Outcome.READY, words, thing, wish.units)

    items = _judged(licence, wishes, meant, judge)
    things = list(meant.by_id.values())
    room = room_in(licence=licence, free=free, on=on, is_exempt=bool(exemption), things=things)
    left = None if room.left is None else max(room.left, 0)
    return Listing(licence.pk, tuple(fitting(items, room)), left)


def judge_release(actor: Actor, licence: Licence, wishes: Sequence[Wish]) -> Listing:
    meant = _meant(actor, licence, wishes)
    holding = _holding(licence, meant)

    def judge(wish: Wish, thing: Thing) -> Item:
        row = holding.get(who(thing))
        if row is None:
            return Item(
                wish,
                Outcome.HOLDS_NOTHING,
                _("%(thing)s holds no unit of this licence.") % {"thing": name_of(thing)},
                thing,
            )
        burns = licence.units_on_release == UnitsOnRelease.BURN
        words = _("Burnt on release: not free again.") if burns else ""
        return Item(wish, Outcome.READY, words, thing, row.units, row.pk)

    return Listing(licence.pk, tuple(_judged(licence, wishes, meant, judge)), None)


def _refuse_too_many(wishes: Sequence[Wish]) -> None:
    if len(wishes) > MOST_ROWS:
        raise TooManyRows.of(
            "holders",
            _("%(rows)s rows are too many at once: %(most)s are the most.")
            % {"rows": len(wishes), "most": MOST_ROWS},
        )


def _meant(actor: Actor, licence: Licence, wishes: Sequence[Wish]) -> Directory:
    return directory_of(
        actor=actor, company_id=licence.company_id, wishes=wishes, holders=may_hold(licence.metric)
    )


def _judged(licence: Licence, wishes: Sequence[Wish], directory: Directory, judge: Judge) -> Iterable[Item]:
    """Each row with whom it means; a row that means nobody, several, or somebody named before is not judged further."""
    holders = may_hold(licence.metric)
    seen: dict[Who, int] = {}
    for wish in wishes:
        found = directory.meant_by(wish, holders)
        if len(found) != 1:
            yield _unclear(wish, found)
            continue
        first = seen.setdefault(who(found[0]), wish.row)
        if first != wish.row:
            yield Item(
                wish, Outcome.REPEATED, _("Named in row %(first)s already.") % {"first": first}, found[0]
            )
        else:
            yield judge(wish, found[0])


def _unclear(wish: Wish, found: Sequence[Thing]) -> Item:
    if not found:
        words = _("Nobody and nothing of this company is called so.")
        return Item(wish, Outcome.UNKNOWN, words)
    names = ", ".join(
        _("%(thing)s %(thing_2)s (id %(pk)s)")
        % {"thing": kind_of(thing), "thing_2": name_of(thing), "pk": thing.pk}
        for thing in found[:5]
    )
    return Item(wish, Outcome.AMBIGUOUS, _("May be %(names)s.") % {"names": names})


def _holding(licence: Licence, meant: Directory) -> dict[Who, Assignment]:
    """What those on the list hold now. Nobody else can open or close it while we are at our turn."""
    theirs = Q(pk=None)
    for kind in HOLDERS:
        if ids := [pk for one, pk in meant.by_id if one == kind]:
            theirs |= Q(**{f"{kind}_id__in": ids})
    rows = Assignment.objects.filter(theirs, licence=licence, released_at=None)
    return {who_of(row): row for row in rows}
