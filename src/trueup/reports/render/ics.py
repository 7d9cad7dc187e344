"""Whole-day events as a calendar file (RFC 5545), with identifiers that stay the same each time, and a reminder each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import icalendar

CONTENT_TYPE = "text/calendar; charset=utf-8"
READ_AGAIN_AFTER = timedelta(hours=6)
TOLD_BEFORE = timedelta(days=7)
"""When a calendar program reminds of an event, where it is allowed to."""


@dataclass(frozen=True, slots=True)
class Event:
    """One day. ``uid`` is unique in the world and the same each time; ``url`` opens the record."""

    uid: str
    on: date
    title: str
    text: str = ""
    url: str = ""
    category: str = ""


def write_ics(*, name: str, events: Iterable[Event], at: datetime) -> bytes:
    """The calendar. It asks to be read again after some hours, and blocks no time."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Trueup//Renewals//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", printable(name))
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for event in events:
        calendar.add_component(_event(event, at))
    return bytes(calendar.to_ical())


def _event(event: Event, at: datetime) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("dtstamp", at.astimezone(UTC))
    made.add("dtstart", event.on)
    made.add("dtend", event.on + timedelta(days=1))
    made.add("summary", printable(event.title))
    if event.text:
        made.add("description", printable(event.text))
    if event.url:
        made.add("url", event.url)
    if event.category:
        made.add("categories", [printable(event.category)])
    made.add("transp", "TRANSPARENT")
    made.add_component(_alarm(event))
    return made


def _alarm(event: Event) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", printable(event.title))
    alarm.add("trigger", -TOLD_BEFORE)
    return alarm


def printable(text: str) -> str:
    r"""The text without signs that no calendar shows; line breaks stay.

    >>> printable("a\r\nb\x00")
    'a\nb'
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in unified if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})
