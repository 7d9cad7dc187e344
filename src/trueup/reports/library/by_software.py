"""Cost by software: what each product cost in a period, quarter by quarter, by currency and in one of one's own (R-108)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.days import day_in_words
from trueup.base.problems import InvalidValue
from trueup.licences.costs import By, Cost, costs_by, priced_lines
from trueup.reports.library.asking import Ask
from trueup.reports.library.report import Report
from trueup.reports.render.table import Cell, Column, Kind, Table

CENT = Decimal("0.01")
CODE = re.compile(r"[A-Z]{3}")
MONTHS_OF_A_QUARTER = 3
Rates = Mapping[str, Decimal]


def build(ask: Ask) -> Table:
    """A row for each product and currency, the dearest first."""
    turns = quarters(ask.first, ask.last)
    lines = priced_lines(actor=ask.actor).filter(**ask.narrowing("licence__"))
    costs = costs_by(actor=ask.actor, by=By.PRODUCT, turns=turns, lines=lines)
    own, rates = _own(ask)
    spoken = [(_("Rate"), f"1 {code} = {rate:f} {own}") for code, rate in rates.items()]
    return Table(
        title=str(REPORT.title),
        columns=[*_columns(turns), *([Column("own", own, Kind.MONEY, "own_currency"), Column("own_currency", _("In"))] if own else [])],
        rows=_rows(costs, own, rates),
        filters=[*ask.filters, *spoken],
        has_totals=True,
        nothing=_("No licence with a price cost anything in this period."),
    )  # fmt: skip


def quarters(first: date, last: date) -> tuple[date, ...]:
    """The first day, each first day of a quarter within, and the day after the last.

    >>> [str(day) for day in quarters(date(2026, 2, 10), date(2026, 7, 31))]
    ['2026-02-10', '2026-04-01', '2026-07-01', '2026-08-01']
    """
    turns, end = [first], date.fromordinal(last.toordinal() + 1)
    month = (first.month - 1) // MONTHS_OF_A_QUARTER * MONTHS_OF_A_QUARTER + MONTHS_OF_A_QUARTER
    day = date(first.year + month // 12, month % 12 + 1, 1)
    while day < end:
        turns.append(day)
        month += MONTHS_OF_A_QUARTER
        day = date(first.year + month // 12, month % 12 + 1, 1)
    return (*turns, end)


def _columns(turns: tuple[date, ...]) -> list[Column]:
    parts = [
        Column(
            f"from_{start:%Y_%m_%d}", _("From %(day)s") % {"day": day_in_words(start)}, Kind.MONEY, "currency"
        )
        for start, _end in pairwise(turns)
    ]
    return [
        Column("product", _("Product")),
        *(parts if len(parts) > 1 else []),
        Column("cost", _("Cost"), Kind.MONEY, "currency"),
        Column("currency", _("Currency")),
    ]


def _rows(costs: tuple[Cost, ...], own: str, rates: Rates) -> Iterator[list[Cell]]:
    for cost in costs:
        row: list[Cell] = [
            cost.name,
            *(cost.amounts if len(cost.amounts) > 1 else ()),
            cost.total,
            cost.currency,
        ]
        if own:
            rate = Decimal(1) if cost.currency == own else rates.get(cost.currency)
            row += [None, ""] if rate is None else [(cost.total * rate).quantize(CENT), own]
        yield row


def _own(ask: Ask) -> tuple[str, Rates]:
    """The reporting currency and the rates of others in it, as given: ``in=EUR&rates=USD:0.92,GBP:1.17``."""
    own, rates = ask.more.get("in", ""), ask.more.get("rates", "")
    if own and not CODE.fullmatch(own):
        raise InvalidValue.of("in", _("“%(given)s” is no currency: EUR is one.") % {"given": own})
    if rates and not own:
        raise InvalidValue.of("rates", _("Say with in=EUR which currency the rates are in."))
    return own, dict(_rate(part.strip()) for part in rates.split(",") if part.strip())


def _rate(text: str) -> tuple[str, Decimal]:
    code, _mark, number = text.partition(":")
    try:
        rate = Decimal(number)
    except InvalidOperation:
        rate = Decimal(0)
    if not CODE.fullmatch(code) or not rate.is_finite() or rate <= 0:
        raise InvalidValue.of("rates", _("“%(given)s” is no rate: write it as USD:0.92.") % {"given": text})
    return code, rate


REPORT = Report(
    key="by_software",
    title=gettext_lazy("Cost by software"),
    answers=gettext_lazy("What each product cost in a year, a quarter or any other period."),
    section="money",
    view=Permission.PRICES_VIEW,
    build=build,
    asks_period=True,
    takes=frozenset({"in", "rates"}),
)
