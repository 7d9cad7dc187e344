"""The metrics a licence can have, as the rules define them: their nouns, and who may hold their units."""

from __future__ import annotations

from decimal import Decimal

from licensing.register import METRICS, Metric, metrics
from trueup.base.problems import InvalidValue

PERSON, DEVICE = "person", "device"


def metric_named(name: str) -> Metric:
    """The metric of that name, or a refusal that lists the known ones."""
    metric = METRICS.get(name)
    if metric is None or not metric.is_metric:
        known = ", ".join(sorted(metric.name for metric in metrics()))
        raise InvalidValue.of("metric", f"“{name}” is no metric. Known: {known}.")
    return metric


def noun(name: str, units: int | Decimal | None = None) -> str:
    """What the metric counts, in the number asked for: *core*, *cores*."""
    metric = METRICS.get(name)
    if metric is None:
        return "unit" if units == 1 else "units"
    return metric.unit.of(2 if units is None else units)
