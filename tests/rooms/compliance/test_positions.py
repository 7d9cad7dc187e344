"""Entitled against required on small estates: the five states, the working behind them, unknown never zero."""

import zlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from tests.rooms.compliance.estates import an_edition, heard_from, install, position_of, run_over
from trueup.assignments.actions import assign_units
from trueup.compliance.models import PositionShape
from trueup.connectors.applying import apply_receipt
from trueup.inventory.actions import issue_enrolment, make_title_rule
from trueup.inventory.models import Receipt, Title
from trueup.licences.lines import LineTerms

INVENTORY = Path(__file__).parents[3] / "src/trueup/connectors/glpi/samples/full.json"


def devices(company, number, **facts):
    return [a_device(company, f"pc{n}", **facts) for n in range(number)]


@pytest.mark.parametrize(
    ("entitled", "installed", "state", "short", "spare"),
    [(2, 5, "short", 3, 0), (5, 5, "at_limit", 0, 0), (10, 9, "covered", 0, 1), (10, 5, "surplus", 0, 5)],
)
def test_the_states_of_a_position(stage, tmp_path, entitled, installed, state, short, spare):
    """R-004: entitled, required, short or spare per product."""
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, entitled, product=product)
    install(stage.acme, product, *devices(stage.acme, installed))

    position = position_of(run_over(tmp_path), product)

    assert (position.state, position.short, position.spare) == (state, short, spare)
    assert (position.entitled, position.required_point) == (entitled, installed)
    assert position.covered + position.short == position.required_point


def test_unlimited_rights_cover_everything(stage, tmp_path):
    product = a_product(stage.acme)
    a_licence(
        stage.acme, product=product, line=LineTerms(units=0, is_unlimited=True, valid_from=date(2026, 1, 1))
    )
    install(stage.acme, product, *devices(stage.acme, 3))

    position = position_of(run_over(tmp_path), product)

    assert (position.state, position.unlimited, position.required_point) == ("covered", True, 3)


def test_what_is_installed_without_any_licence_is_short(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    install(stage.acme, product, *devices(stage.acme, 2))

    position = position_of(run_over(tmp_path), product)

    assert (position.state, position.short, position.licences) == ("short", 2, 0)


def test_a_product_without_metric_is_not_assessed(stage, tmp_path):
    product = a_product(stage.acme)
    install(stage.acme, product, *devices(stage.acme, 1))

    position = position_of(run_over(tmp_path), product)

    assert position.state == "not_assessed"
    assert "metric" in position.reason
    assert position.required_low is None
    assert (position.subjects, position.installations) == (1, 1)


def test_without_any_inventory_required_is_unknown_not_zero(stage, tmp_path):
    product = a_product(stage.acme)
    a_licence(stage.acme, 5, product=product)
    a_device(stage.acme)

    position = position_of(run_over(tmp_path), product)

    assert position.state == "not_assessed"
    assert "unknown, not zero" in position.reason


def test_devices_that_sent_nothing_are_named(stage, tmp_path):
    product = a_product(stage.acme)
    a_licence(stage.acme, 5, product=product)
    first, _second = devices(stage.acme, 2)
    heard_from(first)

    position = position_of(run_over(tmp_path), product)

    assert position.state == "surplus"
    assert position.warnings == ["1 of 2 devices have not sent their installed software."]


def test_a_line_that_has_ended_entitles_to_nothing(stage, tmp_path):
    product = a_product(stage.acme)
    a_licence(stage.acme, 5, product=product, valid_from=date(2025, 1, 1), valid_until=TODAY)
    install(stage.acme, product, *devices(stage.acme, 1))

    position = position_of(run_over(tmp_path), product)

    assert (position.entitled, position.state, position.licences) == (0, "short", 1)


def test_a_past_day_counts_with_the_lines_of_that_day(stage, tmp_path):
    """R-139: a position of a past day."""
    product = a_product(stage.acme)
    a_licence(stage.acme, 5, product=product, valid_from=date(2026, 1, 1), valid_until=date(2026, 7, 1))
    heard_from(a_device(stage.acme))

    run = run_over(tmp_path, as_of=date(2026, 6, 30))

    assert position_of(run, product).entitled == 5


def test_exposure_is_short_at_the_last_price(stage, tmp_path):
    product = a_product(stage.acme)
    line = LineTerms(units=3, valid_from=date(2026, 1, 1), price=Decimal(100), currency="EUR", basis="total")
    a_licence(stage.acme, product=product, line=line)
    install(stage.acme, product, *devices(stage.acme, 5))

    run = run_over(tmp_path)
    position = position_of(run, product)

    assert (position.short, position.exposure, position.currency) == (2, Decimal("66.6667"), "EUR")
    (step,) = [step for step in position.working if step["rule"] == "POS-04"]
    assert (step["expression"], step["value"]) == ("2 × 100/3", "200/3")
    assert position.outcome.exposure == {"EUR": "66.6667"}


def test_people_are_counted_once_and_unknown_users_make_a_range(stage, tmp_path):
    product = a_product(stage.acme, metric="per_named_user")
    a_licence(stage.acme, 10, product=product, metric="per_named_user")
    carol = a_person(stage.acme)
    first, second = (a_device(stage.acme, name, user_id=carol.pk) for name in ("one", "two"))
    install(stage.acme, product, first, second, a_device(stage.acme, "kiosk"))

    position = position_of(run_over(tmp_path), product)

    assert (position.required_low, position.required_point, position.required_high) == (1, None, 2)
    assert position.state == "surplus"
    assert position.causes == ["the user is not known (1 of 2)"]


def test_a_range_on_both_sides_of_the_entitlement_is_not_assessed(stage, tmp_path):
    product = a_product(stage.acme, metric="per_named_user")
    a_licence(stage.acme, 1, product=product, metric="per_named_user")
    carol = a_person(stage.acme)
    install(stage.acme, product, a_device(stage.acme, "one", user_id=carol.pk), a_device(stage.acme, "kiosk"))

    position = position_of(run_over(tmp_path), product)

    assert (position.state, position.short, position.spare) == ("not_assessed", None, None)
    assert "1 to 2 units are required and 1 entitled" in position.reason


def test_holders_of_a_service_are_its_users(stage, tmp_path):
    product = a_product(stage.acme, "Cloud CRM", metric="per_named_user")
    licence = a_licence(stage.acme, 2, product=product, metric="per_named_user")
    assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_person(stage.acme)),
        units=1,
        at=NOW,
        on=TODAY,
    )

    position = position_of(run_over(tmp_path), product)

    assert (position.state, position.required_point) == ("surplus", 1)


def test_cores_are_counted_by_the_rule_with_its_working(stage, tmp_path):
    product = a_product(stage.acme, "SQL Server", "Microsoft", metric="mssql_per_core")
    a_licence(stage.acme, 16, product=product, metric="mssql_per_core")
    host = a_device(stage.acme, "db1", processors=2, cores_per_processor=8)
    small = a_device(stage.acme, "db2", processors=1, cores_per_processor=2)
    install(stage.acme, product, host, small)

    position = position_of(run_over(tmp_path), product)

    assert (position.required_point, position.short) == (20, 4)
    shapes = {shape.label: shape for shape in PositionShape.objects.filter(position=position)}
    four = shapes["physical machines: 1 processor × 2 cores, 1 instance"]
    assert four.required_low == 4
    assert any("at least 4" in step["says"] for step in four.working)
    assert [step["number"] for step in position.working] == list(range(1, len(position.working) + 1))
    sides = list(dict.fromkeys(step["side"] for step in position.working))
    assert sides == ["rights", "demand", "result", "assumption"]
    assert {parameter["term"] for parameter in position.parameters} >= {
        "microsoft.sql.core.minimum_per_processor"
    }


def test_a_machine_of_unknown_size_gives_a_range_and_says_why(stage, tmp_path):
    product = a_product(stage.acme, "SQL Server", "Microsoft", metric="mssql_per_core")
    a_licence(stage.acme, 8, product=product, metric="mssql_per_core")
    install(stage.acme, product, a_device(stage.acme, "db1"))

    position = position_of(run_over(tmp_path), product)

    assert position.state == "not_assessed"
    assert position.required_low == 4
    assert position.unknown_subjects == 1
    assert position.causes == ["processors or cores are not known (1 of 1)"]


def test_windows_hosts_count_their_instances(stage, tmp_path):
    product = a_product(stage.acme, "Windows Server", "Microsoft", metric="windows_server_core")
    standard = an_edition(product, "Standard")
    a_licence(stage.acme, 32, product=product, edition_id=standard.pk, metric="windows_server_core")
    host = a_device(stage.acme, "host", processors=2, cores_per_processor=8)
    vms = [a_device(stage.acme, f"vm{n}", is_virtual=True, cores=4, host_id=host.pk) for n in range(3)]
    install(stage.acme, product, host, *vms, edition=standard)

    position = position_of(run_over(tmp_path), product)

    assert (position.required_point, position.state) == (32, "at_limit")


def test_installations_of_unknown_edition_are_not_called_short(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    standard = an_edition(product, "Standard")
    a_licence(stage.acme, 5, product=product, edition_id=standard.pk)
    one, two = devices(stage.acme, 2)
    install(stage.acme, product, one, edition=standard)
    install(stage.acme, product, two)

    run = run_over(tmp_path)

    assert position_of(run, product, edition=standard).state == "surplus"
    unknown = position_of(run, product, edition=None)
    assert unknown.state == "not_assessed"
    assert "licences for Standard" in unknown.reason


def test_decommissioned_devices_and_removed_titles_do_not_count(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, 5, product=product)
    used, gone = devices(stage.acme, 2)
    install(stage.acme, product, used)
    install(stage.acme, product, gone)
    gone.status = "decommissioned"
    gone.save(update_fields=["status"])
    install(stage.acme, None, used)

    assert position_of(run_over(tmp_path), product).required_point == 1


def test_companies_are_counted_apart(stage, tmp_path):
    product = a_product(stage.acme, metric="per_device")
    other = a_product(stage.globex, metric="per_device")
    install(stage.acme, product, *devices(stage.acme, 2))
    install(stage.globex, other, *devices(stage.globex, 3))

    run = run_over(tmp_path)

    assert position_of(run, product).required_point == 2
    assert position_of(run, other).required_point == 3
    assert position_of(run_over(tmp_path, stage.globex), other).required_point == 3


def test_one_inventory_and_one_purchase_give_all_four_figures(stage, tmp_path, client):
    """U-003: what an agent sent and a purchase line give installs, required, entitled and gap; no number is typed."""
    _token, secret = issue_enrolment(actor=stage.alice, company_id=stage.acme.pk, label="Office", at=NOW)
    with time_machine.travel(NOW, tick=False):
        client.post(f"/agents/{secret}", zlib.compress(INVENTORY.read_bytes()), "application/x-compress-zlib")
    apply_receipt(actor=ROOT, receipt_id=Receipt.objects.get().pk, at=NOW)
    product = a_product(stage.acme, "Example CAD", "Example Soft", metric="per_device")
    title = Title.objects.filter(name__startswith="Example CAD").first()
    make_title_rule(actor=stage.alice, title_id=title.pk, product_id=product.pk, at=NOW)
    a_licence(stage.acme, 3, product=product)

    position = position_of(run_over(tmp_path), product)

    figures = (position.installations, position.required_point, position.entitled, position.spare)
    assert figures == (1, 1, 3, 2)
    assert [step["rule"] for step in position.working if step["side"] == "result"]
