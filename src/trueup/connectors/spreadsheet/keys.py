"""Keys of a file on their way into the vault: gathered by licence, sealed once, and burnt when the import is taken back.

They are in no plan's text, no summary and no recipe for undoing; those hold how many there are and their handles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from trueup.licences.keys.sealing import MOST_AT_ONCE, NOT_A_KEY, NewKey, seal_keys
from trueup.vault.envelope import spelled
from trueup.vault.plain import Plain

if TYPE_CHECKING:
    from trueup.connectors.spreadsheet.licence_row import LicenceRow
    from trueup.connectors.spreadsheet.plan import PlannedLicence
    from trueup.licences.bulk import Scene


def keys_in(rows: Iterable[LicenceRow]) -> tuple[Plain, ...]:
    """The different keys of a licence's rows in order; a cell with several lines holds several."""
    found: dict[str, Plain] = {}
    for row in rows:
        for line in (row.key or "").splitlines():
            mark = spelled(line.strip())
            if mark not in NOT_A_KEY:
                found.setdefault(mark, Plain(line.strip()))
    return tuple(found.values())


def seal_planned(scene: Scene, planned: Sequence[tuple[int, PlannedLicence]]) -> list[int]:
    """Seal the keys of licences; the ids of what was sealed. As many keys as units are one for each seat."""
    wanted = [
        NewKey(licence_id, plain, per_seat=len(one.pool.keys) > 1 and len(one.pool.keys) == one.pool.units)
        for licence_id, one in planned
        for plain in one.pool.keys
    ]
    made: list[int] = []
    for start in range(0, len(wanted), MOST_AT_ONCE):
        made += [key.pk for key in seal_keys(scene=scene, wanted=wanted[start : start + MOST_AT_ONCE])]
    return made
