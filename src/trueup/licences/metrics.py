"""The metrics a licence can have, as the rules define them: their nouns, and who may hold their units."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licensing.register import METRICS, Metric, metrics
from trueup.base.problems import InvalidValue

PERSON, DEVICE, LOCATION, DEPARTMENT = "person", "device", "location", "department"
SITE, CONCURRENT = "site_license", "concurrent_peak"
"""The metrics whose units are held by places for everybody there, and by whoever uses them at a moment."""


def metric_named(name: str) -> Metric:
    """The metric of that name, or a refusal that lists the known ones."""
    metric = METRICS.get(name)
    if metric is None or not metric.is_metric:
        known = ", ".join(sorted(metric.name for metric in metrics()))
        raise InvalidValue.of(
            "metric", _("“%(name)s” is no metric. Known: %(known)s.") % {"name": name, "known": known}
        )
    return metric


def may_hold(name: str) -> frozenset[str]:
    """The kinds of holders of a metric; with those that hold within another one, at no unit of their own."""
    metric = metric_named(name)
    return metric.holders | metric.within


def noun(name: str, units: int | Decimal | None = None) -> str:
    """What the metric counts, in the reader's language and the number asked for: *core*, *cores*."""
    metric, number = METRICS.get(name), 2 if units is None else units
    if metric is None:
        return ngettext("unit", "units", _whole(number))
    return ngettext(metric.unit.singular, metric.unit.plural, _whole(number))


def plain_noun(name: str) -> str:
    """What the metric counts, for programs: the same word in every language."""
    metric = METRICS.get(name)
    return "units" if metric is None else metric.unit.plural


def _whole(number: int | Decimal) -> int:
    """A number as plural rules take it; a part of a unit is several."""
    return int(number) if number == int(number) else 2
