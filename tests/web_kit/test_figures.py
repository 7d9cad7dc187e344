"""Money, numbers and days as the reader writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from trueup.web.kit import figures


@pytest.mark.parametrize(
    ("amount", "written"),
    [("124800", "€124,800"), ("65.4", "€65.40"), ("-8", "−€8"), ("0", "€0")],
)
def test_money_shows_cents_only_where_there_are_some(amount, written):
    assert figures.money((Decimal(amount), "EUR")) == written


def test_money_follows_the_readers_locale():
    with translation.override("de"):
        assert figures.money((Decimal("1234.5"), "EUR")) == "1.234,50\N{NO-BREAK SPACE}€"
        assert figures.money((Decimal(1234), "EUR")) == "1.234\N{NO-BREAK SPACE}€"


def test_headline_money_is_short():
    assert figures.money_short((Decimal(2487300), "EUR")) == "€2.49M"
    assert figures.money_short((Decimal(249560), "EUR")) == "€249.6k"
    assert figures.money_short((Decimal(60), "EUR")) == "€60"


@pytest.mark.parametrize(("value", "written"), [(12, "+12"), (-8, "−8"), (0, "0"), (None, "")])
def test_a_difference_carries_its_sign(value, written):
    assert figures.signed(value) == written


def test_what_is_not_known_is_never_zero():
    assert figures.money(None) == figures.units(None) == figures.day(None) == figures.percent(None) == ""


def test_days_are_written_with_a_hint():
    assert figures.day(date(2026, 11, 30)) == "30 Nov 2026"
    today = date(2026, 11, 21)
    assert figures.near(date(2026, 11, 30), today) == "in 9 d"
    assert figures.near(date(2026, 10, 31), today) == "21 d ago"
    assert figures.near(date(2027, 2, 21), today) == "in 3 mo"
    assert figures.near(today, today) == "today"


@pytest.mark.parametrize(
    ("language", "short", "day", "moment"),
    [
        ("en-gb", "€249.6k", "3 Sept 2026", "3 Sept 2026, 14:37"),
        ("de", "249.600 €", "3. Sept. 2026", "3. Sept. 2026, 14:37"),
        ("fr", "249,6 k €", "3 sept. 2026", "3 sept. 2026, 14:37"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(language, short, day, moment):
    with translation.override(language):
        assert figures.money_short((Decimal(249600), "EUR")).replace("\N{NO-BREAK SPACE}", " ") == short
        assert figures.day(date(2026, 9, 3)) == day
        assert figures.moment(datetime(2026, 9, 3, 14, 37, tzinfo=UTC)) == moment


def test_a_short_form_leaves_the_letters_of_a_currency_alone():
    assert figures.money_short((Decimal(249600), "SEK")) == "SEK249.6k"
