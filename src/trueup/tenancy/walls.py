"""The wall between companies, kept by the database: a row can refer only to rows of its own company.

A migration calls :func:`wall` for each foreign key between company-owned tables. The pair (company, id) of the
target is made unique, and the pair of the referring row must be one of them.
"""

from __future__ import annotations

from django.db.migrations import RunSQL


def doorposts(table: str) -> RunSQL:
    """Make (company, id) of a table something a wall can lean on."""
    name = f"{table}_company_pair"
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE (company_id, id)',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )


def wall(table: str, column: str, target: str) -> RunSQL:
    """Let ``table.column`` refer only to rows of ``target`` of the same company."""
    name = f"{table}_{column}_same_company"
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (company_id, "{column}") '
        f'REFERENCES "{target}" (company_id, id) DEFERRABLE INITIALLY DEFERRED',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )
