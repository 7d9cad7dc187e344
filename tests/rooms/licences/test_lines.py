"""Purchase lines whole: packs, discounts, cost centres in parts, maintenance, upgrades and what a line may not say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.base.problems import InvalidValue
from trueup.licences.actions import add_purchase, change_licence, create_licence, void_purchase
from trueup.licences.bulk import NewLicence, Scene, change_licences, create_licences
from trueup.licences.correcting import correct_purchase, restore_purchase
from trueup.licences.line_rules import check_line, remarks_on
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.models import Licence, Purchase, PurchaseShare
from trueup.licences.prices import book_value, parted, total_of
from trueup.licences.queries import licence_for
from trueup.licences.reducing import StillHeld
from trueup.licences.types import TYPES, metrics_of
from trueup.tenancy.actions import ensure_cost_centres

START = date(2026, 1, 1)


def bought(stage, licence, **terms) -> Purchase:
    line = LineTerms(**{"units": 10, "valid_from": START} | terms)
    return add_purchase(actor=stage.alice, licence_id=licence.pk, line=line, at=NOW, on=TODAY)


def seen(stage, licence, on=TODAY):
    return licence_for(actor=stage.alice, licence_id=licence.pk, on=on)


def centres(stage, *codes):
    known = ensure_cost_centres(actor=ROOT, company_id=stage.acme.pk, codes=codes, at=NOW)
    return [known[code.lower()] for code in codes]


def test_list_price_and_discount_make_the_net_price_exact_to_the_cent(stage):
    """R-023: 13 times 19.99 less 15 percent is 220.89, rounded once."""
    line = bought(
        stage, a_licence(stage.acme, 0), units=13, basis="unit", list_price=Decimal("19.99"),
        discount_percent=Decimal(15), currency="EUR",
    )  # fmt: skip
    line.refresh_from_db()

    assert (line.price, total_of(line)) == (Decimal("16.9915"), Decimal("220.89"))


def test_a_net_price_that_does_not_fit_is_refused(stage):
    """R-023."""
    licence = a_licence(stage.acme, 0)
    with pytest.raises(InvalidValue, match="16\\.9915"):
        bought(
            stage, licence, basis="unit", list_price=Decimal("19.99"), discount_percent=Decimal(15),
            price=Decimal(17), currency="EUR",
        )  # fmt: skip
    assert Purchase.objects.count() == 1


def test_total_price_is_not_multiplied_by_seats(stage):
    """D-064, U-010: 13 seats for 250.00 stay 250.00."""
    line = bought(stage, a_licence(stage.acme, 0), units=13, price=Decimal("250.00"), currency="EUR")

    assert total_of(line) == Decimal("250.00")


def test_packs_give_the_units_and_the_price_is_for_a_pack(stage):
    """R-041, U-010: 3 packs of 5 at 99.90."""
    licence = a_licence(stage.acme, 0)
    line = bought(
        stage, licence, units=0, packs=3, pack_size=5, basis="pack", price=Decimal("99.90"), currency="EUR"
    )

    assert (line.units, total_of(line)) == (15, Decimal("299.70"))
    assert seen(stage, licence).purchased == 15
    with pytest.raises(InvalidValue, match="15 units, and 16"):
        bought(stage, licence, units=16, packs=3, pack_size=5)
    with pytest.raises(InvalidValue, match="packs and the units"):
        bought(stage, licence, basis="pack", price=Decimal(1), currency="EUR")


def test_a_line_is_split_over_cost_centres_in_parts_that_make_the_whole(stage):
    """R-081, R-042."""
    licence = a_licence(stage.acme, 0)
    one, two, three = centres(stage, "CC-1", "CC-2", "CC-3")
    third = Decimal("33.3333")
    with pytest.raises(InvalidValue, match=r"99\.9999 percent"):
        bought(stage, licence, shares=((one, third), (two, third), (three, third)))
    assert not PurchaseShare.objects.exists()

    line = bought(stage, licence, shares=((one, third), (two, third), (three, Decimal("33.3334"))))
    percents = [share.percent for share in PurchaseShare.objects.filter(purchase=line).order_by("pk")]
    assert parted(Decimal("100.00"), percents) == (Decimal("33.33"), Decimal("33.33"), Decimal("33.34"))


def test_a_cost_centre_of_another_company_is_refused(stage):
    """R-042, R-081."""
    licence = a_licence(stage.acme, 0)
    theirs = ensure_cost_centres(actor=ROOT, company_id=stage.globex.pk, codes=["X"], at=NOW)["x"]
    for terms in ({"cost_centre_id": theirs}, {"shares": ((theirs, Decimal(100)),)}):
        with pytest.raises(InvalidValue, match="no cost centre"):
            bought(stage, licence, **terms)
    assert Purchase.objects.count() == 1


def test_maintenance_covers_a_line_and_brings_no_units(stage):
    """R-043, R-044: dates and price of its own, the units stay those of the covered line."""
    licence = a_licence(stage.acme, 50)
    covered = Purchase.objects.get()
    line = bought(
        stage, licence, kind="maintenance", covers_id=covered.pk, units=50, valid_until=date(2027, 1, 1), basis="unit",
        price=Decimal(2), currency="EUR",
    )  # fmt: skip

    assert (line.units, line.covered_units, total_of(line)) == (0, 50, Decimal("100.00"))
    now = seen(stage, licence)
    assert (now.purchased, now.valid_to, now.annual_cost) == (50, None, Decimal(100))
    assert seen(stage, licence, date(2027, 6, 1)).has_ended is False


@pytest.mark.parametrize("kind", ["maintenance", "upgrade"])
def test_what_covers_nothing_is_refused(stage, kind):
    licence = a_licence(stage.acme, 50)
    theirs = a_licence(stage.globex, 5)
    with pytest.raises(InvalidValue, match="which line it covers"):
        bought(stage, licence, kind=kind)
    with pytest.raises(InvalidValue, match="no line"):
        bought(stage, licence, kind=kind, covers_id=Purchase.objects.get(licence=theirs).pk)
    assert Purchase.objects.count() == 2


def test_maintenance_alone_does_not_keep_a_licence_alive(stage):
    """D-074: the units have ended whatever else is paid for."""
    licence = a_licence(stage.acme, 5, valid_until=TODAY)
    bought(stage, licence, kind="maintenance", covers_id=Purchase.objects.get().pk, units=5)

    now = seen(stage, licence)
    assert (now.purchased, now.state) == (0, "expired")


def test_lowering_purchased_below_used_follows_policy(stage):
    """D-003: block refuses, allow stores and the excess is recorded."""
    licence = a_licence(stage.acme, 5)
    assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_device(stage.acme)),
        units=5,
        at=NOW,
        on=TODAY,
    )
    with pytest.raises(StillHeld):
        bought(stage, licence, kind="reduction", units=-1, valid_from=TODAY)
    assert seen(stage, licence).purchased == 5

    Licence.objects.filter(pk=licence.pk).update(policy="allow")
    bought(stage, licence, kind="reduction", units=-1, valid_from=TODAY)
    licence.refresh_from_db()
    assert (licence.granted, licence.held, licence.excess) == (4, 5, 1)


def test_negative_purchased_or_price_is_refused(stage):
    """D-004: by the rule, and by the database."""
    licence = a_licence(stage.acme, 5)
    for terms in (
        {"units": -5},
        {"price": Decimal(-1), "currency": "EUR"},
        {"list_price": Decimal(-1), "currency": "EUR"},
    ):
        with pytest.raises(InvalidValue):
            bought(stage, licence, **terms)
    for column, value in (("units", -5), ("price", -1)):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE licences_purchase SET currency = 'EUR', {column} = %s", [value])
    assert seen(stage, licence).purchased == 5


def test_period_end_before_start_is_refused(stage):
    """D-006, R-044: and an end before the invoice is remarked on."""
    with pytest.raises(InvalidValue, match="before the first"):
        check_line(LineTerms(units=1, valid_from=TODAY, valid_until=TODAY))
    odd = LineTerms(units=1, valid_from=START, valid_until=TODAY, invoice_on=TODAY + timedelta(days=9))
    assert len(remarks_on(check_line(odd))) == 1


def test_two_licences_without_inventory_number(stage):
    """D-009, R-037."""
    a_licence(stage.acme, 1, product=a_licence(stage.acme, 1).product)
    assert Licence.objects.filter(inventory_number="").count() == 2


def test_create_with_a_number_is_valid(stage):
    """D-072, R-034: ten units are accepted at the first save."""
    assert seen(stage, a_licence(stage.acme, 10)).purchased == 10


def test_expired_lines_count_zero(stage):
    """D-074: and never unlimited."""
    line = LineTerms(units=0, is_unlimited=True, valid_from=START, valid_until=TODAY)
    now = seen(stage, a_licence(stage.acme, line=line))
    assert (now.purchased, now.unlimited, now.state) == (0, False, "expired")


def test_one_unlimited_line_does_not_hide_others(stage):
    """D-075, U-029: unlimited from its first to its last day, the other lines count on."""
    licence = a_licence(stage.acme, 7)
    bought(
        stage, licence, units=0, is_unlimited=True, valid_from=date(2026, 3, 1), valid_until=date(2026, 4, 1)
    )

    figures = [
        (s.purchased, s.unlimited)
        for s in (seen(stage, licence, date(2026, month, 15)) for month in (2, 3, 4))
    ]
    assert figures == [(7, False), (7, True), (7, False)]


def test_100000_units_in_one_edit(stage):
    """D-066: one line, one movement."""
    licence = a_licence(stage.acme, 1)
    bought(stage, licence, units=100_000, valid_from=TODAY)
    assert (seen(stage, licence).purchased, Purchase.objects.count()) == (100_001, 2)


def test_purchased_and_cost_change_from_the_first_day_of_a_line_only(stage):
    """U-001, R-080: any day gives that day's figure."""
    licence = a_licence(stage.acme, 5)
    bought(
        stage,
        licence,
        units=3,
        valid_from=date(2026, 7, 1),
        valid_until=date(2027, 1, 1),
        price=Decimal(90),
        currency="EUR",
    )

    before, after, later = (
        seen(stage, licence, day) for day in (date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1))
    )
    assert [one.purchased for one in (before, after, later)] == [5, 8, 5]
    assert [one.annual_cost for one in (before, after, later)] == [None, Decimal(90), None]


def test_book_value_follows_rate_and_start():
    """D-047: for any day, never below nothing."""
    since = date(2025, 1, 1)
    days = (since - timedelta(days=1), since, date(2026, 1, 1), date(2026, 7, 2), date(2040, 1, 1))
    values = [book_value(Decimal(1000), percent=Decimal(25), since=since, on=day) for day in days]
    assert values == [Decimal(text) for text in ("1000.00", "1000.00", "750.00", "625.34", "0.00")]


def test_the_types_of_licences_are_those_of_the_document(stage):
    """R-007, R-032: each with metrics that may count it; one that does not fit is refused."""
    names = (
        "per_user per_device per_core per_processor site concurrent enterprise volume subscription unlimited"
    )
    assert [str(one.name) for one in TYPES] == names.split()
    assert all(one.metric in metrics_of(one.name) for one in TYPES)
    assert metrics_of("per_user")[0] == "per_named_user"
    assert "per_device" not in metrics_of("per_user")

    product = a_licence(stage.acme, 1).product
    wanted = LicenceTerms(product_id=product.pk, metric="per_device", licence_type="per_user")
    with pytest.raises(InvalidValue, match="not counted by"):
        create_licence(actor=stage.alice, company_id=stage.acme.pk, terms=wanted, line=None, at=NOW, on=TODAY)
    assert Licence.objects.count() == 1


def test_the_metric_of_subscriptions_needs_an_end_where_no_type_says_otherwise(stage):
    """R-124: without a type the metric says that it is a subscription; sold by the user it is none."""
    product, endless = a_product(stage.acme), LineTerms(units=5, valid_from=START)
    with pytest.raises(InvalidValue, match="subscription"):
        a_licence(stage.acme, product=product, metric="user_subscription", line=endless)
    assert not Licence.objects.exists()
    a_licence(stage.acme, product=product, metric="user_subscription", valid_until=date(2027, 1, 1))
    assert Licence.objects.count() == 1


def test_a_subscription_line_without_an_end_is_refused_on_every_path(stage):
    """R-124: made, added, corrected, restored, in bulk, and by calling a licence with an endless line a subscription."""
    product, ending = (
        a_product(stage.acme),
        LineTerms(units=5, valid_from=START, valid_until=date(2027, 1, 1)),
    )
    endless = LineTerms(units=5, valid_from=START)
    terms = LicenceTerms(product_id=product.pk, metric="per_device", licence_type="subscription")
    sold = a_licence(stage.acme, product=product, line=ending, licence_type="subscription")
    owned = a_licence(stage.acme, product=product, line=endless)
    line = Purchase.objects.get(licence=sold)
    scene = Scene(actor=stage.alice, company_id=stage.acme.pk, batch_id=None, at=NOW, on=TODAY)
    who, when = {"actor": stage.alice}, {"at": NOW, "on": TODAY}
    before = (list(Licence.objects.order_by("pk").values()), list(Purchase.objects.order_by("pk").values()))
    paths = (
        lambda: create_licence(**who, company_id=stage.acme.pk, terms=terms, line=endless, **when),
        lambda: add_purchase(**who, licence_id=sold.pk, line=endless, **when),
        lambda: correct_purchase(
            **who,
            licence_id=sold.pk,
            purchase_id=line.pk,
            changes={"valid_until": None},
            revision=None,
            **when,
        ),
        lambda: change_licence(
            **who, licence_id=owned.pk, changes={"licence_type": "subscription"}, revision=None, **when
        ),
        lambda: create_licences(scene=scene, wanted=[NewLicence(terms=terms, lines=(endless,))]),
        lambda: change_licences(scene=scene, changes={owned.pk: {"licence_type": "subscription"}}),
    )
    for path in paths:
        with pytest.raises(InvalidValue, match="subscription"), transaction.atomic():
            path()
        assert before == (
            list(Licence.objects.order_by("pk").values()),
            list(Purchase.objects.order_by("pk").values()),
        )
    assert bought(stage, sold, valid_until=date(2027, 1, 1)).valid_until == date(2027, 1, 1)

    gone = Purchase.objects.get(licence=owned)
    void_purchase(**who, licence_id=owned.pk, purchase_id=gone.pk, reason="by mistake", **when)
    change_licence(
        **who, licence_id=owned.pk, changes={"licence_type": "subscription"}, revision=None, **when
    )
    with pytest.raises(InvalidValue, match="subscription"):
        restore_purchase(**who, licence_id=owned.pk, purchase_id=gone.pk, **when)
    assert Purchase.objects.get(pk=gone.pk).voided_at
