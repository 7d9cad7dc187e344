"""Moving in from Ralph: its API as it answers, what arrives, what is left behind. Alice runs Acme, Bob reads it."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_person
from tests.connectors.wire import served
from trueup.assignments.models import Assignment
from trueup.audit.models import Batch
from trueup.base.problems import InvalidValue, NotAllowed
from trueup.connectors.fetching import SourceRefused, SourceSilent
from trueup.connectors.landing.landing import Report, Wishes, land_arrivals
from trueup.connectors.ralph.client import ralph_at, read_ralph
from trueup.connectors.ralph.parse import parse_licence
from trueup.connectors.spreadsheet.answers import answers_of
from trueup.connectors.spreadsheet.questions import questions
from trueup.devices.models import Device
from trueup.licences.arrivals import Arrivals
from trueup.licences.models import Licence, LicenceKey
from trueup.people.models import Person
from trueup.tenancy.models import Region

SAMPLES = Path(__file__).parents[2] / "src/trueup/connectors/ralph/samples"
LICENCES = json.loads((SAMPLES / "licences.json").read_text(encoding="utf-8"))
OBJECTS = json.loads((SAMPLES / "base_objects.json").read_text(encoding="utf-8"))
ANSWERS = answers_of(
    {"currency": "EUR", "label:Bundle X": "per_named_user", "label:per core": "redhat_per_core"}
)


class Ralph:
    """A Ralph that pages as Ralph pages, three a page whatever is asked, and may be in a mood."""

    def __init__(self, records: list, *, count: int | None = None, busy: int = 0) -> None:
        self.records, self.count, self.busy, self.asked = records, count, busy, []

    def __call__(self, path: str, query: dict, headers: dict) -> tuple[int, object]:
        self.asked.append((path, query))
        if headers.get("Authorization") != "Token s3cret":
            return 401, {"detail": "Invalid token."}
        if headers.get("Accept") != "application/json; version=v1":
            return 200, b"<html>"
        if self.busy:
            self.busy -= 1
            return 429, {"detail": "Slow down."}
        if path.startswith("/api/base-objects/"):
            found = OBJECTS.get(path.split("/")[3])
            return (200, found) if found else (404, {"detail": "Not found."})
        start = int(query["offset"])
        count = len(self.records) if self.count is None else self.count
        return 200, {
            "count": count,
            "next": None,
            "previous": None,
            "results": self.records[start : start + 3],
        }


def read(ralph: Ralph, *, token: str = "s3cret", waits: list | None = None) -> Arrivals:
    with served(ralph) as url:
        wait = [].append if waits is None else waits.append
        return read_ralph(source=ralph_at(url=url, token=token, wait=wait))


def land(stage: Stage, *, actor=None, records=None, **wishes) -> Report:
    return land_arrivals(
        actor=actor or stage.alice, arrivals=read(Ralph(records or LICENCES)), at=NOW, on=TODAY,
        wishes=Wishes(company_id=stage.acme.pk, **{"answers": ANSWERS} | wishes),
    )  # fmt: skip


def rules(report: Report) -> list[tuple[int, str, str]]:
    return sorted((error.row, error.column, error.rule) for error in report.all_errors)


def test_pages_are_read_in_order_to_the_end_and_waiting_is_waited():
    ralph, waits = Ralph(LICENCES, busy=2), []
    found = read(ralph, waits=waits)
    assert [licence.number for licence in found.licences] == [10029, 10030, 10032]
    lists = [query for path, query in ralph.asked if path == "/api/licences/" and query["offset"] == "3"]
    assert lists == [{"limit": "100", "offset": "3", "ordering": "id"}]
    assert waits == [7.0, 7.0]
    assert read(Ralph([])).licences == ()


def test_a_wrong_token_a_short_count_and_html_are_said_and_not_guessed():
    with pytest.raises(SourceRefused, match="refuses the token"):
        read(Ralph(LICENCES), token="wrong")
    with pytest.raises(SourceSilent, match="counts 9 licences and showed 5"):
        read(Ralph(LICENCES, count=9))
    with pytest.raises(SourceSilent, match="asks to wait"):
        read(Ralph(LICENCES, busy=99))
    with (
        served(lambda *_asked: (200, b"<html>")) as url,
        pytest.raises(SourceSilent, match="nothing that can be read"),
    ):
        read_ralph(source=ralph_at(url=url, token="s3cret", wait=[].append))


def test_a_token_never_travels_unencrypted_unless_that_is_said():
    with pytest.raises(InvalidValue, match="unencrypted"):
        read_ralph(source=ralph_at(url="http://ralph.example", token="s3cret", wait=[].append))
    assert "s3cret" not in repr(ralph_at(url="https://ralph.example", token="s3cret", wait=[].append))


def test_every_field_goes_where_the_table_says():
    """U-038: the table of FEATURES D2."""
    devices = {int(number): found for number, found in OBJECTS.items()}
    licence, left = parse_licence(LICENCES[0], place=1, devices=devices)
    assert licence is not None
    assert (licence.product, licence.publisher, licence.label) == ("Example DB", "Example Soft", "per core")
    assert (licence.units, licence.price, licence.currency, licence.basis) == (
        25,
        Decimal("100.00"),
        "EUR",
        "total",
    )
    assert (licence.valid_from, licence.valid_until) == (date(2026, 1, 13), date(2027, 1, 14))
    assert (licence.region, licence.cost_centre, licence.property_of) == ("North", "IT-7", "Acme Holding")
    assert licence.remarks == "service_env: Shop prod"
    assert "RALPH-KEY" not in repr(licence)
    assert [(one.holder.hostname, one.units) for one in licence.holdings] == [("db1", 16)]
    assert [(one.column, one.rule, one.keeps_record) for one in left] == [
        ("base_objects", "not a device", True),
        ("base_objects", "unknown device", True),
    ]
    second, _left = parse_licence(LICENCES[1], place=2, devices={})
    assert second is not None
    assert (second.inventory_number, second.price, second.valid_until) == ("", None, None)


def test_licences_arrive_with_lines_keys_and_holders(stage: Stage):
    """U-038 and D-014: units as they are held; who is not there is made."""
    a_device(stage.acme, "other-name", serial="SN-1105", environment="data_centre",
             region_id=Region.objects.create(company=stage.acme, name="North").pk)  # fmt: skip
    report = land(stage)
    assert report.counts | {"errors": 0} == {
        "create": 3, "update": 0, "unchanged": 0, "reject": 2, "errors": 0, "people": 2, "devices": 0,
    }  # fmt: skip
    database = Licence.objects.get(external_id="10029")
    assert (database.source, database.metric, database.granted, database.held) == (
        "ralph",
        "redhat_per_core",
        25,
        16,
    )
    assert (database.property_of, database.inventory_number) == ("Acme Holding", "NIW-10029")
    assert LicenceKey.objects.filter(licence=database).count() == 2
    assert Device.objects.count() == 1
    held = Assignment.objects.filter(released_at=None).values_list("licence__external_id", "units")
    assert sorted(held) == [("10029", 16), ("10030", 1), ("10030", 2)]
    assert Person.objects.get(username="carol").name == "Carol Clerk"


def test_an_over_allocated_licence_arrives_and_says_so(stage: Stage):
    """U-038: three units are held of two."""
    land(stage)
    over = Licence.objects.get(external_id="10030")
    assert (over.policy, over.granted, over.held) == ("allow", 2, 3)


def test_what_could_not_be_carried_is_named_by_its_record(stage: Stage):
    """U-038 and D-015: a holder in another region, a count below nothing, a record that is none."""
    found = rules(land(stage))
    assert found == [
        (5, "id", "no record"),
        (10029, "base_objects", "not a device"),
        (10029, "base_objects", "unknown device"),
        (10030, "users", "no units"),
        (10031, "number_bought", "negative number"),
        (10032, "holder_person", "cannot hold"),
    ]


def test_a_second_run_changes_nothing(stage: Stage):
    """U-038"""
    land(stage)
    before = (
        Licence.objects.count(),
        Assignment.objects.count(),
        Person.objects.count(),
        Batch.objects.count(),
    )
    again = land(stage)
    held_now = (Licence.objects.count(), Assignment.objects.count(), Person.objects.count())
    assert (again.counts["create"], again.counts["people"]) == (0, 0)
    assert held_now == before[:3]
    assert sum(Licence.objects.values_list("held", flat=True)) == 19


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(stage: Stage):
    """U-035"""
    report = land(stage, is_dry=True)
    assert (report.counts["create"], report.counts["people"], report.counts["devices"]) == (3, 2, 1)
    assert report.landed[0].regions == ("North", "South")
    assert not Licence.objects.exists()
    assert not Person.objects.exists()
    assert not Device.objects.exists()
    assert not Region.objects.filter(name="North").exists()


def test_labels_and_unknown_currencies_are_asked_for(stage: Stage):
    """A label of Ralph's own says nothing; XXX says that nobody knows."""
    report = land(stage, is_dry=True, answers=answers_of({}))
    assert {question.answer for question in questions(report.all_errors)} == {"metrics", "currency"}


def test_holders_can_be_left_to_those_who_are_there(stage: Stage):
    """D-015"""
    a_person(stage.acme, "carol", region_id=Region.objects.create(company=stage.acme, name="North").pk)
    report = land(stage, makes_holders=False)
    assert Person.objects.count() == 1
    assert (10030, "holder_person", "unknown holder") in rules(report)


def test_who_may_not_import_lands_nothing(stage: Stage):
    with pytest.raises(NotAllowed):
        land(stage, actor=stage.bob)
    assert not Licence.objects.exists()
    assert not Person.objects.exists()
    assert land(stage, actor=ROOT, is_dry=True).counts["create"] == 3
