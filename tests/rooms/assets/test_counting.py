"""The shipped template: what its twelve fields mean, and that an asset of it counts as a licence does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, TODAY, a_device, a_person, a_product, holder
from tests.rooms.assets.stage import LICENCE, an_asset, software_licence
from tests.rooms.compliance.estates import install, position_of, run_over
from tests.rooms.reports.asked import rows_of as rows_of_report
from trueup.assets.actions import archive_asset, change_asset, clone_asset, restore_asset, roll_asset_back
from trueup.assets.columns import ASSETS, register_of
from trueup.assets.counting import CountedAlready, ProductUnknown, count_asset
from trueup.assets.figures import seats_of, values_on
from trueup.assets.following import AnotherProduct, LinesOfItsOwn, follow_licences
from trueup.assets.models import Asset, AssetLicence
from trueup.assignments.actions import assign_units
from trueup.base.actor import system
from trueup.base.listing import parse_listing, read_page
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.fields.actions import create_type
from trueup.fields.exchange import template_named, terms_from
from trueup.fields.queries import fields_of
from trueup.fields.terms import FieldTerms, TypeTerms, type_as_json
from trueup.licences.actions import StillHolds, add_purchase
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Purchase
from trueup.licences.queries import licence_for

pytestmark = pytest.mark.django_db

DRAW = {k: v for k, v in LICENCE.items() if k != "license_key"} | {
    "product_name": "Draw",
    "vendor": "Initech",
}


BUDGETED = TypeTerms(
    "Domain",
    fields=(
        FieldTerms("Ends", "date", "ends", expires=True, role="expires"),
        FieldTerms("Cost", "money", "cost", role="cost"),
    ),
)


@pytest.fixture
def draw(stage):
    """The product that the assets name, counted by devices where nothing else is said."""
    return a_product(stage.acme, metric="per_device")


def counted(stage, type_=None, **values):
    """An asset of the template, and the licence it stands for."""
    asset = an_asset(stage, type_ or software_licence(stage), **DRAW | values)
    return asset, licence_of(stage, asset)


def licence_of(stage, asset):
    link = AssetLicence.objects.get(asset=asset)
    return licence_for(actor=stage.alice, licence_id=link.licence_id, on=TODAY)


def change(stage, asset, **values):
    return change_asset(actor=stage.alice, asset_id=asset.pk, values=values, revision=None, at=NOW)


def rows_of(stage, type_, **query):
    register = register_of(type_)
    return read_page(register, actor=stage.alice, listing=parse_listing(register, query), on=TODAY).rows


def test_c_002_an_instance_counts_in_position_like_any_licence(stage, draw, tmp_path):
    """Also C-017: the product it names is the catalogue's."""
    asset, licence = counted(stage, license_type="per_device", total_seats=3)
    install(stage.acme, draw, *(a_device(stage.acme, f"pc{n}") for n in range(5)))

    position = position_of(run_over(tmp_path), draw)

    assert (licence.product_id, licence.company_id) == (draw.pk, asset.company_id)
    assert (position.state, position.entitled, position.short, position.licences) == ("short", 3, 2, 1)


@pytest.mark.parametrize(
    ("choice", "licence_type", "metric"),
    [
        ("Per-user", "per_user", "per_named_user"),
        ("Per-device", "per_device", "per_device"),
        ("Site", "site", "site_license"),
        ("Concurrent", "concurrent", "concurrent_peak"),
        ("Subscription", "subscription", "user_subscription"),
    ],
)
def test_c_019_each_type_of_licence_is_a_metric(stage, choice, licence_type, metric):
    a_product(stage.acme)
    _asset, licence = counted(stage, license_type=choice)
    assert (licence.licence_type, licence.metric) == (licence_type, metric)


def test_c_019_the_template_has_exactly_five_and_no_other_is_taken(stage, draw):
    types = next(field for field in template_named("software_license").fields if field.role == "form")
    assert [one.label for one in types.choices] == [
        "Per-user",
        "Per-device",
        "Site",
        "Concurrent",
        "Subscription",
    ]
    with pytest.raises(InvalidValue, match="per-moon"):
        counted(stage, license_type="per-moon")
    assert not Asset.objects.exists()
    assert not Licence.objects.exists()


def test_c_021_total_seats_is_what_is_purchased(stage, draw):
    """Also C-023, C-024, C-025: dates and renewal are those of the first purchase line."""
    _asset, licence = counted(stage)
    line = Purchase.objects.get(licence_id=licence.pk)

    assert (licence.purchased, line.units) == (50, 50)
    assert (line.valid_from, line.valid_until) == (date(2026, 1, 1), date(2027, 1, 1))
    assert (licence.valid_to, licence.renews_itself) == (date(2026, 12, 31), True)
    assert licence.decide_by == date(2026, 11, 1), "with auto-renew the notice date leads"


def test_c_025_without_auto_renew_the_end_leads(stage, draw):
    _asset, licence = counted(stage, auto_renew=False)
    assert licence.decide_by == date(2026, 12, 31)


def test_c_021_unlimited_is_a_value_and_half_a_seat_is_none(stage, draw):
    type_ = software_licence(stage)
    asset, licence = counted(stage, type_, total_seats="Unlimited")
    assert licence.unlimited
    assert asset.values["total_seats"] == "unlimited"
    assert [(row["standing"], row["l_unlimited"]) for row in rows_of(stage, type_)] == [("covered", True)]

    with pytest.raises(InvalidValue, match="less than 0"):
        counted(stage, type_, total_seats=-1)
    half = an_asset(stage, type_, **DRAW | {"total_seats": "2.5"})
    with pytest.raises(InvalidValue, match="whole units"):
        count_asset(actor=stage.alice, asset_id=half.pk, at=NOW, on=TODAY)
    assert AssetLicence.objects.count() == 1


def test_c_021_a_change_of_the_record_is_a_change_of_its_line(stage, draw):
    """The line is written anew and the old one taken back; what is held is never more than what is left."""
    asset, licence = counted(stage, license_type="per_device")
    assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_device(stage.acme)),
        units=4,
        at=NOW,
        on=TODAY,
    )

    change(stage, asset, total_seats=60, expiry_date="2027-06-30")
    licence = licence_of(stage, asset)
    assert (licence.purchased, licence.valid_to) == (60, date(2027, 6, 30))
    assert Purchase.objects.filter(licence_id=licence.pk, voided_at=None).count() == 1

    with pytest.raises(Exception, match="4"):
        change(stage, asset, total_seats=3)
    assert licence_of(stage, asset).purchased == 60
    assert Asset.objects.get(pk=asset.pk).values["total_seats"] == "60"


def test_a_change_of_notes_leaves_the_licence_alone(stage, draw):
    asset, licence = counted(stage)
    change(stage, asset, notes="Terms of 2026", assigned_seats=31)
    assert Purchase.objects.get(licence_id=licence.pk).voided_at is None


def test_c_021_lines_written_on_the_licence_are_what_the_asset_shows(stage, draw):
    """In lists, on its page, by its expiry over all types; and are changed there."""
    type_ = software_licence(stage)
    asset, licence = counted(stage, type_)
    more = LineTerms(units=25, valid_from=date(2026, 6, 1), valid_until=date(2028, 1, 1))
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=more, at=NOW, on=TODAY)
    follow_licences(actor=system("assets"), at=NOW)

    now = values_on(asset=asset, fields=fields_of(type_), on=TODAY)
    assert (now["total_seats"], now["expiry_date"]) == ("75", "2027-12-31")
    row = rows_of(stage, type_, total_seats="75", expiry_date__gte="2027-12-31")[0]
    assert (row["v_total_seats"], row["v_expiry_date"]) == (75, date(2027, 12, 31))
    listing = parse_listing(ASSETS, {"expires_on__gte": "2027-12-31"})
    assert len(read_page(ASSETS, actor=stage.alice, listing=listing, on=TODAY).rows) == 1

    change(stage, asset, notes="Still changed here", total_seats=75)
    with pytest.raises(LinesOfItsOwn, match="lines of its own"):
        change(stage, asset, total_seats=80)
    assert licence_of(stage, asset).purchased == 75


def test_c_022_recorded_assigned_and_discovered_stand_side_by_side(stage, draw):
    """Assigned is counted and read-only; what was typed is kept with its day; the differences are shown."""
    type_ = software_licence(stage)
    asset, licence = counted(stage, type_, license_type="per_device", assigned_seats=30)
    devices = [a_device(stage.acme, f"pc{n}") for n in range(4)]
    install(stage.acme, draw, *devices)
    for one in devices[:3]:
        assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(one), units=1, at=NOW, on=TODAY)

    seats = seats_of(actor=stage.alice, asset=asset, fields=fields_of(type_), on=TODAY)
    assert (seats.recorded, seats.recorded_at, seats.assigned, seats.discovered) == ("30", NOW, 3, 4)
    assert seats.differs
    row = rows_of(stage, type_)[0]
    assert (row["v_assigned_seats"], row["counted__licence__held"], row["discovered_now"]) == (30, 3, 4)
    assert (row["standing"], row["spare"]) == ("surplus", 47), "by what is assigned, not by what was typed"


def test_c_018_the_vendor_says_which_product_is_meant(stage):
    type_ = software_licence(stage)
    ours = a_product(stage.acme, "Studio", "Initech")
    a_product(stage.acme, "Studio", "Hooli")
    _asset, licence = counted(stage, type_, product_name="studio", vendor="initech")
    assert licence.product_id == ours.pk

    unclear = an_asset(stage, type_, **DRAW | {"product_name": "Studio", "vendor": ""})
    with pytest.raises(ProductUnknown, match="or several"):
        count_asset(actor=stage.alice, asset_id=unclear.pk, at=NOW, on=TODAY)
    link = count_asset(actor=stage.alice, asset_id=unclear.pk, product_id=ours.pk, at=NOW, on=TODAY)
    assert link.licence.product_id == ours.pk
    with pytest.raises(CountedAlready):
        count_asset(actor=stage.alice, asset_id=unclear.pk, at=NOW, on=TODAY)
    assert AssetLicence.objects.count() == 2


def test_a_licence_keeps_its_product(stage, draw):
    a_product(stage.acme, "Write")
    asset, _licence = counted(stage)
    with pytest.raises(AnotherProduct):
        change(stage, asset, product_name="Write")
    change(stage, asset, product_name="Draw for everybody")
    assert licence_of(stage, asset).product_id == draw.pk


def test_who_may_not_change_licences_makes_none(stage, draw):
    """The asset is stored; it counts when somebody who may says so."""
    type_ = software_licence(stage)
    with pytest.raises(NotAllowed):
        count_asset(
            actor=stage.bob,
            asset_id=an_asset(stage, type_, **DRAW | {"product_name": "?"}).pk,
            at=NOW,
            on=TODAY,
        )
    with pytest.raises(NotFound):
        count_asset(actor=stage.mallory, asset_id=Asset.objects.get().pk, at=NOW, on=TODAY)
    assert not AssetLicence.objects.exists()
    assert not Licence.objects.exists()


def test_an_archived_asset_takes_its_licence_with_it(stage, draw):
    asset, licence = counted(stage, license_type="per_user")
    carol = a_person(stage.acme)
    held = assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(carol), units=1, at=NOW, on=TODAY
    )
    with pytest.raises(StillHolds):
        archive_asset(actor=stage.alice, asset_id=asset.pk, at=NOW)
    assert Asset.objects.get(pk=asset.pk).archived_at is None
    del held

    other, licence = counted(stage, asset.type, product_name="Draw", license_type="per_user")
    archive_asset(actor=stage.alice, asset_id=other.pk, at=NOW)
    assert Licence.objects.get(pk=licence.pk).retired_at == NOW
    restore_asset(actor=stage.alice, asset_id=other.pk, at=NOW)
    assert Licence.objects.get(pk=licence.pk).retired_at is None


def test_a_copy_owns_nothing_and_going_back_goes_for_the_licence_too(stage, draw):
    asset, _licence = counted(stage)
    clone_asset(actor=stage.alice, asset_id=asset.pk, at=NOW)
    assert Licence.objects.count() == 1

    change(stage, asset, total_seats=10)
    roll_asset_back(actor=stage.alice, asset_id=asset.pk, revision=1, at=NOW)
    assert licence_of(stage, asset).purchased == 50


def test_c_026_the_annual_cost_is_the_licences(stage, draw):
    """A term of three years costs three times as much, and a year of it the annual cost again."""
    type_ = software_licence(stage)
    asset, licence = counted(stage, type_, expiry_date="2028-12-31")
    assert Purchase.objects.get(licence_id=licence.pk).price == Decimal("39636.16")
    assert round(licence.annual_cost, 2) == Decimal("13200.00")
    assert values_on(asset=asset, fields=fields_of(type_), on=TODAY)["annual_cost"] == {
        "amount": "13200",
        "currency": "EUR",
    }


def test_c_026_the_budget_adds_up_by_company_and_year(stage, draw):
    """What counts as a licence comes from its line, all else from its yearly cost for the days it runs; nothing twice."""
    counted(stage)
    domain = create_type(actor=stage.alice, company_id=None or stage.acme.pk, terms=BUDGETED, at=NOW)
    an_asset(stage, domain, ends="2027-06-30", cost={"amount": "365", "currency": "EUR"})
    an_asset(
        stage,
        software_licence(stage, "Other"),
        **DRAW | {"product_name": "Unknown thing", "expiry_date": None},
    )

    found = rows_of_report(
        stage.alice, "budget", "company", "year", "licences", "assets", "total", "currency"
    )

    assert found == [
        ("Acme", "2026", Decimal("13200.00"), Decimal("13565.00"), Decimal("26765.00"), "EUR"),
        ("Acme", "2027", Decimal("0.00"), Decimal("13381.00"), Decimal("13381.00"), "EUR"),
        ("Acme", "2028", Decimal("0.00"), Decimal("13200.00"), Decimal("13200.00"), "EUR"),
    ]
    assert rows_of_report(stage.mallory, "budget", "company") == []
    with pytest.raises(NotAllowed):
        rows_of_report(stage.bob, "budget", "company")


def test_a_type_that_counts_needs_the_fields_to_count(stage):
    lacking = type_as_json(template_named("saas_app")) | {"counts_as": "licence"}
    with pytest.raises(InvalidValue, match="count as a licence"):
        terms_from(lacking)
    with pytest.raises(InvalidValue, match="as nothing"):
        terms_from(lacking | {"counts_as": "car"})
