"""The ledger's hinge: balances move here and nowhere else, each by a movement written in the same transaction.

Taking units is one conditional UPDATE: no reading first, so no race. The day's expiries and starts are rolled in
before the first hold of a day and by the nightly task, whichever comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Max, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.actor import Actor
from trueup.base.problems import Conflict, NotFound
from trueup.licences.metrics import noun
from trueup.licences.models import WITHOUT_UNITS, Account, Licence, Movement, Purchase
from trueup.licences.reducing import refuse_if_short
from trueup.licences.reservation_tables import Reservation
from trueup.licences.reserved import (
    Hour,
    cut_to,
    draw_reserved,
    end_due,
    give_back_reserved,
    reserved_words,
)
from trueup.tenancy.models import Policy

HOLD = (Path(__file__).parent / "hold_units.sql").read_text("utf-8")


class NotEnoughUnits(Conflict):
    """The licence has fewer free units than were asked for."""

    title = gettext_lazy("Not enough free units")


class LicenceExpired(Conflict):
    """No purchase line of the licence is in force any more."""

    title = gettext_lazy("The licence has expired")


class LicenceRetired(Conflict):
    """The licence was retired and takes no new holder."""

    title = gettext_lazy("The licence is retired")


def in_force(day: date | OuterRef) -> Q:
    """Lines in force on a day."""
    return Q(voided_at=None, valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gt=day))


def _excess_after(held: Combinable, granted: Combinable) -> Case:
    return Case(When(is_unlimited=True, then=Value(0)), default=Greatest(Value(0), held - granted))


def hold_units(
    *,
    licence_id: int,
    units: int,
    assignment_ids: Iterable[tuple[int, int]],
    actor: Actor,
    on: date,
    at: datetime,
    kept: int = 0,
    drawn: Mapping[int, int] | None = None,
    is_rolled: bool = False,
) -> None:
    """Hold units of a licence, or raise. ``assignment_ids`` are (assignment, units) whose sum is ``units``; ``kept`` are
    free units that stay free whatever the policy says, ``drawn`` those of the units that reservations held back for the
    holders. ``is_rolled`` says that the caller brought the licence to the day.
    """
    if not is_rolled:
        roll_licence(licence_id=licence_id, actor=actor, on=on, at=at)
    parts = list(assignment_ids)
    told: dict[str, Any] = {
        "licence": licence_id, "units": units, "kept": kept, "drawn": sum((drawn or {}).values()), "block": Policy.BLOCK.value,
        "account": Account.HELD.value, "on": on, "at": at, "actor": actor.name,
        "assignments": [assignment_id for assignment_id, _ in parts], "parts": [part for _, part in parts],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(HOLD, told)
        taken = cursor.fetchone()
    if taken is None or not taken[0]:
        licence = Licence.objects.get(pk=licence_id)
        if taken is None or not _is_covered(licence, on):
            raise _refusal(licence, units, on)
    if drawn:
        draw_reserved(licence_id, drawn, Hour(actor, on, at))


def refuse_unusable(*, licence_id: int, on: date) -> None:
    """Refuse who would use a retired or ended licence without a unit of its own."""
    licence = Licence.objects.get(pk=licence_id)
    if licence.retired_at or licence.withdrawn_at or not _is_covered(licence, on):
        raise _refusal(licence, 0, on)


def _is_covered(licence: Licence, on: date) -> bool:
    """Whether a line is in force, or the licence never had one (units not bought yet are another refusal)."""
    if licence.granted or licence.is_unlimited:
        return True
    lines = Purchase.objects.filter(licence=licence, voided_at=None).exclude(kind__in=WITHOUT_UNITS)
    return lines.filter(in_force(on)).exists() or not lines.filter(valid_from__lte=on).exists()


def _refusal(licence: Licence, units: int, on: date) -> Conflict:
    if licence.retired_at or licence.withdrawn_at:
        return LicenceRetired(
            _("This licence is retired: no new holder can be added. Choose another licence.")
        )
    if not _is_covered(licence, on):
        lines = Purchase.objects.filter(licence=licence, voided_at=None).exclude(kind__in=WITHOUT_UNITS)
        end = lines.aggregate(end=Max("valid_until"))["end"]
        return LicenceExpired(
            _(
                "The licence's last line ended before %(end)s: expired units cannot be assigned. Renew "
                "it first."
            )
            % {"end": end},
            ended_on=str(end),
        )
    free = licence.granted - licence.held - licence.reserved
    words = _(
        "%(units)s %(metric)s asked for, %(free)s free of %(granted)s. Release some, buy more, "
        "or let an owner set the policy to warn or allow."
    ) % {
        "units": units,
        "metric": noun(licence.metric, units),
        "free": max(free, 0),
        "granted": licence.granted,
    }
    facts: dict[str, Any] = {"asked": units, "free": free, "purchased": licence.granted}
    if licence.reserved:
        words, facts = f"{words} {reserved_words(licence.pk)}", {**facts, "reserved": licence.reserved}
    return NotEnoughUnits(words, **facts)


def free_units(
    *,
    licence_id: int,
    units: int,
    assignment_ids: Iterable[tuple[int, int]],
    actor: Actor,
    on: date,
    at: datetime,
    returned: Mapping[int, int] | None = None,
) -> None:
    """Give held units back to a licence; the caller ends the assignments. ``returned`` came out of reservations."""
    roll_licence(licence_id=licence_id, actor=actor, on=on, at=at)
    given = Licence.objects.filter(pk=licence_id, held__gte=units).update(
        held=F("held") - units, excess=_excess_after(F("held") - units, F("granted"))
    )
    if not given:
        raise NotFound(
            _("Licence %(licence_id)s does not hold %(units)s units.")
            % {"licence_id": licence_id, "units": units}
        )
    licence = Licence.objects.get(pk=licence_id)
    balance = licence.held + units
    movements = []
    for assignment_id, part in assignment_ids:
        balance -= part
        movements.append(_held(licence, -part, balance, assignment_id, "released", actor, on, at))
    Movement.objects.bulk_create(movements, batch_size=1000)
    if returned:
        give_back_reserved(licence_id, returned, Hour(actor, on, at))


def burn_units(
    *,
    licence_id: int,
    units: int,
    assignment_ids: Iterable[tuple[int, int]],
    actor: Actor,
    on: date,
    at: datetime,
    returned: Mapping[int, int] | None = None,
) -> None:
    """Count held units as burnt: nobody has them and they are held for good, so that none is free (U-028)."""
    roll_licence(licence_id=licence_id, actor=actor, on=on, at=at)
    Licence.objects.filter(pk=licence_id).update(burnt=F("burnt") + units)
    licence = Licence.objects.get(pk=licence_id)
    balance = licence.burnt - units
    movements = []
    for assignment_id, part in assignment_ids:
        balance += part
        movement = _held(licence, part, balance, assignment_id, "burnt", actor, on, at)
        movement.account = Account.BURNT
        movements.append(movement)
    Movement.objects.bulk_create(movements, batch_size=1000)
    if returned:
        give_back_reserved(licence_id, returned, Hour(actor, on, at), is_burnt=True)


def _held(
    licence: Licence,
    units: int,
    balance: int,
    assignment_id: int,
    cause: str,
    actor: Actor,
    on: date,
    at: datetime,
) -> Movement:
    return Movement(
        company_id=licence.company_id,
        licence=licence,
        account=Account.HELD,
        units=units,
        balance=balance,
        effective_on=on,
        moved_at=at,
        cause=cause,
        assignment_id=assignment_id,
        actor=actor.name,
    )


def count_waiting(*, licence_id: int, by: int) -> None:
    """Keep how many wait for units; the caller has the licence's row."""
    Licence.objects.filter(pk=licence_id).update(waiting=F("waiting") + by)


def grant_line(*, licence: Licence, purchase: Purchase, actor: Actor, on: date, at: datetime) -> None:
    """Let a new line count: what it gave until today moves the balance now, its future is rolled in on its day."""
    roll_licence(licence_id=licence.pk, actor=actor, on=on, at=at)
    if purchase.valid_from > on:
        return
    moves = [(purchase.valid_from, purchase.units, str(purchase.kind))]
    if purchase.valid_until is not None and purchase.valid_until <= on:
        moves.append((purchase.valid_until, -purchase.units, "expired"))
    _move_granted(
        licence.pk,
        [(day, units, cause, purchase.pk) for day, units, cause in moves],
        actor,
        on,
        at,
        strict=True,
    )


def void_line(*, purchase: Purchase, actor: Actor, on: date, at: datetime) -> None:
    """Take a line back that should never have been: a counter-movement, not an erasure."""
    roll_licence(licence_id=purchase.licence_id, actor=actor, on=on, at=at)
    Purchase.objects.filter(pk=purchase.pk).update(voided_at=at)
    purchase.voided_at = at
    still_counts = purchase.valid_from <= on and (purchase.valid_until is None or purchase.valid_until > on)
    moves = [(on, -purchase.units, "voided", purchase.pk)] if still_counts else []
    _move_granted(purchase.licence_id, moves, actor, on, at, strict=True)


def correct_line(
    *, purchase: Purchase, before: tuple[date, date | None], actor: Actor, on: date, at: datetime
) -> None:
    """Let a line count for other days than ``before``: what that changes today is one movement of today."""
    roll_licence(licence_id=purchase.licence_id, actor=actor, on=on, at=at)
    counted = before[0] <= on and (before[1] is None or before[1] > on)
    counts = purchase.valid_from <= on and (purchase.valid_until is None or purchase.valid_until > on)
    units = purchase.units * (int(counts) - int(counted))
    Purchase.objects.filter(pk=purchase.pk).update(
        valid_from=purchase.valid_from, valid_until=purchase.valid_until
    )
    moves = [(on, units, "corrected", purchase.pk)] if units else []
    _move_granted(purchase.licence_id, moves, actor, on, at, strict=True)


def roll_licence(*, licence_id: int, actor: Actor, on: date, at: datetime) -> None:
    """Bring a licence's balance to the day: lines that began or ended since are written as movements."""
    licence = Licence.objects.filter(pk=licence_id, balanced_on__lt=on).select_for_update(no_key=True).first()
    if licence is None:
        return
    since = licence.balanced_on
    if licence.reserved:
        end_due(licence, Hour(actor, on, at))
    moves = []
    for line in Purchase.objects.filter(licence=licence, voided_at=None):
        if since < line.valid_from <= on:
            moves.append((line.valid_from, line.units, str(line.kind), line.pk))
        if line.valid_until is not None and since < line.valid_until <= on and line.valid_from <= on:
            moves.append((line.valid_until, -line.units, "expired", line.pk))
    _move_granted(
        licence_id, sorted(moves, key=lambda move: (move[0], -move[1], move[3])), actor, on, at, strict=False
    )


def _move_granted(
    licence_id: int,
    moves: list[tuple[date, int, str, int]],
    actor: Actor,
    on: date,
    at: datetime,
    *,
    strict: bool,
) -> None:
    """Write movements of what is granted; ``strict`` refuses to fall below what is held under the policy block."""
    licence = Licence.objects.select_for_update(no_key=True).get(pk=licence_id)
    granted = licence.granted
    movements = []
    for day, units, cause, purchase_id in moves:
        granted += units
        movements.append(
            Movement(
                company_id=licence.company_id, licence=licence, account=Account.GRANTED, units=units, balance=granted,
                effective_on=day, moved_at=at, cause=cause, purchase_id=purchase_id, actor=actor.name,
            )
        )  # fmt: skip
    unlimited = Purchase.objects.filter(in_force(on), licence=licence, is_unlimited=True).exists()
    refuse_if_short(licence, granted, strict=strict, unlimited=unlimited)
    if licence.reserved and not unlimited:
        cut_to(licence_id, granted - licence.held, Hour(actor, on, at))
    Movement.objects.bulk_create(movements, batch_size=1000)
    Licence.objects.filter(pk=licence_id).update(
        granted=granted,
        is_unlimited=unlimited,
        excess=0 if unlimited else max(0, licence.held - granted),
        balanced_on=max(licence.balanced_on, on),
    )


def roll_balances(*, actor: Actor, on: date, at: datetime) -> int:
    """Bring every licence to the day; how many moved. Licences without a line that began or ended only get the day."""
    turned = (
        Purchase.objects.filter(voided_at=None, licence__balanced_on__lt=on)
        .filter(
            Q(valid_from__gt=F("licence__balanced_on"), valid_from__lte=on)
            | Q(valid_until__gt=F("licence__balanced_on"), valid_until__lte=on)
        )
        .values_list("licence_id", flat=True)
        .distinct()
    )
    due = Reservation.objects.filter(ended_at=None, until_on__lte=on, licence__balanced_on__lt=on)
    ids = sorted({*turned, *due.values_list("licence_id", flat=True)})
    for licence_id in ids:
        with transaction.atomic():
            roll_licence(licence_id=licence_id, actor=actor, on=on, at=at)
    Licence.objects.filter(balanced_on__lt=on).exclude(pk__in=ids).update(balanced_on=on)
    return len(ids)
