"""What a period of renewals comes to, added up by the database: how many, how many are locked, and what they cost by month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from trueup.base.access import Permission
from trueup.reports.renewals.endings import (
    CONTRACT,
    LICENCE,
    Sought,
    contract_rows,
    endings_of,
    licence_rows,
)
from trueup.reports.renewals.months import Cash, Due, cash_by_month, due_of


@dataclass(frozen=True, slots=True)
class Totals:
    """How many end, how many of those past their notice, and what the new terms cost."""

    count: int
    locked: int
    cash: tuple[Cash, ...]


def totals_of(sought: Sought) -> Totals:
    """Three queries, and those that read whole what is planned for: only its plan says what it will cost."""
    planned = {kind: [of for one, of in sought.plans if one == kind] for kind in (LICENCE, CONTRACT)}
    rows = [
        *_summed(sought, licence_rows(sought), ("ends_on", "annual_cost"), planned[LICENCE]),
        *_summed(sought, [contract_rows(sought)], ("valid_until", "price"), planned[CONTRACT]),
    ]
    dues = [
        Due(currency or "", month, Decimal(0), cost)
        for month, currency, _n, _locked, cost in rows
        if cost is not None
    ]
    for kind, ids in planned.items():
        if ids:
            narrowed = replace(sought, where=sought.where & Q(pk__in=ids), kinds={kind} & {*sought.kinds})
            dues += due_of(endings_of(narrowed))
    return Totals(sum(row[2] for row in rows), sum(row[3] for row in rows), cash_by_month(dues))


Row = tuple[date, str | None, int, int, Decimal | None]


def _summed(
    sought: Sought, parts: list[QuerySet[Any]], paths: tuple[str, str], planned: list[int]
) -> list[Row]:
    """By month and currency: how many, how many are locked, and what those without a plan cost, where it may be seen."""
    ends, cost = paths
    seen = sought.actor.companies(Permission.PRICES_VIEW)
    priced = ~Q(pk__in=planned) & (Q() if seen is None else Q(company_id__in=seen))
    locked = Q(renews_itself=True, decide_by__lt=sought.on, valid_to__gte=sought.on)
    first, *others = (
        rows.order_by()
        .annotate(due=TruncMonth(ends))
        .values("due", "currency")
        .annotate(number=Count("pk"), locked=Count("pk", filter=locked), cost=Sum(cost, filter=priced))
        .values_list("due", "currency", "number", "locked", "cost")
        for rows in parts
    )
    return list(first.union(*others, all=True) if others else first)
