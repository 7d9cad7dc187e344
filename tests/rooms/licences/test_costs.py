"""What licences cost: spread over days, added up by anything, equal to the invoices to the cent."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.cast import NOW, ROOT, TODAY, a_licence, a_product
from trueup.base.problems import InvalidValue
from trueup.licences.actions import add_purchase
from trueup.licences.costs import (
    By,
    committed_after,
    costs_by,
    months_from,
    totals_of,
    years_from,
)
from trueup.licences.invoices import Invoices, invoices_of
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase
from trueup.licences.prices import Priced, spent_until, total_of
from trueup.tenancy.actions import ensure_cost_centres
from trueup.tenancy.models import Department

ODD = Decimal("1000.01")


def bought(stage, licence, **terms):
    wanted = {"units": 7, "valid_from": date(2025, 5, 17), "currency": "EUR"} | terms
    return add_purchase(actor=ROOT, licence_id=licence.pk, line=LineTerms(**wanted), at=NOW, on=TODAY)


@pytest.fixture
def three(stage):
    """A three-year term in euros, a perpetual one, and one in dollars."""
    draw, write = a_product(stage.acme), a_product(stage.acme, "Write")
    one, two = a_licence(stage.acme, 0, product=draw), a_licence(stage.acme, 0, product=write)
    bought(stage, one, valid_until=date(2028, 5, 17), price=ODD)
    bought(stage, two, price=Decimal("33.33"), basis="unit")
    bought(stage, two, valid_until=date(2026, 5, 17), price=Decimal("10.00"), currency="USD")
    return one, two


def sums(costs):
    return {(cost.currency, cost.name): cost.total for cost in costs}


@pytest.mark.parametrize(
    "turns", [years_from(2025, 4), years_from(2024, 5, first_month=4), months_from(date(2025, 1, 1), 48)]
)
def test_calendar_and_fiscal_years_and_months_add_up_to_the_invoices(stage, three, turns):
    """U-009, U-010."""
    costs = costs_by(actor=stage.alice, by=By.PRODUCT, turns=turns)

    assert sums(costs) == {
        ("EUR", "Draw"): ODD,
        ("EUR", "Write"): Decimal("233.31"),
        ("USD", "Write"): Decimal("10.00"),
    }
    assert all(amount == amount.quantize(Decimal("0.01")) for cost in costs for amount in cost.amounts)


def test_two_currencies_are_never_added(stage, three):
    """R-041, U-009."""
    totals = totals_of(costs_by(actor=stage.alice, by=By.COMPANY, turns=years_from(2025, 4)))
    assert [(one.currency, one.total) for one in totals] == [
        ("EUR", Decimal("1233.32")),
        ("USD", Decimal("10.00")),
    ]


def test_the_database_spreads_as_the_formula_does(stage, three):
    for line in Purchase.objects.filter(price__isnull=False):
        assert line.total == total_of(line)
        turns = months_from(date(2025, 1, 1), 48)
        costs = costs_by(
            actor=stage.alice, by=By.LICENCE, turns=turns, lines=Purchase.objects.filter(pk=line.pk)
        )
        running = [
            spent_until(line.total, first=line.valid_from, after=line.valid_until, day=turn) for turn in turns
        ]
        assert costs[0].amounts == tuple(after - first for first, after in pairwise(running))


@pytest.mark.parametrize(
    ("priced", "total"),
    [
        (Priced(Decimal("0.005"), "unit", 1), "0.01"),
        (Priced(Decimal("9.99"), "unit", -2), "-19.98"),
        (Priced(Decimal("9.99"), "total", -2), "-9.99"),
        (Priced(Decimal("9.99"), "unit", 0, is_unlimited=True), "9.99"),
        (Priced(Decimal("1.0001"), "unit", 100_000, list_price=Decimal("3.0003"), discount_percent=Decimal("66.6666")), "100010.20"),
    ],
)  # fmt: skip
def test_a_total_is_rounded_once(priced, total):
    """R-023, D-064."""
    assert priced.total == Decimal(total)


def test_shares_of_cost_centres_add_up_to_the_cent_in_every_month(stage, three):
    """R-042, R-081: and by department, where one department has the cost centre."""
    codes = ensure_cost_centres(actor=ROOT, company_id=stage.acme.pk, codes=["A", "B", "C"], at=NOW)
    shares = (
        (codes["a"], Decimal("33.3333")),
        (codes["b"], Decimal("33.3333")),
        (codes["c"], Decimal("33.3334")),
    )
    bought(stage, three[0], valid_until=date(2026, 5, 17), price=Decimal("100.00"), shares=shares)
    Department.objects.create(company=stage.acme, name="Design", cost_centre_id=codes["a"])
    turns = months_from(date(2025, 1, 1), 48)

    by_centre = costs_by(actor=stage.alice, by=By.COST_CENTRE, turns=turns)
    assert totals_of(by_centre) == totals_of(costs_by(actor=stage.alice, by=By.PRODUCT, turns=turns))
    found = sums(by_centre)
    assert [found["EUR", code] for code in ("A", "B", "C")] == [
        Decimal(text) for text in ("33.33", "33.33", "33.34")
    ]
    assert sums(costs_by(actor=stage.alice, by=By.DEPARTMENT, turns=turns))["EUR", "Design"] == Decimal(
        "33.33"
    )


def test_what_is_still_to_come(stage, three):
    """U-009: committed is what is left of the lines written down."""
    committed = committed_after(actor=stage.alice, on=TODAY)
    gone = spent_until(ODD, first=date(2025, 5, 17), after=date(2028, 5, 17), day=TODAY)
    assert committed == {"EUR": ODD - gone}


def test_an_invoice_sums_its_lines(stage, three):
    """R-039, R-040."""
    for price in ("10.10", "20.20"):
        bought(stage, three[0], price=Decimal(price), invoice_number="R-1", invoice_on=TODAY, supplier="Shop")
    [invoice] = invoices_of(actor=stage.alice, number="R-1").rows
    assert (invoice.lines, invoice.total, invoice.currency) == (2, Decimal("30.30"), "EUR")


def test_invoices_are_walked_page_by_page_latest_first(stage, three):
    """Those without a day come last; nothing is repeated or left out, and each is whole on its page."""
    for number, day in (
        ("A", TODAY),
        ("A", TODAY),
        ("B", TODAY),
        ("C", None),
        ("D", None),
        ("E", date(2025, 1, 1)),
    ):
        bought(stage, three[0], price=Decimal(1), invoice_number=number, invoice_on=day, supplier="Shop")
    met, cursor = [], ""
    while True:
        page = invoices_of(actor=stage.alice, cursor=cursor, limit=2)
        assert page.count == 5
        met += [(one.number, one.lines) for one in page.rows]
        if not (cursor := page.next):
            break
    assert met == [("A", 2), ("B", 1), ("E", 1), ("C", 1), ("D", 1)]


def test_nobody_sees_what_others_pay(stage, three):
    for actor in (stage.bob, stage.mallory):
        assert costs_by(actor=actor, by=By.PRODUCT, turns=years_from(2025, 4)) == ()
        assert committed_after(actor=actor, on=TODAY) == {}
        assert invoices_of(actor=actor) == Invoices((), "", 0)


def test_periods_follow_one_another(stage):
    for turns in ((TODAY,), (TODAY, TODAY), months_from(TODAY, 121)):
        with pytest.raises(InvalidValue):
            costs_by(actor=stage.alice, by=By.PRODUCT, turns=turns)
