"""By which words assignments are found: those of who holds, and those of what is held. They have none of their own."""

from __future__ import annotations

from trueup.assignments.models import Assignment
from trueup.base.searching import Index, Through
from trueup.devices.searching import NAMED_DEVICE
from trueup.licences.searching import OF_LICENCE
from trueup.people.searching import NAME_WORDS

ASSIGNMENT_WORDS = Index(
    Assignment,
    (
        Through("person_id", NAME_WORDS, has_numbers=True),
        Through("device_id", NAMED_DEVICE, has_numbers=True),
        Through("licence_id", OF_LICENCE),
    ),
    has_words=False,
)
