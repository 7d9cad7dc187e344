"""How many units a metric asks of one device, proposed where somebody assigns: a courtesy, whoever assigns decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from licensing import NotAssessed, Shape, need
from licensing.quantities import ceiling
from licensing.register import least_units
from licensing.terms import Parameter
from trueup.base.actor import Actor
from trueup.devices.models import Device
from trueup.devices.queries import device_for
from trueup.licences.metrics import metric_named, noun
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for

COUNTED = {"core": "cores", "processor": "processors"}
"""What of a device the units of a metric are, by their noun."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Units for a device, and why; without units where the device does not say enough."""

    units: int | None
    reason: str


def proposes_units(metric: str) -> bool:
    """Whether the metric counts something of a device, so that units can be proposed."""
    return metric_named(metric).unit.singular in COUNTED


def proposed_units(*, actor: Actor, licence_id: int, device_id: int, on: date) -> Proposal:
    """What the licence's metric asks of a device of its company (R-019)."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id)
    device = device_for(actor=actor, device_id=device_id, company_id=licence.company_id)
    return proposal_for(licence=licence, device=device, on=on)


def proposal_for(*, licence: Licence, device: Device, on: date) -> Proposal:
    """The units the metric asks of a device by the terms of the day, with the minimum where that is what counts."""
    counted = COUNTED.get(metric_named(licence.metric).unit.singular)
    if counted is None:
        return Proposal(1, _("One for each holder."))
    has = device.cores if counted == "cores" else device.processors
    if has is None:
        return Proposal(
            None, _("How many %(units)s the device has is not known.") % {"units": noun(licence.metric)}
        )
    units, minimum = _asked(licence, device, has, on)
    facts = {
        "units": units,
        "noun": noun(licence.metric, units),
        "has": has,
        "has_noun": noun(licence.metric, has),
    }
    if units == has:
        return Proposal(units, _("The device has %(has)s %(has_noun)s.") % facts)
    if minimum is None:
        return Proposal(
            units, _("The device has %(has)s %(has_noun)s; the metric asks for %(units)s.") % facts
        )
    words = _(
        "The device has %(has)s %(has_noun)s; the metric's minimum is %(least)s %(of)s, so %(units)s are asked for."
    )
    return Proposal(units, words % {**facts, "least": minimum.value, "of": minimum.unit})


def _asked(licence: Licence, device: Device, has: int, on: date) -> tuple[int, Parameter | None]:
    """Units by the metric's own rule for one device; by its number and the least where the rule needs more than that."""
    agreed = {"edition": licence.edition.name} if licence.edition else {}
    found = need(
        metric=licence.metric, shapes=[Shape(1, _facts(device), device.hostname)], on=on, agreed=agreed
    )
    if isinstance(found, NotAssessed) or found.point is None:
        least, parameter = least_units(licence.metric, on=on)
        return max(has, least), parameter if least > has else None
    minimums = [one for one in found.parameters if "minimum" in one.id]
    return ceiling(found.point), minimums[0] if minimums else None


def _facts(device: Device) -> dict[str, Any]:
    return {
        "virtual": device.is_virtual,
        "sockets": device.processors,
        "cores_per_socket": device.cores_per_processor,
        "cores_total": device.cores,
        "vcores": device.cores,
        "os_instances": 1,
        "hosted": False,
    }
