"""Units that were given back too lately to go to somebody else: counted, kept free, and given on where that is lawful.

Whoever held a unit may have it back at once. Everything here is asked under the lock of the licence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.assignments.holding import Who, who, who_of
from trueup.assignments.models import HOLDERS, Assignment, Exemption
from trueup.base.problems import Conflict, InvalidValue
from trueup.licences.models import Licence
from trueup.tenancy.models import Policy

if TYPE_CHECKING:
    from trueup.assignments.seats import Deed, Seat

EXEMPTIONS = Exemption.choices
"""What a person may choose from: values and their words."""


class TooSoon(Conflict):
    """Free units were given back too lately to go to somebody else."""

    title = gettext_lazy("Given back too lately")


@dataclass(frozen=True, slots=True)
class Kept:
    """What cannot be given to others: units in all, by who gave them back, and the day on which the next is free."""

    units: int = 0
    by_holder: Mapping[Who, int] = field(default_factory=dict)
    until: date | None = None


def cooling_rows(*, licence: Licence, on: date) -> QuerySet[Assignment]:
    """Assignments of which units wait on the day, longest waiting first."""
    rows: QuerySet[Assignment] = Assignment.objects.filter(licence=licence, cooling__gt=0)
    if licence.cooldown_days is None:
        return rows.none()
    since = on - timedelta(days=licence.cooldown_days)
    return rows.filter(freed_on__gt=since).order_by("freed_on", "pk")


def cooling_of(*, licence: Licence, on: date) -> Kept:
    """What waits on the day; nothing where the licence has no such rule or no number of units."""
    if licence.cooldown_days is None or licence.is_unlimited:
        return Kept()
    by_holder: dict[Who, int] = {}
    rows = cooling_rows(licence=licence, on=on)
    columns = [f"{kind}_id" for kind in HOLDERS]
    for *ids, units in rows.order_by().values_list(*columns).annotate(units=Sum("cooling")):
        holder = next((kind, number) for kind, number in zip(HOLDERS, ids, strict=True) if number is not None)
        by_holder[holder] = int(units)
    first = rows.first()
    return Kept(sum(by_holder.values()), by_holder, _free_from(licence, first) if first else None)


def keep_cool(deed: Deed, seats: Sequence[Seat], *, drawn: int = 0) -> tuple[int, str]:
    """Give holders their own units back and keep those of others free: how many, and the exemption that was used.
    ``drawn`` units were reserved for the holders.

    The caller has lined up. Raises TooSoon with the day.
    """
    rows = _waiting(deed)
    if not rows:
        return 0, ""
    before = sum(row.cooling for row in rows)
    wanted = sum(seat.units for seat in seats) - _own_back(rows, seats)
    kept, now = sum(row.cooling for row in rows), Licence.objects.get(pk=deed.licence.pk)
    short = wanted - max(0, now.granted - now.held - (now.reserved - drawn) - before)
    used = ""
    if wanted > 0 and kept and short > 0 and not _is_hopeless(now, short, kept):
        if not deed.exemption:
            raise TooSoon(_too_soon(deed.licence, rows, short), **_facts(deed.licence, rows, short))
        check_exemption(deed.exemption, deed.reason)
        kept -= _take(rows, short)
        used = deed.exemption
    Assignment.objects.bulk_update(rows, ["cooling"], batch_size=1000)
    return (kept if wanted > 0 else 0), used


def check_exemption(exemption: str, reason: str) -> None:
    """Refuse an unknown exemption, and one without a reason in words."""
    if exemption not in Exemption.values:
        words = _("“%(given)s” is no exemption. Known: %(known)s.")
        facts = {"given": exemption, "known": ", ".join(Exemption.values)}
        raise InvalidValue.of("exemption", words % facts)
    if not reason.strip():
        raise InvalidValue.of(
            "reason", _("Say in words why the waiting time does not apply: it is recorded.")
        )


def _waiting(deed: Deed) -> list[Assignment]:
    if deed.licence.cooldown_days is None or deed.licence.is_unlimited:
        return []
    return list(cooling_rows(licence=deed.licence, on=deed.on))


def _own_back(rows: Iterable[Assignment], seats: Iterable[Seat]) -> int:
    """Let each holder have what it gave back itself; how many units that is in all."""
    back = 0
    theirs: dict[Who, list[Assignment]] = {}
    for row in rows:
        theirs.setdefault(who_of(row), []).append(row)
    for seat in seats:
        back += _take(theirs.get(who(seat.holder), []), seat.units)
    return back


def _take(rows: Iterable[Assignment], units: int) -> int:
    """End the waiting of so many units, those that wait longest first; how many there were."""
    left = units
    for row in rows:
        part = min(left, row.cooling)
        row.cooling -= part
        left -= part
    return units - left


def _is_hopeless(licence: Licence, short: int, kept: int) -> bool:
    """Whether there would be too few units even if none waited: then that is what is said."""
    return licence.policy == Policy.BLOCK and short > kept


def _free_from(licence: Licence, row: Assignment) -> date:
    since, days = row.freed_on, licence.cooldown_days
    assert since is not None and days is not None  # noqa: S101, PT018 - rows and licences that cool have both
    return since + timedelta(days=days)


def _day(licence: Licence, rows: Iterable[Assignment], short: int) -> date:
    """The day on which enough of the waiting units may go to anybody."""
    found = [row for row in rows if row.cooling]
    left = short
    for row in found:
        left -= row.cooling
        if left <= 0:
            return _free_from(licence, row)
    return _free_from(licence, found[-1])


def _facts(licence: Licence, rows: Sequence[Assignment], short: int) -> dict[str, Any]:
    kept = sum(row.cooling for row in rows)
    return {"free_from": str(_day(licence, rows, short)), "cooling": kept, "days": licence.cooldown_days}


def _too_soon(licence: Licence, rows: Sequence[Assignment], short: int) -> str:
    kept = sum(row.cooling for row in rows)
    words = ngettext(
        "%(n)s free unit was given back less than %(days)s days ago: it may go to somebody else from %(day)s on. "
        "Wait, buy more, or name the exemption of the terms with a reason.",
        "%(n)s free units were given back less than %(days)s days ago: enough of them may go to somebody else from "
        "%(day)s on. Wait, buy more, or name the exemption of the terms with a reason.",
        kept,
    )
    return words % {"n": kept, "days": licence.cooldown_days, "day": _day(licence, rows, short)}
