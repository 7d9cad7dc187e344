"""Who can hold units: a person, a device, a location or a department, each in a column of its own of an assignment."""

from __future__ import annotations

from trueup.assignments.models import HOLDERS, Assignment
from trueup.devices.models import Device
from trueup.licences.metrics import DEPARTMENT, DEVICE, LOCATION, PERSON
from trueup.people.models import Person
from trueup.tenancy.models import Department, Location

Thing = Person | Device | Location | Department
Who = tuple[str, int]
"""A holder as a kind and a number."""


def kind_of(thing: Thing) -> str:
    """``person``, ``device``, ``location`` or ``department``."""
    if isinstance(thing, Person):
        return PERSON
    if isinstance(thing, Device):
        return DEVICE
    return LOCATION if isinstance(thing, Location) else DEPARTMENT


def who(thing: Thing) -> Who:
    """A holder as a kind and a number."""
    return kind_of(thing), int(thing.pk)


def name_of(thing: Thing | None) -> str:
    """What a holder is called."""
    return "" if thing is None else str(thing.hostname if isinstance(thing, Device) else thing.name)


def columns_of(thing: Thing) -> dict[str, Thing]:
    """The one column of an assignment that names the holder."""
    return {kind_of(thing): thing}


def who_of(row: Assignment) -> Who:
    """Whose an assignment is, without looking the holder up."""
    for kind in HOLDERS:
        number = getattr(row, f"{kind}_id")
        if number is not None:
            return kind, int(number)
    raise AssertionError(row.pk)  # the database keeps one holder in every row


def holder_of(row: Assignment) -> Thing | None:
    """Whose an assignment is."""
    return row.person or row.device or row.location or row.department
