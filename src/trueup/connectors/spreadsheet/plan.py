"""A plan: what importing a file would do, as values that pages show and the import carries out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trueup.connectors.spreadsheet.licence_row import RowError
from trueup.connectors.spreadsheet.names import ProductKey
from trueup.connectors.spreadsheet.pooling import Pool
from trueup.licences.lines import LineTerms


class Outcome(StrEnum):
    """What becomes of a licence of the file."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line to add; its cost centre may not be there yet, hence by its code."""

    terms: LineTerms
    cost_centre: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLicence:
    """One licence of the file with all that would happen to it."""

    outcome: Outcome
    pool: Pool
    product: ProductKey
    publisher: str
    metric: str
    region_id: int
    owner_id: int | None = None
    licence_id: int | None = None
    added: tuple[PlannedLine, ...] = ()
    voided: tuple[int, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[int, ...] = ()
    devices: tuple[int, ...] = ()
    seals: bool = False
    """Whether the keys of the file are sealed: the licence has none yet."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole of it. Rows of `errors` that do not keep their row are left out."""

    company_id: int
    source: str
    licences: tuple[PlannedLicence, ...]
    errors: tuple[RowError, ...]
    new_products: tuple[ProductKey, ...]
    new_cost_centres: tuple[str, ...]
    keys: int
    skipped: int

    def of(self, outcome: Outcome) -> tuple[PlannedLicence, ...]:
        """The licences of one outcome."""
        return tuple(planned for planned in self.licences if planned.outcome is outcome)

    @property
    def rejected(self) -> frozenset[int]:
        """The rows that are left out."""
        return frozenset(error.row for error in self.errors if not error.keeps_row)

    @property
    def merged(self) -> tuple[Pool, ...]:
        """Licences made of several rows (R-047)."""
        return tuple(planned.pool for planned in self.licences if planned.pool.is_merged)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each, for people and programs."""
        return {
            **{outcome.value: len(self.of(outcome)) for outcome in Outcome},
            "reject": len(self.rejected),
            "errors": len(self.errors),
            "merged": len(self.merged),
            "skipped": self.skipped,
        }
