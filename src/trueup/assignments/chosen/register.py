"""Every deed that can be done to what is chosen in a list, by its kind. A new one is one line here."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.assignments.chosen.giving import ASSIGN_DEVICES, ASSIGN_PEOPLE, ASSIGN_ROWS, RELEASE_ROWS
from trueup.assignments.chosen.moving import MOVE_SEATS
from trueup.assignments.chosen.releasing import RELEASE_DEVICES, RELEASE_PEOPLE, RELEASE_SEATS
from trueup.assignments.chosen.retiring import RETIRE
from trueup.inventory.deciding_many import IGNORE_TITLES, MATCH_TITLES
from trueup.jobs.deeds import Deed
from trueup.licences.many import ADD_TAGS, REMOVE_TAGS, SET_OWNER, SET_POLICY

DEEDS: Mapping[str, Deed] = {
    deed.kind: deed
    for deed in (
        SET_OWNER,
        ADD_TAGS,
        REMOVE_TAGS,
        SET_POLICY,
        RETIRE,
        ASSIGN_PEOPLE,
        ASSIGN_DEVICES,
        ASSIGN_ROWS,
        RELEASE_PEOPLE,
        RELEASE_DEVICES,
        RELEASE_SEATS,
        RELEASE_ROWS,
        MOVE_SEATS,
        MATCH_TITLES,
        IGNORE_TITLES,
    )
}
