"""Site licences: a location or a department holds a unit, and everybody and everything there may use it without one.

Who is elsewhere is refused. Asked under the lock of the licence, so that no place is released meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from django.db.models import Count, Q
from django.utils.translation import gettext, gettext_lazy, ngettext

from trueup.assignments.holding import Thing, kind_of, name_of
from trueup.assignments.models import Assignment
from trueup.base.problems import Conflict, InvalidValue
from trueup.licences.metrics import DEPARTMENT, LOCATION, SITE, metric_named
from trueup.licences.models import Licence
from trueup.tenancy.models import Department

NAMED_AT_MOST = 5


class OutOfScope(InvalidValue):
    """The holder is neither at a location nor in a department that holds the site licence."""

    title = gettext_lazy("Outside of what the licence covers")


class StillWithin(Conflict):
    """People or devices use the site licence through the place that would give it back."""

    title = gettext_lazy("Still used there")


@dataclass(frozen=True, slots=True)
class Scope:
    """The places that hold a site licence, by number of the place: the assignment through which they do."""

    locations: Mapping[int, int] = field(default_factory=dict)
    departments: Mapping[int, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    is_site: bool = False

    def through(self, thing: Thing) -> int | None:
        """The assignment within which a person or device holds; nothing for a holder with units of its own."""
        if not self.is_site or kind_of(thing) in {LOCATION, DEPARTMENT}:
            return None
        location, department = getattr(thing, "location_id", None), getattr(thing, "department_id", None)
        found = self.locations.get(location or 0) or self.departments.get(department or 0)
        if found is None:
            raise OutOfScope.of("holder", self._outside(thing))
        return found

    def _outside(self, thing: Thing) -> str:
        if not self.names:
            return gettext("No location or department holds this site licence yet. Assign it to one first.")
        words = gettext("%(holder)s is outside of what this site licence covers: %(places)s.")
        return words % {"holder": name_of(thing), "places": ", ".join(self.names)}


NO_SITE = Scope()


def takes_units(licence: Licence, kind: str) -> bool:
    """Whether a holder of that kind takes units of the balance."""
    return kind not in metric_named(licence.metric).within


def scope_of(licence: Licence) -> Scope:
    """Which places a site licence covers now; departments with all that are part of them. Nothing for other licences."""
    if licence.metric != SITE:
        return NO_SITE
    rows = Assignment.objects.filter(licence=licence, released_at=None)
    rows = rows.filter(Q(location__isnull=False) | Q(department__isnull=False)).order_by("pk")
    found = rows.values_list("pk", "location_id", "department_id", "location__name", "department__name")
    locations = {location: pk for pk, location, _, _, _ in found if location}
    departments = {department: pk for pk, _, department, _, _ in found if department}
    names = tuple(sorted(location or department or "" for *_, location, department in found))
    if departments:
        departments = _with_parts(licence.company_id, departments)
    return Scope(
        MappingProxyType(locations), MappingProxyType(departments), names[:NAMED_AT_MOST], is_site=True
    )


def _with_parts(company_id: int, departments: Mapping[int, int]) -> dict[int, int]:
    """Each department that is one of these or a part of one, with the assignment of the nearest that holds."""
    parents = dict(Department.objects.filter(company_id=company_id).values_list("pk", "parent_id"))
    found: dict[int, int] = {}
    for department in parents:
        above: int | None = department
        while above is not None and above not in departments:
            above = parents.get(above)
        if above is not None:
            found[department] = departments[above]
    return found


def refuse_left_within(rows: Sequence[Assignment]) -> None:
    """Refuse to release places while somebody else holds within them; called after their rows are closed."""
    places = [row.pk for row in rows if row.location_id or row.department_id]
    if not places:
        return
    left = Assignment.objects.filter(within_id__in=places, released_at=None)
    n = left.aggregate(n=Count("pk"))["n"]
    if n:
        words = ngettext(
            "%(n)s holder uses the licence there. Release it first, or all of them together with the place.",
            "%(n)s holders use the licence there. Release them first, or all of them together with the place.",
            n,
        )
        raise StillWithin(words % {"n": n}, within=n)


def counted(rows: Iterable[Assignment]) -> list[Assignment]:
    """The assignments that have units of the balance."""
    return [row for row in rows if row.within_id is None]
