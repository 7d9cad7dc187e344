"""The library of reports: each answers what it says, for whom it may, on the day that is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_person, a_product
from tests.rooms.compliance.estates import install, run_over
from tests.rooms.reports.asked import an_estate, answer, give, priced, rows_of
from trueup.assignments.actions import release_units
from trueup.base.problems import Invalid, NotAllowed, NotFound
from trueup.people.models import Person
from trueup.reports.library.register import REPORTS, table_for
from trueup.reports.render.csv import write_csv
from trueup.tenancy.models import Region

YESTERDAY = TODAY - timedelta(days=1)


def test_r_102_r_093_utilisation_never_adds_users_to_cores(stage: Stage):
    """A row per product and metric; sums are by metric. R-006."""
    an_estate(stage)
    found = rows_of(stage.alice, "utilisation", "product", "purchased", "used", "free", "used_percent")
    assert found == [("Draw", 10, 4, 6, Decimal("40.0")), ("Store", 4, 1, 3, Decimal("25.0"))]
    metrics = {column.key: column.metric_key for column in answer(stage.alice, "utilisation").columns}
    assert metrics["purchased"] == metrics["used"] == metrics["free"] == "metric"
    assert metrics["used_percent"] is None


def test_r_103_over_allocated_says_units_money_and_since_when(stage: Stage):
    product = a_product(stage.acme, "Draw")
    over = a_licence(stage.acme, product=product, metric="per_device", line=priced(2, "200"), policy="warn")
    assert answer(stage.alice, "over_allocated").nothing.startswith("None")
    assert rows_of(stage.alice, "over_allocated") == []

    give(
        stage, over, a_device(stage.acme, "d1"), 2, on=date(2026, 11, 1), at=datetime(2026, 11, 1, tzinfo=UTC)
    )
    give(
        stage,
        over,
        a_device(stage.acme, "d2"),
        3,
        on=date(2026, 11, 10),
        at=datetime(2026, 11, 10, tzinfo=UTC),
    )
    row = rows_of(stage.alice, "over_allocated", "product", "over", "money", "currency", "since")
    assert row == [("Draw", 3, Decimal("300.00"), "EUR", date(2026, 11, 10))]
    assert rows_of(stage.alice, "over_allocated", on="2026-11-05") == []


def test_r_104_expiring_is_by_days_or_by_a_free_range(stage: Stage):
    """D-078's days: what ends on the last day of the period is in it."""
    line = priced(5, "500", valid_until=date(2027, 1, 1), renews_itself=True, notice_days=30)
    carol = a_person(stage.acme)
    a_licence(stage.acme, product=a_product(stage.acme, "Draw"), line=line, owner_id=carol.pk)
    row = rows_of(stage.alice, "expiring")[0]
    assert (row["name"], row["owner"], row["valid_to"]) == ("Draw", "Carol", date(2026, 12, 31))
    assert (row["notice_on"], row["renews_itself"], row["cost"]) == (date(2026, 12, 1), True, Decimal(500))
    for first, last, many in (("2026-12-31", "2026-12-31", 1), ("2027-01-01", "2027-02-01", 0)):
        assert len(rows_of(stage.alice, "expiring", **{"from": first, "to": last})) == many


def test_r_105_every_person_with_every_licence_and_its_cost(stage: Stage):
    an_estate(stage)
    found = rows_of(stage.alice, "by_user", "person", "department", "product", "units", "unit_cost", "cost")
    assert found == [
        ("Carol", "IT", "Draw", 3, Decimal("100.0000"), Decimal("300.00")),
        ("Dora", "HR", "Draw", 1, Decimal("100.0000"), Decimal("100.00")),
    ]


def test_r_106_every_device_with_every_licence_virtual_ones_named(stage: Stage):
    scene = an_estate(stage)
    machine = a_device(stage.acme, "vm7", kind="virtual")
    give(stage, scene["store"], machine)
    found = rows_of(stage.alice, "by_asset", "device", "kind", "product", "units", "cost")
    assert found == [
        ("db1", "Other hardware", "Store", 1, Decimal("25.00")),
        ("vm7", "Virtual machine", "Store", 1, Decimal("25.00")),
    ]


def test_r_107_departments_and_what_nobody_holds_add_up_to_what_is_paid(stage: Stage):
    an_estate(stage)
    found = rows_of(stage.alice, "by_department", **{"from": "2026-01-01", "to": "2026-12-31"})
    costs = {row["department"]: row["cost"] for row in found}
    assert costs == {
        "IT": Decimal("300.00"),
        "HR": Decimal("100.00"),
        "Holders without a department": Decimal("25.00"),
        "Assigned to nobody": Decimal("674.99"),
    }
    assert sum(costs.values()) == Decimal("1099.99")


@pytest.mark.parametrize("last", ["2026-01-31", "2026-03-31", "2026-11-20"])
def test_r_107_the_parts_add_up_in_any_period(stage: Stage, last):
    an_estate(stage)
    period = {"from": "2026-01-01", "to": last}
    parts = sum(row["cost"] for row in rows_of(stage.alice, "by_department", **period))
    assert parts == sum(row["cost"] for row in rows_of(stage.alice, "by_software", **period)) > 0


def test_r_108_cost_by_product_by_quarter_and_in_one_currency(stage: Stage):
    an_estate(stage)
    line = priced(1, "100", currency="USD")
    a_licence(stage.acme, product=a_product(stage.acme, "Paint"), metric="per_device", line=line)
    year = {"from": "2026-01-01", "to": "2026-12-31"}
    found = rows_of(stage.alice, "by_software", **year, **{"in": "EUR", "rates": "USD:0.9"})
    assert [(row["product"], row["cost"], row["currency"], row["own"]) for row in found] == [
        ("Draw", Decimal(1000), "EUR", Decimal("1000.00")),
        ("Store", Decimal("99.99"), "EUR", Decimal("99.99")),
        ("Paint", Decimal(100), "USD", Decimal("90.00")),
    ]
    quarter = ("from_2026_01_01", "from_2026_04_01", "from_2026_07_01", "from_2026_10_01")
    assert all(sum(row[key] for key in quarter) == row["cost"] for row in found)
    without = rows_of(stage.alice, "by_software", "own", **year, **{"in": "EUR"})
    assert without[2] == (None,), "a rate that is not known is not guessed"
    for wrong in ({"rates": "USD:0.9"}, {"in": "EUR", "rates": "USD=0.9"}, {"in": "EUR", "rates": "USD:-1"}):
        with pytest.raises(Invalid):
            answer(stage.alice, "by_software", **wrong)


def test_r_075_regions_come_to_the_same_as_the_whole(stage: Stage):
    east = Region.objects.create(company=stage.acme, name="East")
    draw = a_product(stage.acme, "Draw")
    a_licence(stage.acme, 5, product=draw)
    a_licence(stage.acme, 3, product=draw, region_id=east.pk)
    parted = rows_of(stage.alice, "by_region", "region", "purchased", "used", "free")
    whole = rows_of(stage.alice, "utilisation", "purchased", "used", "free")
    assert len(parted) == 2
    assert [tuple(sum(row[at] for row in parted) for at in (1, 2, 3))] == whole


def test_r_094_position_has_entitled_required_gap_and_working(stage: Stage):
    scene = an_estate(stage)
    install(stage.acme, scene["store"].product, *[a_device(stage.acme, f"s{n}") for n in range(6)])
    assert rows_of(stage.alice, "position") == []
    run_over(settings.HOME, stage.acme)
    found = {row["product"]: row for row in rows_of(stage.alice, "position")}
    store = found["Store"]
    assert (store["entitled"], store["required"], store["gap"], store["state"]) == (4, 6, -2, "Short")
    assert store["working"]
    assert store["as_of"] == TODAY


def test_k_017_relations_have_licences_holdings_and_unit_costs(stage: Stage):
    an_estate(stage)
    a_licence(stage.acme, 0, product=a_product(stage.acme, "Empty"), line=priced(0, "5", is_unlimited=True))
    found = rows_of(stage.alice, "relations", "row", "product", "holder", "units", "unit_cost")
    assert found[:3] == [
        ("Licence", "Draw", "", 4, Decimal("100.0000")),
        ("Holding", "Draw", "Carol", 3, Decimal("100.0000")),
        ("Holding", "Draw", "Dora", 1, Decimal("100.0000")),
    ]
    assert ("Licence", "Empty", "", 0, None) in found


def test_k_017_the_mode_of_a_data_centre_shows_its_own_and_all(stage: Stage):
    for asset_class in ("data_centre", "back_office", "all"):
        product = a_product(stage.acme, asset_class, asset_class=asset_class)
        a_licence(stage.acme, 1, product=product)
    found = rows_of(stage.alice, "relations", "product", mode="data_centre")
    assert found == [("all",), ("data_centre",)]
    with pytest.raises(Invalid):
        rows_of(stage.alice, "relations", mode="cloud")


def test_products_of_type_all_in_both_reports(stage: Stage):
    """D-032: of the data centre and of the back office; virtual machines and clusters stand there by name."""
    product = a_product(stage.acme, "Everywhere", asset_class="all")
    licence = a_licence(stage.acme, 5, product=product)
    for host, kind, environment in (
        ("vm7", "virtual", "data_centre"),
        ("farm1", "cluster", "data_centre"),
        ("desk1", "laptop", "back_office"),
    ):
        give(stage, licence, a_device(stage.acme, host, kind=kind, environment=environment))
    for mode in ("data_centre", "back_office"):
        found = rows_of(stage.alice, "relations", "row", "product", "holder", mode=mode)
        assert found == [
            ("Licence", "Everywhere", ""),
            *(("Holding", "Everywhere", name) for name in ("desk1", "farm1", "vm7")),
        ]


def queries_of(actor, report: str, **query: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        b"".join(write_csv(answer(actor, report, **query)))
    return len([one for one in caught if one["sql"].startswith(("SELECT", "DECLARE"))])


def test_k_018_k_019_reports_and_exports_ask_as_often_for_many_as_for_few(stage: Stage):
    """The report of relations takes three queries, an export of licences no more than ten."""
    counts = []
    for batch in range(2):
        for number in range(10):
            product = a_product(stage.acme, f"P{batch}{number}")
            licence = a_licence(stage.acme, 5, product=product)
            give(stage, licence, a_device(stage.acme, f"d{batch}{number}"))
        counts.append((queries_of(stage.alice, "relations"), queries_of(stage.alice, "list.licences")))
    assert counts[0] == counts[1]
    assert counts[1][0] <= 3
    assert counts[1][1] <= 10


def test_r_098_a_past_day_uses_its_own_facts(stage: Stage):
    """K-031: released since, retired since, bought since: that day is as it was."""
    scene = an_estate(stage)
    earlier = datetime(2026, 6, 1, 12, tzinfo=UTC)
    past = a_licence(
        stage.acme, product=a_product(stage.acme, "Past"), metric="per_named_user", line=priced(5, "50")
    )
    held = give(stage, past, scene["carol"], 2, on=earlier.date(), at=earlier)
    release_units(actor=stage.alice, assignment_id=held.pk, at=NOW, on=TODAY)
    now = rows_of(stage.alice, "utilisation", "product", "used")
    then = rows_of(stage.alice, "utilisation", "product", "used", on="2026-07-01")
    assert ("Past", 0) in now
    assert ("Past", 2) in then
    assert ("Draw", 0) in then
    assert rows_of(stage.alice, "by_user", "product", "units", on="2026-07-01") == [("Past", 2)]
    with pytest.raises(Invalid, match="lies ahead"):
        answer(stage.alice, "utilisation", on="2026-11-22")


@pytest.mark.parametrize("report", [one.key for one in REPORTS])
def test_r_096_r_097_every_report_is_narrowed_and_refuses_unknown_ids(stage: Stage, report):
    """K-034, D-066: never the whole list in answer to a wrong question."""
    scene = an_estate(stage)
    foreign = Region.objects.filter(company=stage.globex).get()
    here = Region.objects.filter(company=stage.acme).get()
    narrowed = answer(
        stage.alice, report, product=str(scene["store"].product_id), region=f"{here.pk}", company=str(stage.acme.pk)
    )  # fmt: skip
    said = b"".join(write_csv(narrowed)).decode()
    assert "Draw" not in said
    assert ("Software", "Store") in narrowed.filters
    assert ("Region", here.name) in narrowed.filters
    for wrong in ({"product": "999999"}, {"region": str(foreign.pk)}, {"company": str(stage.globex.pk)},
                  {"product": "Store"}, {"bogus": "1"}, {"on": "yesterday"}):  # fmt: skip
        with pytest.raises(Invalid):
            answer(stage.alice, report, **wrong)


def test_r_097_several_regions_at_once(stage: Stage):
    regions = [Region.objects.create(company=stage.acme, name=name) for name in ("East", "West", "South")]
    for number, region in enumerate(regions, start=1):
        a_licence(stage.acme, number, product=a_product(stage.acme, region.name), region_id=region.pk)
    asked = f"{regions[0].pk},{regions[2].pk}"
    assert rows_of(stage.alice, "utilisation", "product", region=asked) == [("East",), ("South",)]


@pytest.mark.parametrize("report", [one.key for one in REPORTS])
def test_k_032_a_stranger_reads_nothing_of_others(stage: Stage, report):
    """K-021."""
    an_estate(stage)
    said = b"".join(write_csv(answer(stage.mallory, report))).decode()
    assert all(name not in said for name in ("Draw", "Store", "Carol", "db1", "Acme"))


def test_prices_are_only_for_who_may_see_them(stage: Stage):
    an_estate(stage)
    assert {row["cost"] for row in rows_of(stage.bob, "by_user")} == {None}
    with pytest.raises(NotAllowed):
        answer(stage.bob, "by_department")
    with pytest.raises(NotAllowed):
        table_for(actor=stage.bob, key="utilisation", query={}, today=TODAY, is_file=True)
    with pytest.raises(NotFound):
        answer(stage.alice, "nonsense")


def test_r_130_leavers_and_decommissioned_devices_have_their_own_reports(stage: Stage):
    scene = an_estate(stage)
    Person.objects.filter(pk=scene["dora"].pk).update(is_active=False, left_on=YESTERDAY)
    type(scene["server"]).objects.filter(pk=scene["server"].pk).update(status="decommissioned")
    assert rows_of(stage.alice, "leavers", "person", "left_on", "units") == [("Dora", YESTERDAY, 1)]
    assert rows_of(stage.alice, "decommissioned", "device", "units") == [("db1", 1)]


def test_idle_units_proofs_months_and_trail(stage: Stage):
    scene = an_estate(stage)
    assert rows_of(stage.alice, "idle", "product", "idle", "money", "decide_by") == [
        ("Draw", 6, Decimal("600.00"), date(2026, 12, 31)),
        ("Store", 3, Decimal("74.99"), date(2026, 12, 31)),
    ]
    assert [row["product"] for row in rows_of(stage.alice, "without_documents")] == ["Draw", "Store"]
    months = rows_of(stage.alice, "month_end", "day", "product", "purchased", **{"from": "2026-09-05"})
    assert [row[0] for row in months[::2]] == [date(2026, 9, 30), date(2026, 10, 31), TODAY]
    trail = rows_of(stage.alice, "audit_trail", "event", product=str(scene["draw"].product_id))
    assert ("licences.created",) in trail


def test_a_list_of_ones_own_has_columns_groups_and_sums(stage: Stage):
    an_estate(stage)
    table = answer(
        stage.alice,
        "list.licences",
        columns="product,metric,used,annual_cost",
        group="metric",
        totals="1",
        state="free",
    )
    assert [column.key for column in table.columns] == [
        "product",
        "metric",
        "used",
        "annual_cost",
        "annual_cost_currency",
    ]
    assert (table.group_key, table.has_totals) == ("metric", True)
    assert {column.key: column.metric_key for column in table.columns}["used"] == "metric"
    assert len(list(table.rows)) == 2
    for wrong in ({"columns": "nonsense"}, {"bogus": "1"}, {"group": "used"}):
        with pytest.raises(Invalid):
            answer(stage.alice, "list.licences", **wrong)


def test_u_054_chargeback_is_by_unit_days_and_adds_up_to_the_cent(stage: Stage):
    """Who held for half of the days pays half; what nobody held and the cents left over have their places."""
    scene = an_estate(stage)
    later = datetime(2026, 11, 11, tzinfo=UTC)
    give(stage, scene["draw"], a_person(stage.acme, "emil", department="IT"), 2, on=later.date(), at=later)
    days = {"from": "2026-11-01", "to": "2026-11-20"}
    by_person = {
        row["charged"]: row["cost"]
        for row in rows_of(stage.alice, "chargeback", by="person", **days)
        if row["product"] == "Draw"
    }
    whole = sum(by_person.values())
    assert set(by_person) == {"Emil (emil)", "Assigned to nobody"}
    assert by_person["Emil (emil)"] == (whole * 20 / 200).quantize(Decimal("0.01"))
    for by in ("department", "person"):
        charged = sum(row["cost"] for row in rows_of(stage.alice, "chargeback", by=by, **days))
        assert charged == sum(row["cost"] for row in rows_of(stage.alice, "by_software", **days)) > 0
    assert "largest remainders" in str(answer(stage.alice, "chargeback", **days).filters)
    with pytest.raises(NotAllowed):
        answer(stage.bob, "chargeback", **days)


def test_u_054_the_cents_left_over_go_to_the_largest_remainders_then_by_name(stage: Stage):
    line = priced(3, "100", valid_from=date(2026, 11, 1), valid_until=date(2026, 12, 1))
    licence = a_licence(stage.acme, metric="per_named_user", product=a_product(stage.acme, "Odd"), line=line)
    first = datetime(2026, 11, 1, tzinfo=UTC)
    for name in ("a", "b", "c"):
        give(stage, licence, a_person(stage.acme, name, department=name.upper()), on=first.date(), at=first)
    month = {"from": "2026-11-01", "to": "2026-11-30"}
    found = rows_of(stage.alice, "chargeback", "charged", "cost", **month)
    assert found == [("A", Decimal("33.34")), ("B", Decimal("33.33")), ("C", Decimal("33.33"))]


def test_r_114_the_report_of_devices_has_columns_of_licences_by_holding_or_by_device(stage: Stage):
    scene = an_estate(stage)
    a_device(stage.acme, "idle1")
    paint = a_licence(
        stage.acme, metric="per_device", product=a_product(stage.acme, "Paint"), line=priced(4, "400")
    )
    give(stage, paint, scene["server"], 2)
    assert len(rows_of(stage.alice, "by_asset", rows="holdings")) == 2
    found = rows_of(stage.alice, "by_asset", "device", "licences", "held", "cost", rows="devices")
    assert found == [
        ("db1", 2, "Paint: 2 Per device; Store: 1 Per device", Decimal("225.00")),
        ("idle1", 0, "", None),
    ]
    with pytest.raises(Invalid):
        answer(stage.alice, "by_asset", rows="sideways")
