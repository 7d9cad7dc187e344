"""What released units are worth: whether they are of a subscription, and from which day on fewer can be paid for (U-048)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from trueup.base.actor import Actor
from trueup.licences.queries import LicenceOnDay, licences_visible_to


def first_reducible_on(
    *, valid_from: date | None, ends_on: date | None, decide_by: date | None, renews_itself: bool, on: date
) -> date | None:
    """The first day on which fewer units can be paid for; none where they were bought for good.

    That is the day after the term, or after the next one where the day for notice has passed and it renews itself.

    >>> term = {"valid_from": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "renews_itself": True}
    >>> str(first_reducible_on(**term, decide_by=date(2026, 12, 1), on=date(2026, 11, 21)))
    '2027-01-01'
    >>> str(first_reducible_on(**term, decide_by=date(2026, 10, 1), on=date(2026, 11, 21)))
    '2028-01-01'
    >>> first_reducible_on(valid_from=None, ends_on=None, decide_by=None, renews_itself=False, on=date(2026, 1, 1))
    """
    if ends_on is None:
        return None
    is_locked = renews_itself and decide_by is not None and decide_by < on
    if not is_locked or valid_from is None:
        return ends_on
    return _after_another(valid_from, ends_on)


def _after_another(valid_from: date, ends_on: date) -> date:
    """The end of another term as long: in whole months where the first one was, else in days."""
    if valid_from.day != ends_on.day:
        return ends_on + (ends_on - valid_from)
    months = (ends_on.year - valid_from.year) * 12 + ends_on.month - valid_from.month
    years, month = divmod(ends_on.month - 1 + months, 12)
    year = ends_on.year + years
    return date(year, month + 1, min(ends_on.day, monthrange(year, month + 1)[1]))


def freed_facts(*, actor: Actor, licence_ids: Iterable[int], on: date) -> dict[int, dict[str, Any]]:
    """Of each licence what its result line says: its term, the first day to reduce, and its metric."""
    rows = licences_visible_to(actor=actor, on=on).filter(pk__in=list(licence_ids))
    return {row.pk: _facts(row, on) for row in rows.select_related("product")}


def _facts(row: LicenceOnDay, on: date) -> dict[str, Any]:
    first = first_reducible_on(
        valid_from=row.valid_from, ends_on=row.ends_on, decide_by=row.decide_by, renews_itself=bool(row.renews_itself),
        on=on,
    )  # fmt: skip
    return {
        "licence": row.pk,
        "name": row.product.name,
        "metric": row.metric,
        "is_subscription": row.ends_on is not None,
        "reducible_on": None if first is None else first.isoformat(),
    }
