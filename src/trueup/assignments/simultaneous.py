"""Concurrent licences: who is eligible, and who uses it at this moment, are two lists (R-021, U-031).

A use takes a unit from check-out to check-in, so it is an assignment like any other and the balance keeps the limit. How
many were out at once on a day is read from the ledger; how often somebody was refused is counted beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from typing import TypeVar

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing import evaluate
from trueup.assignments.holding import Thing
from trueup.assignments.models import Eligible, RefusalsOfDay
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotFound
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.metrics import CONCURRENT
from trueup.licences.models import Account, Licence
from trueup.licences.queries import bare_licence_for, movements_of
from trueup.people.models import Person
from trueup.people.queries import people_visible_to

CHANGE = Permission.ASSIGNMENTS_CHANGE
DAYS_SHOWN = 30
T = TypeVar("T")


class NotEligible(InvalidValue):
    """The person is not on the list of those who may use the concurrent licence."""

    title = gettext_lazy("Not eligible")


class NotConcurrent(InvalidValue):
    """Only concurrent licences have a list of people who may use them at the same time."""

    title = gettext_lazy("Not a concurrent licence")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a concurrent licence: the most that were out at once, and how often somebody was refused."""

    day: date
    peak: int
    refusals: int


def eligible_people(*, actor: Actor, licence_id: int) -> QuerySet[Person]:
    """Who may use a concurrent licence, by name."""
    listed = Eligible.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(licence_id=licence_id)
    found = people_visible_to(actor=actor).filter(pk__in=listed.values("person_id"))
    return found.select_related("department").order_by("name", "pk")


def add_eligible(*, actor: Actor, licence_id: int, person_ids: Sequence[int], at: datetime) -> int:
    """Let people use a concurrent licence; how many were not on its list yet. There may be more than its units."""
    licence = _concurrent(actor, licence_id)
    people = people_visible_to(actor=actor).filter(company_id=licence.company_id, pk__in=person_ids)
    known = dict(people.values_list("pk", "name"))
    missing = sorted(set(person_ids) - set(known))
    if missing:
        raise NotFound(_("There is no person %(person_id)s.") % {"person_id": missing[0]})
    with transaction.atomic():
        there = set(Eligible.objects.filter(licence=licence).values_list("person_id", flat=True))
        new = [pk for pk in known if pk not in there]
        rows = [
            Eligible(
                company_id=licence.company_id, licence=licence, person_id=pk, added_at=at, added_by=actor.name
            )
            for pk in new
        ]
        Eligible.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
        if new:
            happening = _happening("assignments.eligible_added", licence, [known[pk] for pk in new])
            record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
    return len(new)


def remove_eligible(*, actor: Actor, licence_id: int, person_id: int, at: datetime) -> None:
    """Take a person off the list; what they use at this moment stays theirs until it comes back."""
    licence = _concurrent(actor, licence_id)
    person = eligible_people(actor=actor, licence_id=licence.pk).filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no person %(person_id)s.") % {"person_id": person_id})
    with transaction.atomic():
        Eligible.objects.filter(licence=licence, person_id=person_id).delete()
        happening = _happening("assignments.eligible_removed", licence, [person.name])
        record(actor=actor, company_id=licence.company_id, at=at, happening=happening)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may use a licence; everybody where it has no list."""

    listed: frozenset[int] = frozenset()

    def refuse(self, holder: Thing) -> None:
        """Refuse a person who is not on the list."""
        if self.listed and isinstance(holder, Person) and holder.pk not in self.listed:
            words = _(
                "%(name)s is not among the people who may use this licence. Add the person to them first."
            )
            raise NotEligible.of("holder", words % {"name": holder.name})


def eligibility_of(licence: Licence) -> Eligibility:
    """The list of a concurrent licence, read once for any number of holders."""
    if licence.metric != CONCURRENT:
        return Eligibility()
    rows = Eligible.objects.filter(licence=licence)
    return Eligibility(frozenset(rows.values_list("person_id", flat=True)))


def counting_refusals(*, licence: Licence, on: date, use: Callable[[], T]) -> T:
    """Carry out an assignment in one transaction; where a check-out is refused for want of units, the day's count goes up, and the refusal goes on."""
    try:
        with transaction.atomic():
            return use()
    except NotEnoughUnits:
        if licence.metric == CONCURRENT:
            count_refusal(licence=licence, on=on)
        raise


def count_refusal(*, licence: Licence, on: date) -> None:
    """One more check-out of the day that found no unit free."""
    with transaction.atomic():
        row, _made = RefusalsOfDay.objects.get_or_create(
            licence=licence, day=on, defaults={"company_id": licence.company_id}
        )
        RefusalsOfDay.objects.filter(pk=row.pk).update(refusals=F("refusals") + 1)


def days_of_use(*, actor: Actor, licence_id: int, on: date, days: int = DAYS_SHOWN) -> list[Day]:
    """The last days of a licence, oldest first: each with its peak, by the ledger, and its refusals."""
    first = on - timedelta(days=days - 1)
    held = movements_of(actor=actor, licence_id=licence_id).filter(account=Account.HELD, effective_on__lte=on)
    before = held.filter(effective_on__lt=first).aggregate(units=Sum("units"))["units"]
    moved = held.filter(effective_on__gte=first).order_by("effective_on", "pk")
    by_day = {
        day: [units for _day, units in group]
        for day, group in groupby(moved.values_list("effective_on", "units"), key=lambda pair: pair[0])
    }
    rows = RefusalsOfDay.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(licence_id=licence_id)
    refused = dict(rows.filter(day__gte=first, day__lte=on).values_list("day", "refusals"))
    running, found = int(before or 0), []
    for number in range(days):
        day = first + timedelta(days=number)
        out = [*accumulate(by_day.get(day, []), initial=running)]
        running = out[-1]
        found.append(Day(day, max(out), refused.get(day, 0)))
    return found


def peak_that_counts(*, days: Sequence[Day], on: date) -> int:
    """What a concurrent licence needs by the metric's own rule: the highest of its window of daily peaks."""
    peaks = [one.peak for one in days]
    return int(evaluate(CONCURRENT, {"daily_peaks": peaks}, on=on)["rights_consumed"])


def _concurrent(actor: Actor, licence_id: int) -> Licence:
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    if licence.metric != CONCURRENT:
        raise NotConcurrent(_("Only a licence for concurrent users has a list of eligible people."))
    return licence


def _happening(event: str, licence: Licence, names: Sequence[str]) -> Happening:
    return Happening(event, "licence", licence.pk, str(licence.product.name), {"people": list(names)})
