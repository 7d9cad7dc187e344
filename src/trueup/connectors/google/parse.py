"""Makes seats of Google's licences. The year 1970 is how Google says that somebody never signed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.sources.cells import moment, words
from trueup.sources.findings import Findings, Page, Rejected, SeatFacts, SubscriptionFacts
from trueup.sources.machines import sound_rows

PUBLISHER = "Google LLC"
NEVER = "1970-01-01T00:00:00"


def parse_google(pages: Sequence[Page], _seen_at: datetime) -> Findings:
    """Who has what; how much was bought is not told."""
    rejected: list[Rejected] = []
    people = {
        row["primaryEmail"].casefold(): row
        for row, _about in sound_rows(pages, "people", {"primaryEmail": str}, rejected)
    }
    seats = tuple(
        _seat(row, people.get(row["userId"].casefold(), {}))
        for row, _about in sound_rows(pages, "licences", {"skuId": str, "userId": str}, rejected)
    )
    given = Counter((one.sku, one.sku_name) for one in seats)
    subscriptions = tuple(
        SubscriptionFacts(sku=sku, name=name, publisher=PUBLISHER, applies_to="user", assigned=number)
        for (sku, name), number in given.items()
    )
    return Findings(subscriptions=subscriptions, seats=seats, rejected=tuple(rejected))


def _seat(row: Mapping[str, Any], person: Mapping[str, Any]) -> SeatFacts:
    told = str(person.get("lastLoginTime") or "")
    used_at = moment(told)
    name = person.get("name")
    is_suspended = person.get("suspended")
    return SeatFacts(
        sku=words(row["skuId"], most=200),
        sku_name=words(row.get("skuName"), most=200) or words(row["skuId"], most=200),
        publisher=PUBLISHER,
        subject=words(person.get("id"), most=200) or words(row["userId"], most=200),
        login=words(row["userId"], most=320),
        name=words(name.get("fullName"), most=200) if isinstance(name, dict) else "",
        is_enabled=not is_suspended if isinstance(is_suspended, bool) else None,
        last_used_at=used_at,
        use_is_reported=used_at is not None or told.startswith(NEVER),
    )
