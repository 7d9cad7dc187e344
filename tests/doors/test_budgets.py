"""Every page and every read of the API: as many queries for three hundred licences as for thirty, and within its budget.

budgets.json holds the budgets by route. A new page gets its line there; a page that needs more says so by its line.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection, transaction

from bench.big.asking import Answer, Asker, every_address
from bench.big.home import fill

BUDGETS = Path(__file__).parents[1] / "budgets.json"
FEW, MANY = 30, 300
VALUES = {"licence_id": 4, "person_id": 5, "device_id": 5, "product_id": 5, "company_id": 1, "title_id": 5, "position_id": 5,
          "assignment_id": 5, "receipt_id": 5, "run_id": 1, "kind": "person", "tab": "people", "report": "utilisation",
          "type_id": 1, "asset_id": 1, "source_id": 1, "source_run_id": 1, "placement_id": 1,
          "source_kind": "graph"}  # fmt: skip
pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "MERGE")


STAMP = 'UPDATE "tenancy_apitoken"'
"""A token's last use is noted once a minute: a slow machine sees it in the middle of a walk."""


def spent(answer: Answer) -> list[str]:
    """What the read itself asked the database."""
    return [sql for sql in answer.queries if not sql.startswith(STAMP)]


def forms(answer: Answer) -> Counter[str]:
    """How often each statement was sent, whatever its values."""
    return Counter(sql.rpartition(" (")[0] for sql in spent(answer))


def walked(licences: int) -> dict[str, Answer]:
    """What each address answers in a group of so many licences, which is gone afterwards."""
    with transaction.atomic():
        fill(connection.connection, licences)
        asker = Asker()
        asker.ask("/")
        asker.ask("/api/companies/")
        found = {route: asker.ask(path) for route, path in every_address(VALUES).items()}
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def walks(django_db_setup, django_db_blocker) -> tuple[dict[str, Answer], dict[str, Answer]]:
    with django_db_blocker.unblock():
        return walked(FEW), walked(MANY)


def test_the_number_of_queries_does_not_grow_with_the_rows(walks):
    """D-027, D-029: one licence has 15 holders here and 150 there."""
    few, many = walks
    grown = {
        route: sorted((forms(many[route]) - forms(few[route])).elements())
        for route in few
        if len(spent(few[route])) < len(spent(many[route]))
    }

    assert grown == {}


def test_each_page_keeps_within_its_budget(walks):
    """K-009."""
    _few, many = walks
    budgets = json.loads(BUDGETS.read_text("utf-8"))
    asked = {route: len(spent(answer)) for route, answer in many.items() if answer.status == 200}
    over = {route: number for route, number in asked.items() if number > budgets.get(route, 0)}

    assert over == {}, f"{BUDGETS.name} allows less, or has no line for: {json.dumps(over, sort_keys=True)}"
    assert sorted(set(budgets) - set(many)) == [], "budgets of pages that are no more"


def test_reading_writes_nothing_and_counts_no_list_twice(walks):
    """D-046."""
    _few, many = walks
    for route, answer in many.items():
        own = [sql for sql in spent(answer) if "django_session" not in sql]
        counts = Counter(sql for sql in own if sql.startswith("SELECT COUNT(*)"))

        assert [sql for sql in own if sql.startswith(WRITES)] == [], route
        assert [sql for sql, times in counts.items() if times > 1] == [], route
