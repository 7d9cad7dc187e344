"""History in words: every event has its own in each language, and details read as what they are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.utils import timezone, translation

from trueup.audit.models import Entry as Happened
from trueup.cli.reference.events import events
from trueup.web.kit.happenings import WORDS
from trueup.web.kit.history import entries


def told(event: str, **details: Any) -> Happened:
    return cast(
        "Happened",
        SimpleNamespace(event=event, actor="Alice", happened_at=timezone.now(), details=details),
    )


def test_every_event_the_code_writes_has_words_and_no_others_have() -> None:
    assert {event.name for event in events()} == set(WORDS)


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_event_is_told_in_english_elsewhere(language: str) -> None:
    english = {event: str(words) for event, words in WORDS.items()}
    with translation.override(language):
        left = [event for event, words in WORDS.items() if str(words) == english[event]]
    assert left == []


def test_two_people_put_on_a_list_are_no_change_from_one_to_the_other() -> None:
    (line,) = entries([told("assignments.eligible_added", people=["Bob", "Carol"])])
    assert (line.text, line.was, line.now) == (WORDS["assignments.eligible_added"], "", "Bob, Carol")


def test_whoever_is_within_a_site_is_not_said_to_take_a_unit() -> None:
    within, own = entries(
        [
            told("assignments.assigned", holder="Bob", units=1, within=7),
            told("assignments.assigned", holder="Oslo", units=1),
        ]
    )
    assert within.now == "Bob, within the site, no unit of its own"
    assert own.now == "Oslo, 1 unit"


def test_a_change_of_units_names_the_holder_and_both_numbers() -> None:
    (line,) = entries([told("assignments.units_changed", holder="Bob", units=[1, 3])])
    assert (line.was, line.now, line.why) == ("1", "3", "Bob")
