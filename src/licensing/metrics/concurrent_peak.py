"""Concurrent use: as many licences as were in use at the same time at the peak.

A seat given back at a moment is free for a request of the same moment. Denials are evidence of need, not need.
"""

from datetime import datetime, time
from typing import Any

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: c_SAMLicenseMetrics; support.purdue.edu, concurrent licence manager; Revenera, licence administration guide"


def count(given: Given, book: Book) -> Outputs:
    """Shapes (a) to (f): a peak against what is owned, denials, licence file, sessions, events, daily peaks."""
    book.source = SOURCE
    shapes = {
        "flexlm_features": _owned,
        "sessions": _of_sessions,
        "events": _of_events,
        "daily_peaks": _of_days,
        "peak_concurrent": _against_owned,
        "simultaneous_requests": _denied,
    }
    for key, shape in shapes.items():
        if given.has(key):
            return shape(given, book)
    raise given.no_shape(*shapes)


def _against_owned(given: Given, book: Book) -> Outputs:
    peak, owned = given.whole("peak_concurrent"), given.whole("licenses_owned")
    book.step("PEAK-01", "licences for the most used at once", peak, inputs={"peak_concurrent": peak})
    denials = book.step(
        "PEAK-02", "uses beyond what is owned", max(0, peak - owned), expression=f"max(0, {peak} - {owned})"
    )
    return {"required": peak, "compliant": peak <= owned, "denials": denials}


def _denied(given: Given, book: Book) -> Outputs:
    asked, owned = given.whole("simultaneous_requests"), given.whole("licenses_owned")
    expression = f"max(0, {asked} - {owned})"
    return {"denials": book.step("PEAK-02", "requests refused", max(0, asked - owned), expression=expression)}


def _owned(given: Given, book: Book) -> Outputs:
    owned: dict[str, int] = {}
    for line in given.text("flexlm_features").splitlines():
        words = line.split()
        if len(words) > 5 and words[0] in {"FEATURE", "INCREMENT"} and words[5].isdecimal():
            before = owned.get(words[1], 0) if words[0] == "INCREMENT" else 0
            owned[words[1]] = book.step("PEAK-03", f"{words[0]} {words[1]}", before + int(words[5]))
    return {"owned": owned}


def _of_sessions(given: Given, book: Book) -> Outputs:
    moves: list[tuple[time, int]] = []
    for place, session in enumerate(given.list_of("sessions")):
        opened, closed = (_clock(given, "sessions", place, session, at) for at in (1, 2))
        if closed < opened:
            raise given.refused(
                f"sessions[{place}]", f"ends at {closed}, before it begins", "split it at midnight"
            )
        moves += [(opened, 1), (closed, -1)]
    return {"peak": _peak(moves, book)}


def _of_events(given: Given, book: Book) -> Outputs:
    moves = []
    for place, event in enumerate(given.list_of("events")):
        at = _clock(given, "events", place, event, 0)
        if list(event[1:]) not in ([1], [-1]):
            raise given.refused(
                f"events[{place}]", f"is {event!r}", "give [time, +1] for out and [time, -1] for in"
            )
        moves.append((at, int(event[1])))
    return {"peak": _peak(moves, book)}


def _peak(moves: list[tuple[time, int]], book: Book) -> int:
    """The greatest number out at once; at one moment, what comes in goes before what goes out."""
    running = peak = 0
    for _, delta in sorted(moves):
        running += delta
        peak = max(peak, running)
    return book.step(
        "PEAK-04", "most in use at once", peak, expression="running maximum; check-ins before check-outs"
    )


def _of_days(given: Given, book: Book) -> Outputs:
    peaks = given.wholes("daily_peaks")
    window = (
        given.whole("window_days", least=1)
        if given.has("window_days")
        else book.whole("generic.peak_window_days")
    )
    highest = max(peaks[-window:], default=0)
    return {"rights_consumed": book.step("PEAK-05", f"highest of the last {window} daily peaks", highest)}


def _clock(given: Given, key: str, place: int, row: Any, at: int) -> time:
    try:
        return datetime.strptime(row[at], "%H:%M").time()  # noqa: DTZ007 - a local time of day has no zone
    except (TypeError, ValueError, IndexError, KeyError) as problem:
        raise given.refused(f"{key}[{place}]", f"is {row!r}", "give times as HH:MM") from problem
