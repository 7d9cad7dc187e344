"""Who may draw on units that are held back for departments: holders of the department, and of all that are part of it.

Asked under the lock of the licence. A holder draws on one reservation: the nearest that has enough, else the fullest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trueup.assignments.holding import Thing, Who, who
from trueup.assignments.models import Assignment
from trueup.devices.models import Device
from trueup.licences.models import Licence
from trueup.licences.reserved import open_reservations
from trueup.people.models import Person
from trueup.tenancy.models import Department


@dataclass(frozen=True, slots=True)
class Draw:
    """Units that come out of a reservation; none out of none."""

    reservation_id: int | None = None
    units: int = 0


@dataclass(slots=True)
class Reserves:
    """What reservations have left, by department, as holders draw on them; and where each holder belongs."""

    left: dict[int, tuple[int, int]] = field(default_factory=dict)
    parents: Mapping[int, int | None] = field(default_factory=dict)
    departments: Mapping[Who, int | None] = field(default_factory=dict)

    def offer(self, thing: Thing, units: int) -> Draw:
        """What the holder could draw of so many units."""
        theirs = []
        department = self.departments.get(who(thing)) if self.left else None
        while department is not None:
            if department in self.left:
                theirs.append(self.left[department])
            department = self.parents.get(department)
        enough = [one for one in theirs if one[1] >= units]
        best = enough[0] if enough else max(theirs, key=lambda one: one[1], default=None)
        return Draw() if best is None or not best[1] else Draw(best[0], min(units, best[1]))

    def take(self, draw: Draw) -> None:
        """Have it drawn."""
        for department, (pk, left) in self.left.items():
            if pk == draw.reservation_id:
                self.left[department] = (pk, left - draw.units)

    def draw(self, thing: Thing, units: int) -> Draw:
        """Offer and take."""
        found = self.offer(thing, units)
        self.take(found)
        return found


def reserves_of(licence: Licence, things: Iterable[Thing]) -> Reserves:
    """What is held back of a licence, for these holders."""
    rows = open_reservations([licence.pk])
    left = {row.department_id: (row.pk, row.units - row.taken) for row in rows}
    if not left:
        return Reserves()
    parents = Department.objects.filter(company_id=licence.company_id).values_list("pk", "parent_id")
    return Reserves(left, dict(parents), _departments(list(things)))


def _departments(things: Sequence[Thing]) -> dict[Who, int | None]:
    """Where each holder belongs: a device where its user does, unless it has a department of its own."""
    devices = [thing for thing in things if isinstance(thing, Device) and thing.department_id is None]
    users = {device.user_id for device in devices if device.user_id is not None}
    theirs = dict(Person.objects.filter(pk__in=users).values_list("pk", "department_id"))
    return {who(thing): _department(thing, theirs) for thing in things}


def _department(thing: Thing, of_users: Mapping[int, int | None]) -> int | None:
    if isinstance(thing, Department):
        return int(thing.pk)
    if isinstance(thing, Person):
        return thing.department_id
    if isinstance(thing, Device):
        return thing.department_id or of_users.get(thing.user_id or 0)
    return None


def added_up(draws: Iterable[Draw]) -> dict[int, int]:
    """Units drawn, by reservation."""
    found: dict[int, int] = {}
    for draw in draws:
        if draw.reservation_id is not None:
            found[draw.reservation_id] = found.get(draw.reservation_id, 0) + draw.units
    return found


def drawn_by(rows: Iterable[Assignment]) -> dict[int, int]:
    """What assignments hold out of reservations, by reservation."""
    return added_up(Draw(row.reservation_id, row.reserved_units) for row in rows if row.reserved_units)
