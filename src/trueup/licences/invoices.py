"""Invoices: what lines with one number, day, supplier and currency come to, walked a page at a time, latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from trueup.base.actor import Actor
from trueup.base.lists.ordering import Key, cursor_of, put_together, stretches
from trueup.licences.costs import MONEY, priced_lines

SHARED = ("invoice_on", "invoice_number", "supplier", "currency", "company_id")
"""What the lines of one invoice have in common: the order of the list, and of the index it is walked along."""
KEYS = tuple(Key(path, descending=path == "invoice_on") for path in SHARED)
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the lines of one invoice come to."""

    invoice_on: date | None
    number: str
    supplier: str
    currency: str
    company_id: int
    lines: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Invoices:
    """A page of them, the cursor of the next, and how many there are, counted up to ``MOST_COUNTED``."""

    rows: tuple[Invoice, ...]
    next: str
    count: int


def invoices_of(*, actor: Actor, number: str = "", cursor: str = "", limit: int = 50) -> Invoices:
    """Invoices with the sum of their lines; those of one number where it is given (R-040). Two queries."""
    lines = priced_lines(actor=actor).exclude(invoice_number="").order_by()
    lines = lines.filter(invoice_number=number) if number else lines
    asked: QuerySet[Any] = lines.values(*SHARED)
    count = asked.distinct()[:MOST_COUNTED].count()
    summed = asked.annotate(lines=Count("pk"), amount=Sum("total", output_field=MONEY))
    parts = [part[: limit + 1] for part in stretches(summed, KEYS, cursor, backwards=False)]
    told = parts[0] if len(parts) == 1 else put_together(parts, KEYS, backwards=False)
    found = list(told[: limit + 1])
    rows = found[:limit]
    return Invoices(
        tuple(map(_invoice, rows)),
        cursor_of(rows[-1], KEYS) if len(found) > limit else "",
        count,
    )


def _invoice(row: dict[str, Any]) -> Invoice:
    return Invoice(
        row["invoice_on"], row["invoice_number"], row["supplier"], row["currency"], row["company_id"], row["lines"], row["amount"]
    )  # fmt: skip
