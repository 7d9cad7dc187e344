"""Who may hold units of a licence at all: the same rules on every path, before anything is written."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_lazy

from trueup.assignments.holding import Thing, kind_of, name_of
from trueup.base.problems import InvalidValue
from trueup.catalogue.models import AssetClass
from trueup.devices.models import Device
from trueup.licences.metrics import may_hold, metric_named
from trueup.licences.models import Licence
from trueup.tenancy.models import Department

MOST_UNITS = 2**31 - 1


class WrongHolder(InvalidValue):
    """The metric is not held by that kind of thing."""

    title = gettext_lazy("Not a holder of this licence")


class WrongAssetClass(InvalidValue):
    """The product may not be used where the device stands."""

    title = gettext_lazy("Wrong asset class")


class RegionMismatch(InvalidValue):
    """Licence and holder are in different regions."""

    title = gettext_lazy("Different regions")


def check_units(units: int) -> None:
    """Refuse a number of units nobody can hold."""
    if units < 1 or units > MOST_UNITS:
        raise InvalidValue.of(
            "units",
            gettext("%(units)s units cannot be assigned: a whole number from 1 on can.") % {"units": units},
        )


def check_holder(*, licence: Licence, holder: Thing) -> None:
    """Refuse a holder of the wrong kind, region or asset class. A department is in every region."""
    kind, holders = kind_of(holder), may_hold(licence.metric)
    if kind not in holders:
        raise WrongHolder.of(
            "holder",
            gettext("Units of “%(label)s” are held by %(holders)s, not by a %(kind)s.")
            % {
                "label": metric_named(licence.metric).label,
                "holders": " or ".join(sorted(holders)),
                "kind": kind,
            },
        )
    if not isinstance(holder, Department) and holder.region_id != licence.region_id:
        raise RegionMismatch.of(
            "holder",
            gettext(
                "%(holder)s is in another region than the licence. Use a licence of that region, or "
                "correct the region."
            )
            % {"holder": name_of(holder)},
        )
    if isinstance(holder, Device):
        wanted = licence.product.asset_class
        if wanted not in {AssetClass.ALL, holder.environment}:
            raise WrongAssetClass.of(
                "holder",
                gettext("%(name)s is for the %(label)s only; %(hostname)s is not there.")
                % {
                    "name": licence.product.name,
                    "label": AssetClass(wanted).label.lower(),
                    "hostname": holder.hostname,
                },
            )
