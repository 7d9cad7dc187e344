"""Terms that change over time: the edition in force on a day is found, never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from licensing.problems import LicensingProblem


class Edition(Protocol):
    """One edition of a term: in force from its first to its last day, both included; None is open."""

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...


AnyEdition = TypeVar("AnyEdition", bound=Edition)


class NoTermsInForce(LicensingProblem, LookupError):
    """No edition of the term is in force on that day; the nearest one is never taken instead."""

    def __init__(self, term: str, on: date | None) -> None:
        """Name the term and the day, and the way out."""
        day = "today and later" if on is None else on.isoformat()
        super().__init__(
            f"no terms are known for {term} on {day}: add a dated, cited entry to library/terms, "
            "or count on a day for which terms are known"
        )
        self.term = term
        self.on = on


class OverlappingTerms(LicensingProblem, ValueError):
    """Two editions of one term claim the same day."""


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days, both ends included, open where None."""

    valid_from: date | None
    valid_to: date | None


def in_force(editions: Iterable[AnyEdition], *, term: str, on: date | None) -> AnyEdition:
    """The one edition in force on the day; without a day, the one whose end is open.

    >>> first = Days(None, date(2025, 4, 9)); second = Days(date(2025, 4, 10), None)
    >>> in_force([second, first], term="a minimum", on=date(2025, 4, 9)) is first
    True
    >>> in_force([first, second], term="a minimum", on=None) is second
    True
    """
    holding = [edition for edition in editions if _holds(edition, on)]
    if not holding:
        raise NoTermsInForce(term, on)
    if len(holding) > 1:
        raise OverlappingTerms(f"{term} has {len(holding)} editions in force on {on}: end the older one")
    return holding[0]


def _holds(edition: Edition, on: date | None) -> bool:
    if on is None:
        return edition.valid_to is None
    begun = edition.valid_from is None or edition.valid_from <= on
    return begun and (edition.valid_to is None or on <= edition.valid_to)
