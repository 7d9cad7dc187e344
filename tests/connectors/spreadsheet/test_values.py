"""Cells as people of many countries write them. D-067: money, dates and flags; what is unclear is asked."""

from datetime import date
from decimal import Decimal

import pytest

from trueup.connectors.spreadsheet.values.dates import DayOrder, decide_orders, read_date
from trueup.connectors.spreadsheet.values.labels import PriceBasis, read_basis, read_metric
from trueup.connectors.spreadsheet.values.money import Amount, currency_in_header, digits_of, read_money
from trueup.connectors.spreadsheet.values.numbers import Decimals, NumberStyle, decide_style
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.connectors.spreadsheet.values.simple import Units, read_count, read_flag, read_key, read_units


def money(cell, *column, usual=None, hint=None):
    style = decide_style(filter(None, map(digits_of, (cell, *column))), hint=hint)
    return read_money(cell, style, usual=usual)


def day(cell, *column, answer=None):
    return read_date(cell, decide_orders((cell, *column), answer=answer))


def rule_of(read, *cells, **options):
    with pytest.raises(RefusedValueError) as caught:
        read(*cells, **options)
    assert caught.value.way_out.endswith(".")
    return caught.value.rule


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("1,234.56", "1234.56", None),
        ("1.234,56", "1234.56", None),
        ("1 420 000,00", "1420000", None),
        ("1\u202f420\u00a0000,00 kr.", "1420000", "NOK"),
        ("1'234.50", "1234.5", None),
        ("1’234.50 CHF", "1234.5", "CHF"),
        ("Fr. 12.50", "12.5", "CHF"),
        ("$12.58", "12.58", "USD"),
        ("CA$ 12.58", "12.58", "CAD"),
        ("€ 1.234.567,-", "1234567", "EUR"),
        ("12.--", "12", None),
        ("1234.56 EUR", "1234.56", "EUR"),
        ("eur 0,99", "0.99", "EUR"),
        ("£1,000,000.01", "1000000.01", "GBP"),
        ("12,34,567.80", "1234567.8", None),
        ("0,125", "0.125", None),
        ("1200", "1200", None),
        ("1 200", "1200", None),
        ("199,90 zł", "199.9", "PLN"),
        (".5", "0.5", None),
        (Decimal("33.3333333333"), "33.3333", None),
        ("kostenlos", "0", None),
    ],
)
def test_money_is_read_as_written(cell, amount, currency):
    assert money(cell, usual="NOK") == Amount(Decimal(amount), currency)


@pytest.mark.parametrize("cell", ["1,234", "1.234", "12.500", "999,999"])
def test_a_number_that_may_be_a_thousand_or_one_is_asked(cell):
    assert rule_of(money, cell) == "unclear number"


def test_the_column_decides_and_then_the_rest_of_the_file_but_never_into_three_decimals():
    assert money("1,234", "99.50").amount == 1234
    assert money("1.234", "99,50").amount == 1234
    assert money("1.234", "0.95").amount == Decimal("1.234")
    assert money("1.234", hint=Decimals.COMMA).amount == 1234
    assert rule_of(money, "1.234", hint=Decimals.POINT) == "unclear number"


def test_a_stray_cell_is_an_error_and_a_mixed_column_lets_each_clear_cell_speak():
    many = ["1,234.50"] * 20
    assert rule_of(money, "12,5", *many) == "other decimal sign"
    mixed = ["1,234.50", "1.234,50", "9.5", "9,5"]
    assert money("1.234,50", *mixed).amount == money("1,234.50", *mixed).amount == Decimal("1234.5")
    assert rule_of(money, "1,234", *mixed) == "unclear number"


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("-5.00", "negative price"),
        ("(1,234.50)", "negative price"),
        ("5.00-", "negative price"),
        (Decimal(-5), "negative price"),
        ("about 5", "unknown currency"),
        ("5 per seat", "not an amount"),
        ("5,00,00", "not a number"),
        ("12 Taler", "unknown currency"),
        ("kr 12", "unknown currency"),
        (True, "not an amount"),
        ("9999999999999", "too large"),
    ],
)
def test_what_is_no_price_is_refused(cell, rule):
    """R-041: negative prices too."""
    assert rule_of(money, cell) == rule


def test_nothing_paid_is_not_zero():
    assert money("n/a") is None
    assert money("-") is None


def test_a_header_names_its_currency_and_words_do_not():
    assert currency_in_header("Jahrespreis in CHF") == "CHF"
    assert currency_in_header("Price all") is None
    assert currency_in_header("Cost ($)") == "USD"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("2026-12-31T23:59:59Z", date(2026, 12, 31)),
        ("2026/12/31", date(2026, 12, 31)),
        ("20261231", date(2026, 12, 31)),
        ("31.12.2026", date(2026, 12, 31)),
        ("31. 12. 2026", date(2026, 12, 31)),
        ("3.4.27", date(2027, 4, 3)),
        ("11/24/2008", date(2008, 11, 24)),
        ("24/11/2008", date(2008, 11, 24)),
        ("03/03/2027", date(2027, 3, 3)),
        ("14-Jan-27", date(2027, 1, 14)),
        ("14. März 2027", date(2027, 3, 14)),
        ("14. Mrz. 2027", date(2027, 3, 14)),
        ("1er février 2027", date(2027, 2, 1)),
        ("31 déc. 2026", date(2026, 12, 31)),
        ("31 DEC 2026", date(2026, 12, 31)),
        ("March 4th, 2027", date(2027, 3, 4)),
        ("3 de marzo de 2027", date(2027, 3, 3)),
        ("46387", date(2026, 12, 31)),
        (Decimal(46387), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        ("0000-00-00", None),
        (Decimal(0), None),
        ("n/a", None),
    ],
)
def test_days_are_read_as_written(cell, expected):
    assert day(cell) == expected


def test_a_part_above_twelve_decides_for_the_column_and_its_separator():
    assert day("03/04/2027", "14/01/2027") == date(2027, 4, 3)
    assert day("03/04/2027", "01/14/2027") == date(2027, 3, 4)
    assert rule_of(day, "3/4/2027", "14.01.2027") == "unclear date"
    assert day("3/4/2027", answer=DayOrder.MONTH_FIRST) == date(2027, 3, 4)


def test_columns_that_contradict_themselves_are_asked_for_what_is_unclear_only():
    mixed = ["14/01/2027", "01/14/2027"]
    assert day("14/01/2027", *mixed) == day("01/14/2027", *mixed) == date(2027, 1, 14)
    assert rule_of(day, "03/04/2027", *mixed) == "unclear date"
    assert rule_of(day, "01/14/2027", *["14/01/2027"] * 20) == "other order of day and month"


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("31.02.2027", "no such day"),
        ("31/31/2027", "no such day"),
        ("2027-13-01", "not a date"),
        ("soon", "not a date"),
        ("12/2027", "not a date"),
        (Decimal(7), "not a date"),
        (True, "not a date"),
        ("3027-01-01", "day out of range"),
    ],
)
def test_what_is_no_day_is_refused(cell, rule):
    assert rule_of(day, cell) == rule


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "Ja", "wahr", "oui", "x", True, Decimal(1)])
def test_yes_in_many_languages(word):
    assert read_flag(word) is True


@pytest.mark.parametrize("word", ["no", "FALSE", "0", "Nein", "falsch", "Non", False])
def test_no_in_many_languages(word):
    assert read_flag(word) is False


def test_maybe_is_refused():
    assert rule_of(read_flag, "maybe") == "not yes or no"


@pytest.mark.parametrize(
    ("cell", "count"),
    [("50", 50), ("1.500", 1500), ("1,500", 1500), ("1 500", 1500), ("5,00", 5), (Decimal("5.0"), 5), ("0", 0),
     ("unlimited", None), ("Illimité", None), ("unbegrenzt", None), ("-1", None), (Decimal(-1), None)],
)  # fmt: skip
def test_units(cell, count):
    """R-034: a whole number of 0 or more, or unlimited."""
    assert read_units(cell) == Units(count)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [("-5", "negative number"), ("2,5", "not a whole number"), (Decimal("2.5"), "not a whole number"),
     ("9999", "unclear units"), ("99999", "unclear units"), ("ten", "not a number"), (True, "not a whole number"),
     ("3000000000", "too large")],
)  # fmt: skip
def test_units_that_are_none(cell, rule):
    assert rule_of(read_units, cell) == rule


def test_nines_are_what_the_person_says():
    assert read_units("9999", nines="unlimited") == Units(None)
    assert read_units("9999", nines="number") == Units(9999)
    assert read_units("9998") == Units(9998)


@pytest.mark.parametrize(
    "cell", ["------------", "****", "XXXXX-XXXXX-XXXXX-XXXXX-3V66T", "•••••", "ABCD****EFGH"]
)
def test_masked_keys_are_no_keys(cell):
    assert rule_of(read_key, cell) == "masked key"


def test_keys_stay_as_they_are_and_words_for_none_are_none():
    assert read_key("VK7JG-NPHTM-C97JM-9MPGT-3V66T") == "VK7JG-NPHTM-C97JM-9MPGT-3V66T"
    assert read_key(Decimal(123456789012345)) == "123456789012345"
    assert read_key("n/a") is None
    assert read_key("-") is None


@pytest.mark.parametrize(
    ("label", "metric"),
    [("per user", "per_named_user"), ("je Nutzer", "per_named_user"), ("Pro Gerät", "per_device"),
     ("CAL device", "cal"), ("per core", "per_core"), ("Utilisateurs simultanés", "concurrent_peak"),
     ("Named-User", "per_named_user"), ("CPU", "per_processor")],
)  # fmt: skip
def test_licence_types_by_their_labels(label, metric):
    assert read_metric(label) == metric


def test_labels_of_ones_own_and_unknown_ones():
    assert read_metric("Bundle X", labels={"bundle x": "per_device"}) == "per_device"
    assert read_metric("oracle_processor", known=frozenset({"oracle_processor"})) == "oracle_processor"
    assert rule_of(read_metric, "Bundle X") == "unknown licence type"


def test_what_a_price_is_for():
    assert read_basis("Pro Stück") is PriceBasis.UNIT
    assert read_basis("gesamt") is PriceBasis.TOTAL
    assert rule_of(read_basis, "maybe") == "unknown price basis"


def test_counts_without_a_style():
    assert read_count("90") == 90
    assert rule_of(read_count, "3 months") == "not a number"
    assert NumberStyle() == NumberStyle(None, sure=True)
