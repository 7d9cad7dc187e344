"""Writing down what a run found: devices by their snapshots, subscriptions and seats by set difference, company by company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from trueup.base.actor import Actor
from trueup.base.problems import Problem
from trueup.inventory.actions import ensure_titles, record_snapshot
from trueup.inventory.snapshots import SoftwareFacts
from trueup.people.queries import people_by_login
from trueup.people.syncing import DirectoryPerson, sync_people
from trueup.sources.actions.placing import note_outside_companies
from trueup.sources.findings import Findings, Outside, Rejected, SeatFacts, Sighted, SubscriptionFacts
from trueup.sources.models import Seat, Source, Subscription, Told

ORIGIN = "subscription"
"""Where titles of offers come from, as recognition is told."""
SUBSCRIPTION_FACTS = (
    "applies_to", "purchased", "assigned", "in_grace", "suspended", "status", "is_trial", "is_free", "renews_itself",
    "renews_on", "committed_until", "unit_cost", "currency",
)  # fmt: skip
SEAT_FACTS = ("login", "name", "via", "is_enabled", "last_used_at", "use_is_reported")
BATCH = 1000


@dataclass(slots=True)
class Written:
    """What became of the findings."""

    rows: int = 0
    unplaced: int = 0
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rejected: list[Rejected] = field(default_factory=list)

    def count(self, **more: int) -> None:
        """Add to the counts by their names."""
        for name, n in more.items():
            self.counts[name] += n


def record_findings(
    *, actor: Actor, source: Source, findings: Findings, is_complete: bool, at: datetime
) -> Written:
    """Bring what is known to what a run found. What a complete run does not mention has ended; a partial one ends nothing."""
    written = Written(rejected=list(findings.rejected))
    places = _places(source, findings, at)
    if findings.people is not None:
        _record_people(actor, source, findings.people, written, at, is_complete=is_complete)
    for sighted in findings.devices or ():
        into = places.get(sighted.outside)
        if into is None:
            written.unplaced += 1
        else:
            _record_device(actor, into, sighted, written, at, is_complete=is_complete)
    _record_offers(source, findings.subscriptions, Subscription, places, written, at, is_complete=is_complete)
    _record_offers(source, findings.seats, Seat, places, written, at, is_complete=is_complete)
    return written


def _places(source: Source, findings: Findings, at: datetime) -> Mapping[str, int | None]:
    """Into which company what is said of each company of theirs goes. A source of one company goes there, all of it."""
    named = {one.id: one for one in findings.outsides}
    facts: Iterable[Any] = (
        *(findings.devices or ()),
        *(findings.subscriptions or ()),
        *(findings.seats or ()),
    )
    met = {fact.outside: named.get(fact.outside, Outside(fact.outside)) for fact in facts}
    if not source.is_shared:
        return dict.fromkeys({*met, ""}, source.company_id)
    return note_outside_companies(source=source, outsides=[*(named | met).values()], at=at)


def _record_people(
    actor: Actor,
    source: Source,
    people: Sequence[DirectoryPerson],
    written: Written,
    at: datetime,
    *,
    is_complete: bool,
) -> None:
    """A directory speaks of the people of its own company."""
    done = sync_people(
        actor=actor, company_id=source.company_id, origin=str(source.record), people=people, is_complete=is_complete,
        on=timezone.localdate(at), at=at,
    )  # fmt: skip
    written.rows += len(people)
    written.rejected += [Rejected(who, why) for who, why in done.refused]
    written.count(
        people=len(people),
        new_people=done.added,
        changed_people=done.changed,
        left_people=done.left,
        returned_people=done.returned,
    )


def _record_device(
    actor: Actor, company_id: int, sighted: Sighted, written: Written, at: datetime, *, is_complete: bool
) -> None:
    snapshot = sighted.snapshot if is_complete else replace(sighted.snapshot, is_whole=False)
    try:
        outcome = record_snapshot(actor=actor, company_id=company_id, snapshot=snapshot, at=at)
    except Problem as problem:
        written.rejected.append(Rejected(snapshot.device.hostname or "", problem.detail))
        return
    written.rows += 1 + len(snapshot.software or ())
    new = int(outcome.is_new_device)
    written.count(devices=1, new_devices=new, opened=outcome.opened, closed=outcome.closed)


def _record_offers(
    source: Source,
    facts: Sequence[SubscriptionFacts] | Sequence[SeatFacts] | None,
    model: type[Subscription | Seat],
    places: Mapping[str, int | None],
    written: Written,
    at: datetime,
    *,
    is_complete: bool,
) -> None:
    """One kind of rows, company by company; a company of ours that is mentioned no more is mentioned with nothing."""
    if facts is None:
        return
    by_company: dict[int, list[Any]] = defaultdict(list)
    for fact in facts:
        into = places.get(fact.outside)
        if into is None:
            written.unplaced += 1
        else:
            by_company[into].append(fact)
    there = model.objects.filter(origin=source.record, gone_at=None).values_list("company_id", flat=True)
    for company_id in sorted({*by_company, *there.distinct()}):
        with transaction.atomic():
            _set_told(
                source,
                company_id,
                by_company.get(company_id, []),
                model,
                written,
                at,
                is_complete=is_complete,
            )


def _set_told(
    source: Source,
    company_id: int,
    facts: Sequence[Any],
    model: type[Subscription | Seat],
    written: Written,
    at: datetime,
    *,
    is_complete: bool,
) -> None:
    made = _rows(source, company_id, facts, model, at)
    key, columns = _form(model)
    open_now = {
        key(row): row
        for row in model.objects.filter(company_id=company_id, origin=source.record, gone_at=None)
    }
    fresh = [row for place, row in made.items() if place not in open_now]
    kept = [_brought(open_now[place], row, columns) for place, row in made.items() if place in open_now]
    gone = [row.pk for place, row in open_now.items() if place not in made] if is_complete else []
    model.objects.filter(pk__in=gone).update(gone_at=at)
    manager: Any = model.objects
    manager.bulk_update(kept, [*columns, "origin_name", "title", "seen_at"], batch_size=BATCH)
    manager.bulk_create(fresh, batch_size=BATCH)
    name = "subscriptions" if model is Subscription else "seats"
    written.rows += len(made)
    written.count(**{name: len(made), f"new_{name}": len(fresh), f"ended_{name}": len(gone)})


def _rows(
    source: Source,
    company_id: int,
    facts: Sequence[Any],
    model: type[Subscription | Seat],
    at: datetime,
) -> dict[Any, Any]:
    """The rows of facts by what makes them one; titles recognised, people found by their login."""
    names = [getattr(fact, "sku_name", "") or getattr(fact, "name", "") or fact.sku for fact in facts]
    programs = [
        SoftwareFacts(name=name, publisher=fact.publisher or None, origin=ORIGIN, identifier=fact.sku)
        for name, fact in zip(names, facts, strict=True)
    ]
    titles = ensure_titles(company_id=company_id, programs=programs, at=at)
    logins = [fact.login for fact in facts if isinstance(fact, SeatFacts) and fact.login]
    people = people_by_login(company_id=company_id, logins=logins)
    key, columns = _form(model)
    made = {}
    for fact, title_id in zip(facts, titles, strict=True):
        values = {name: getattr(fact, name) for name in columns if name != "person_id"}
        row: Any = model(
            company_id=company_id, origin=source.record, origin_name=source.name, sku=fact.sku, title_id=title_id,
            first_seen_at=at, seen_at=at, **values, **_own(fact, people),
        )  # fmt: skip
        made[key(row)] = row
    return made


def _own(fact: SubscriptionFacts | SeatFacts, people: Mapping[str, int]) -> dict[str, Any]:
    if isinstance(fact, SubscriptionFacts):
        return {"ref": fact.ref}
    return {"subject": fact.subject, "person_id": people.get(fact.login.casefold())}


def _form(model: type[Told]) -> tuple[Any, tuple[str, ...]]:
    """What makes a row the same row, and what is told of it."""
    if model is Subscription:
        return (lambda row: (row.sku, row.ref)), SUBSCRIPTION_FACTS
    return (lambda row: (row.sku, row.subject)), (*SEAT_FACTS, "person_id")


def _brought(row: Any, told: Any, columns: Sequence[str]) -> Any:
    for name in (*columns, "origin_name", "title_id", "seen_at"):
        setattr(row, name, getattr(told, name))
    return row
