"""Makes subscriptions of Pax8's: how it is paid and how long it is owed are two things, and only the second binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.sources.cells import day, money, units, words
from trueup.sources.findings import Findings, Outside, Page, Rejected, SubscriptionFacts
from trueup.sources.machines import sound_rows

OVER = frozenset({"Cancelled", "Converted"})


def parse_pax8(pages: Sequence[Page], _seen_at: datetime) -> Findings:
    """Every subscription that is not over."""
    rejected: list[Rejected] = []
    outsides = tuple(
        Outside(row["id"], words(row["name"], most=200))
        for row, _about in sound_rows(pages, "companies", {"id": str, "name": str}, rejected)
    )
    needed = {"id": str, "companyId": str, "productId": str}
    bought = tuple(
        _subscription(row)
        for row, _about in sound_rows(pages, "subscriptions", needed, rejected)
        if row.get("status") not in OVER
    )
    return Findings(outsides=outsides, subscriptions=bought, rejected=tuple(rejected))


def _subscription(row: Mapping[str, Any]) -> SubscriptionFacts:
    commitment = row.get("commitmentTerm")
    commitment = commitment if isinstance(commitment, dict) else {}
    return SubscriptionFacts(
        sku=words(row.get("vendorSkuId"), most=200) or words(row["productId"], most=200),
        name=words(row.get("productName"), most=200) or words(row["productId"], most=200),
        ref=words(row["id"], most=200),
        outside=words(row["companyId"], most=200),
        purchased=units(row.get("quantity")),
        status=words(row.get("status"), most=60),
        is_trial=row["status"] == "Trial" if isinstance(row.get("status"), str) else None,
        renews_on=day(row.get("endDate")),
        committed_until=day(commitment.get("endDate")),
        unit_cost=money(row.get("partnerCost")),
        currency=words(row.get("currencyCode"), most=3),
    )
