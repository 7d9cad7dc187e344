"""Makes subscriptions and seats of Adobe's product profiles: what their quotas add up to, and who is in one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from trueup.sources.cells import units, words
from trueup.sources.findings import Findings, Page, Rejected, SeatFacts, SubscriptionFacts
from trueup.sources.machines import sound_rows

PUBLISHER = "Adobe Inc."
PROFILE = "PRODUCT_PROFILE"
ADMINS = ("_admin_", "_developer_")


def parse_adobe(pages: Sequence[Page], _seen_at: datetime) -> Findings:
    """One subscription for each product; a quota that is not told makes its sum unknown."""
    rejected: list[Rejected] = []
    quotas: dict[str, list[int | None]] = defaultdict(list)
    products: dict[str, set[str]] = defaultdict(set)
    for row, _about in sound_rows(pages, "groups", {"groupName": str}, rejected):
        product = words(row.get("productName"), most=200)
        if row.get("type") == PROFILE and product:
            quotas[product].append(units(row.get("licenseQuota")))
            products[row["groupName"]].add(product)
    seats = {
        (login, product): SeatFacts(
            sku=product, sku_name=product, publisher=PUBLISHER, subject=login[:200], login=login,
            is_enabled=row["status"] == "active" if isinstance(row.get("status"), str) else None,
        )
        for row, _about in sound_rows(pages, "users", {"email": str}, rejected)
        for login in [words(row["email"], most=320)]
        for group in row.get("groups") or ()
        if isinstance(group, str) and not group.startswith(ADMINS)
        for product in sorted(products.get(group, ()))
    }  # fmt: skip
    bought = tuple(
        SubscriptionFacts(
            sku=product, name=product, publisher=PUBLISHER, applies_to="user", purchased=_sum(told),
            assigned=sum(1 for _login, of in seats if of == product),
        )
        for product, told in quotas.items()
    )  # fmt: skip
    return Findings(subscriptions=bought, seats=tuple(seats.values()), rejected=tuple(rejected))


def _sum(quotas: Sequence[int | None]) -> int | None:
    known = [one for one in quotas if one is not None]
    return sum(known) if len(known) == len(quotas) else None
