"""The ledger checked from outside: what is held against the assignments, what is granted against the lines in force,
both against the movements that led there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from trueup.base.access import Permission
from trueup.base.actor import Actor

CHECK = (Path(__file__).parent / "ledger.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """A sum of one licence that is not what it should be, in units (movements for the last of the checks)."""

    licence_id: int
    company_id: int
    fault: str
    expected: int
    stored: int


def ledger_faults(*, actor: Actor) -> tuple[LedgerFault, ...]:
    """Every sum that does not add up in the companies the actor may see; none in a sound ledger."""
    companies = actor.companies(Permission.LICENCES_VIEW)
    with connection.cursor() as cursor:
        cursor.execute(CHECK, {"companies": None if companies is None else sorted(companies)})
        return tuple(
            LedgerFault(licence_id, company_id, fault, int(expected), int(stored))
            for licence_id, company_id, fault, expected, stored in cursor.fetchall()
        )
