"""Writes down what the lines of licences come to, period by period, so that long lists need not reckon it row by row.

The database throws the standings of a licence away whenever one of its lines changes (a trigger, see the migration), on
whatever path. Reading is right without them; with them it is fast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from django.db import transaction
from django.db.models import OuterRef

from trueup.licences.metrics import SITE
from trueup.licences.models import Licence, Purchase, Standing, Unsettled
from trueup.licences.queries import reckoned
from trueup.tenancy.models import Company

FIRST_DAY, LAST_DAY = date.min, date.max
AT_ONCE = 1000


def write_standings(*, most: int = 100_000) -> int:
    """Write the standings of licences that have none, some at a time; how many licences they were."""
    written = 0
    while written < most and (part := _write_some(min(AT_ONCE, most - written))):
        written += part
    return written


@transaction.atomic
def _write_some(most: int) -> int:
    """Locked licences get no new line meanwhile; those that are getting one just now wait for the next time.

    Companies are locked first, as whoever changes one does, so that its limit stays what it is until this is there.
    """
    companies = Company.objects.order_by("pk").select_for_update(no_key=True)
    limits = dict(companies.values_list("pk", "near_limit_percent"))
    without = Licence.objects.filter(pk__in=Unsettled.objects.values("licence"), withdrawn_at=None).order_by(
        "pk"
    )
    licences = list(without.select_for_update(skip_locked=True, of=("self",))[:most])
    ids = [licence.pk for licence in licences]
    turns = _turns(ids)
    Standing.objects.bulk_create(
        (
            Standing(
                licence=licence, company_id=licence.company_id, from_on=from_on, until_on=until_on,
                held=licence.held, reserved=licence.reserved, is_retired=licence.retired_at is not None, is_site=licence.metric == SITE, near_percent=limits[licence.company_id],
            )
            for licence in licences
            for from_on, until_on in _periods(turns[licence.pk])
        ),
        batch_size=5000,
    )  # fmt: skip
    fresh = Standing.objects.filter(licence__in=ids)
    fresh.update(**reckoned(day=OuterRef("from_on"), licence="licence"))
    Unsettled.objects.filter(pk__in=ids).delete()
    return len(ids)


def _turns(ids: Iterable[int]) -> dict[int, set[date]]:
    """The days on which a line of a licence begins or ends."""
    turns: dict[int, set[date]] = defaultdict(set)
    lines = Purchase.objects.filter(licence__in=ids, voided_at=None)
    for licence_id, *days in lines.values_list("licence", "valid_from", "valid_until"):
        turns[licence_id].update(day for day in days if day is not None)
    return turns


def _periods(turns: set[date]) -> Iterable[tuple[date, date]]:
    """All time, cut at the turns.

    >>> [(str(a), str(b)) for a, b in _periods({date(2026, 1, 1)})]
    [('0001-01-01', '2026-01-01'), ('2026-01-01', '9999-12-31')]
    """
    days = [FIRST_DAY, *sorted(turns), LAST_DAY]
    return pairwise(days)
