"""What is done to licence sets: make, change, retire; their steps are dated, so that the set of any day is known (R-141)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, Stale
from trueup.catalogue.queries import product_for
from trueup.devices.models import Device, Kind
from trueup.people.models import Person
from trueup.tenancy.queries import company_for, department_for
from trueup.workflows.models import LicenceSet, SetFor, SetStep
from trueup.workflows.queries import set_for, set_steps_on, sets_visible_to

CHANGE = Permission.LICENCES_CHANGE
MOST_STEPS, MOST_UNITS, LONGEST_NAME = 100, 2**31 - 1, 100


class SetExists(Conflict):
    """The company has a licence set of that name already."""

    title = gettext_lazy("There is such a set already")


@dataclass(frozen=True, slots=True)
class StepTerms:
    """A product of a set as given; ``units`` empty is what the metric proposes."""

    product_id: int
    units: int | None = None
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class SetTerms:
    """A licence set as given."""

    name: str
    is_for: str = SetFor.PERSON
    department_id: int | None = None
    device_kind: str = ""
    steps: Sequence[StepTerms] = ()


def create_licence_set(
    *, actor: Actor, company_id: int, terms: SetTerms, at: datetime, on: date
) -> LicenceSet:
    """Write down what a role of people or devices gets."""
    company = company_for(actor=actor, company_id=company_id, permission=CHANGE)
    _check(actor, company.pk, terms)
    made = LicenceSet(
        company=company, name=terms.name.strip(), is_for=terms.is_for, department_id=terms.department_id,
        device_kind=terms.device_kind, created_at=at,
    )  # fmt: skip
    with transaction.atomic():
        _stored(made)
        _store_steps(made, terms.steps, on)
        _note(actor, "workflows.set_created", made, at, steps=len(terms.steps))
    return made


def change_licence_set(
    *, actor: Actor, set_id: int, terms: SetTerms, at: datetime, on: date, revision: int | None = None
) -> LicenceSet:
    """Give a set another name, purpose or other steps; those of before hold until today and stay known."""
    found = set_for(actor=actor, set_id=set_id, permission=CHANGE)
    _check(actor, found.company_id, terms)
    with transaction.atomic():
        locked: LicenceSet = LicenceSet.objects.select_for_update().get(pk=found.pk)
        if revision is not None and revision != locked.revision:
            raise Stale(_("Someone changed this set since you opened it. Look at it again, then save."))
        locked.name, locked.is_for = terms.name.strip(), terms.is_for
        locked.department_id, locked.device_kind = terms.department_id, terms.device_kind
        locked.revision += 1
        _stored(locked)
        _store_steps(locked, terms.steps, on)
        _note(actor, "workflows.set_changed", locked, at, steps=len(terms.steps))
    return set_for(actor=actor, set_id=set_id)


def retire_licence_set(*, actor: Actor, set_id: int, at: datetime) -> None:
    """Offer a set no more. Workflows that began with it stay as they are."""
    found = set_for(actor=actor, set_id=set_id, permission=CHANGE)
    with transaction.atomic():
        LicenceSet.objects.filter(pk=found.pk).update(retired_at=at)
        _note(actor, "workflows.set_retired", found, at)


def usual_set(*, actor: Actor, company_id: int, thing: Person | Device) -> LicenceSet | None:
    """The set for the person's department or the device's kind; the one for all where there is just one of those."""
    rows = sets_visible_to(actor=actor).filter(company_id=company_id).order_by("pk")
    if isinstance(thing, Person):
        people = rows.filter(is_for=SetFor.PERSON)
        own, general = people.filter(department_id=thing.department_id or -1), people.filter(department=None)
    else:
        devices = rows.filter(is_for=SetFor.DEVICE)
        own, general = devices.filter(device_kind=thing.kind), devices.filter(device_kind="")
    for found in (list(own[:2]), list(general[:2])):
        if len(found) == 1:
            return found[0]
    return None


def _check(actor: Actor, company_id: int, terms: SetTerms) -> None:
    name = terms.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidValue.of(
            "name", _("A set needs a name of 1 to %(most)s letters.") % {"most": LONGEST_NAME}
        )
    if terms.is_for not in SetFor.values:
        words = _("“%(given)s” is nothing a set is for: person or device is.")
        raise InvalidValue.of("is_for", words % {"given": terms.is_for})
    if terms.device_kind and (terms.is_for != SetFor.DEVICE or terms.device_kind not in Kind.values):
        raise InvalidValue.of(
            "device_kind", _("Only a set for devices names a kind of device, one that there is.")
        )
    if terms.department_id is not None:
        if terms.is_for != SetFor.PERSON:
            raise InvalidValue.of("department", _("Only a set for people names a department."))
        department_for(actor=actor, department_id=terms.department_id, company_id=company_id)
    _check_steps(actor, company_id, terms.steps)


def _check_steps(actor: Actor, company_id: int, steps: Sequence[StepTerms]) -> None:
    if len(steps) > MOST_STEPS:
        raise InvalidValue.of("steps", _("A set has at most %(most)s products.") % {"most": MOST_STEPS})
    if len({one.product_id for one in steps}) != len(steps):
        raise InvalidValue.of("steps", _("A product stands in a set once: give it more units instead."))
    for one in steps:
        product_for(actor=actor, product_id=one.product_id, company_id=company_id)
        if one.units is not None and not 1 <= one.units <= MOST_UNITS:
            raise InvalidValue.of("units", _("Units are a whole number from 1 on, or empty."))


def _stored(row: LicenceSet) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        if "licence_set_once" not in str(taken):
            raise
        words = _("There is a set “%(name)s” already. Change that one, or take another name.")
        raise SetExists(words % {"name": row.name}) from taken


def _store_steps(found: LicenceSet, steps: Sequence[StepTerms], on: date) -> None:
    """What stays the same stays the same row; the rest ends today, and what is new begins today."""
    standing = {
        (one.product_id, one.units, one.is_required): one for one in set_steps_on(licence_set=found, on=on)
    }
    wanted = {(one.product_id, one.units, one.is_required): place for place, one in enumerate(steps)}
    for key, row in standing.items():
        if key not in wanted:
            _end(row, on)
        elif row.position != wanted[key]:
            SetStep.objects.filter(pk=row.pk).update(position=wanted[key])
    new = [
        SetStep(
            company_id=found.company_id, licence_set=found, position=place, product_id=product_id, units=units,
            is_required=is_required, valid_from=on,
        )
        for (product_id, units, is_required), place in wanted.items()
        if (product_id, units, is_required) not in standing
    ]  # fmt: skip
    SetStep.objects.bulk_create(new)


def _end(row: SetStep, on: date) -> None:
    """A step that began today was never in force."""
    if row.valid_from == on:
        SetStep.objects.filter(pk=row.pk).delete()
    else:
        SetStep.objects.filter(pk=row.pk).update(valid_until=on)


def _note(actor: Actor, event: str, found: LicenceSet, at: datetime, **details: Any) -> None:
    told: Mapping[str, Any] = {"name": found.name, **details}
    happening = Happening(event, "licence_set", found.pk, found.name, told)
    record(actor=actor, company_id=found.company_id, at=at, happening=happening)
