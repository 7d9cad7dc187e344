"""Sums under a table, the same in every rendering: money by currency, units by metric, and nothing across two of either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from trueup.reports.render.table import Cell, Column, Kind


@dataclass(frozen=True, slots=True)
class Total:
    """One line of sums: the currency or the metric it is of, and the sums by the place of their column."""

    measure: str
    sums: Mapping[int, Decimal]


@dataclass(slots=True)
class Totals:
    """What rows come to while they pass by; a missing currency is a group of its own."""

    columns: Sequence[Column]
    money_only: bool = False
    sums: dict[str, dict[int, Decimal]] = field(default_factory=dict)

    def add(self, row: Sequence[Cell]) -> None:
        """Take one row into account."""
        for place, measure_place in self.places():
            value = row[place]
            if isinstance(value, bool) or not isinstance(value, int | Decimal):
                continue
            measure = "" if measure_place is None else str(row[measure_place] or "")
            of_measure = self.sums.setdefault(measure, {})
            of_measure[place] = of_measure.get(place, Decimal(0)) + value

    def places(self) -> list[tuple[int, int | None]]:
        """Each column that is added up, with the place of its currency or metric."""
        at = {column.key: place for place, column in enumerate(self.columns)}
        return [
            (place, at.get(column.measure_key or ""))
            for place, column in enumerate(self.columns)
            if column.kind is Kind.MONEY or (column.metric_key and not self.money_only)
        ]

    def lines(self) -> list[Total]:
        """One line a currency and a metric, in the order of their names."""
        return [Total(measure, self.sums[measure]) for measure in sorted(self.sums)]

    def label_place(self) -> int | None:
        """The first column that is never added up: where the line says what it is."""
        summed = {place for place, _measure in self.places()}
        return next((place for place in range(len(self.columns)) if place not in summed), None)
