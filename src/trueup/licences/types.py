"""The forms in which licences are sold, each with the metrics that may count it. One more type is one line here and one
value of ``LicenceType``; one more metric is a file of its own and a line in its register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.register import METRICS, metrics
from trueup.base.problems import InvalidValue
from trueup.licences.models import LicenceType
from trueup.licences.prices import CENT, HUNDRED


@dataclass(frozen=True, slots=True)
class Form:
    """A type of licence: its usual metric, whose holders it has, and the words of what it covers."""

    name: LicenceType
    metric: str
    covers: str | Promise
    units: frozenset[str] = frozenset()
    """What its units are called, in the singular; empty where every metric may count it."""

    def takes(self, metric: str) -> bool:
        """Whether licences of this type may be counted by the metric."""
        return not self.units or metric == self.metric or METRICS[metric].unit.singular in self.units


TYPES = (
    Form(LicenceType.PER_USER, "per_named_user", gettext_lazy("Each person needs a unit."), frozenset({"seat", "CAL", "FUE"})),
    Form(LicenceType.PER_DEVICE, "per_device", gettext_lazy("Each device needs a unit."), frozenset({"device", "CAL", "server", "sensor"})),
    Form(LicenceType.PER_CORE, "mssql_per_core", gettext_lazy("The cores of a device need units."), frozenset({"core", "VPC", "PVU"})),
    Form(LicenceType.PER_PROCESSOR, "per_processor", gettext_lazy("The processors of a device need units."), frozenset({"processor", "PVU", "subscription"})),
    Form(LicenceType.SITE, "site_license", gettext_lazy("Everybody and everything at a place is covered.")),
    Form(LicenceType.CONCURRENT, "concurrent_peak", gettext_lazy("As many at once as there are units."), frozenset({"seat"})),
    Form(LicenceType.ENTERPRISE, "enterprise_true_up", gettext_lazy("The whole company is covered and trued up once a year.")),
    Form(LicenceType.VOLUME, "per_device", gettext_lazy("Bought in bulk at a discount; any metric may count it.")),
    Form(LicenceType.SUBSCRIPTION, "user_subscription", gettext_lazy("Paid by term; any metric may count it.")),
    Form(LicenceType.UNLIMITED, "unlimited", gettext_lazy("No number of units; use is counted all the same.")),
)  # fmt: skip
BY_NAME: Mapping[str, Form] = {one.name: one for one in TYPES}


def metrics_of(name: str) -> tuple[str, ...]:
    """The metrics that may count a type, its usual one first."""
    form = BY_NAME[name]
    others = [one.name for one in metrics() if form.takes(one.name) and one.name != form.metric]
    return (form.metric, *others)


def check_type(name: str, metric: str) -> None:
    """Refuse a type that is none, or that the metric does not count. Empty is allowed: the metric says enough."""
    if not name:
        return
    if name not in BY_NAME:
        words = _("“%(name)s” is no licence type. Known: %(known)s.")
        raise InvalidValue.of("licence_type", words % {"name": name, "known": ", ".join(BY_NAME)})
    if metric in METRICS and not BY_NAME[name].takes(metric):
        words = _(
            "Licences of the type “%(type)s” are not counted by “%(metric)s”. Choose one of: %(known)s."
        )
        facts = {
            "type": BY_NAME[name].name.label,
            "metric": METRICS[metric].label,
            "known": ", ".join(METRICS[one].label for one in metrics_of(name)),
        }
        raise InvalidValue.of("metric", words % facts)


def check_depreciation(percent: Decimal | None) -> None:
    """Refuse a yearly loss of value outside 0 to 100 percent."""
    if percent is not None and (not 0 <= percent <= HUNDRED or percent != percent.quantize(CENT)):
        words = _(
            "A depreciation of %(percent)s percent a year lies outside 0 to 100, or is finer than 0.01."
        )
        raise InvalidValue.of("depreciation_percent", words % {"percent": percent})
