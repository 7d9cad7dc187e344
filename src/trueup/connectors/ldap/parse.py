"""Makes people of a directory's entries. A closed account is somebody who left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.people.syncing import DirectoryPerson
from trueup.sources.cells import units, words
from trueup.sources.findings import Findings, Page, Rejected
from trueup.sources.machines import sound_rows

CLOSED = 2
"""The bit of Active Directory's userAccountControl that closes an account."""


def parse_ldap(pages: Sequence[Page], _seen_at: datetime) -> Findings:
    """Everybody who has an id, a login and a name."""
    rejected: list[Rejected] = []
    rows = [
        row
        for row, _about in sound_rows(
            pages, "people", {"id": str, "login": str, "name": str, "dn": str}, rejected
        )
    ]
    by_dn = {row["dn"].casefold(): row["id"] for row in rows}
    people = tuple(
        DirectoryPerson(
            external_id=words(row["id"], most=200),
            username=words(row["login"], most=150),
            name=words(row["name"], most=200),
            email=words(row.get("mail"), most=254),
            employee_number=words(row.get("employee"), most=60),
            department=words(row.get("department"), most=100),
            manager=by_dn.get(words(row.get("manager")).casefold(), ""),
            is_active=not _is_closed(row),
        )
        for row in rows
    )
    return Findings(people=people, rejected=tuple(rejected))


def _is_closed(row: Mapping[str, Any]) -> bool:
    control = units(row.get("userAccountControl"))
    return bool(control and control & CLOSED) or str(row.get("nsAccountLock")).casefold() == "true"
