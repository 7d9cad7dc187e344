"""Lines, seats, limits and the worker at the same licences at once: what is written down is what is reckoned. First the teeth."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import NOW, TODAY, a_device, a_licence, a_product, holder, set_stage
from trueup.assignments.actions import assign_units, release_units
from trueup.licences.actions import add_purchase, void_purchase
from trueup.licences.lines import LineTerms
from trueup.licences.models import Standing, Unsettled
from trueup.licences.queries import licences_visible_to
from trueup.licences.standings import write_standings
from trueup.tenancy.models import Company

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8
TURNS = 6
DAYS = (TODAY, TODAY + timedelta(days=30), TODAY + timedelta(days=100))
NAMES = ("pk", "purchased", "used", "free", "state", "ends_on", "annual_cost", "unlimited")
TRIGGERS = (
    ("licences_purchase", "licences_purchase_new"),
    ("licences_purchase", "licences_purchase_changed"),
    ("licences_licence", "licences_licence_moved"),
    ("tenancy_company", "licences_company_limited"),
)
"""What throws standings away and keeps the copies in them; without it the writers below leave them wrong."""


@pytest.fixture
def scene():
    stage = set_stage()
    licences = [a_licence(stage.acme, 40, product=a_product(stage.acme, f"P{number}")) for number in range(3)]
    devices = [a_device(stage.acme, f"host{number:02}") for number in range(HANDS * TURNS)]
    write_standings()
    return stage, licences, devices


@contextmanager
def asleep() -> Iterator[None]:
    """Without those triggers."""
    with connection.cursor() as cursor:
        for table, name in TRIGGERS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table, name in TRIGGERS:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def everybody(scene, hands: int = HANDS) -> None:
    """Three buy and take back, three give on and take back, one moves the limit, the last writes down; all start at once."""

    def hand(number: int) -> None:
        try:
            for turn in range(TURNS):
                at_work(scene, number, turn)
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(hand, range(hands)))


def at_work(scene, number: int, turn: int) -> None:
    stage, licences, devices = scene
    licence = licences[(number + turn) % len(licences)]
    if number < 3:
        line = LineTerms(units=1 + turn, valid_from=TODAY, valid_until=TODAY + timedelta(days=20 + number))
        made = add_purchase(actor=stage.alice, licence_id=licence.pk, line=line, at=NOW, on=TODAY)
        if turn % 2:
            void_purchase(actor=stage.alice, licence_id=licence.pk, purchase_id=made.pk, reason="wrong", at=NOW, on=TODAY)  # fmt: skip
    elif number < 6:
        seat = assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(devices[number * TURNS + turn]), units=2, at=NOW, on=TODAY)  # fmt: skip
        if turn % 2:
            release_units(actor=stage.alice, assignment_id=seat.pk, at=NOW, on=TODAY)
    elif number == 6:
        with transaction.atomic():
            company = Company.objects.select_for_update(no_key=True).get(pk=stage.acme.pk)
            company.near_limit_percent = 5 + turn
            company.save(update_fields=["near_limit_percent"])
    else:
        write_standings()


def figures(stage) -> dict[Any, list[tuple[Any, ...]]]:
    return {day: list(licences_visible_to(actor=stage.alice, on=day).order_by("pk").values_list(*NAMES)) for day in DAYS}  # fmt: skip


def reckoned(stage) -> dict[Any, list[tuple[Any, ...]]]:
    """The same without anything written down."""
    with transaction.atomic():
        Standing.objects.all().delete()
        found = figures(stage)
        transaction.set_rollback(True)
    return found


def copies(stage) -> set[tuple[Any, ...]]:
    """What standings carry of licence and company beside what these say themselves, where the two differ."""
    rows = Standing.objects.filter(company=stage.acme)
    told = rows.values_list("held", "near_percent", "licence__held", "licence__company__near_limit_percent")
    return {row for row in told if row[:2] != row[2:]}


def test_without_the_triggers_what_is_written_down_grows_old(scene):
    """If this fails, the test below proves nothing."""
    stage, _licences, _devices = scene

    with asleep():
        everybody(scene, hands=HANDS - 1)

    assert copies(stage)
    assert figures(stage) != reckoned(stage)


def test_what_is_written_down_while_all_write_is_what_is_reckoned(scene):
    """D-076: no figure of any moment is lost, whoever waits for whom, and the worker finds the rest."""
    stage, licences, _devices = scene

    everybody(scene)

    assert not copies(stage)
    assert figures(stage) == reckoned(stage)
    without = set(Unsettled.objects.values_list("licence", flat=True))
    assert without == {one.pk for one in licences} - set(Standing.objects.values_list("licence", flat=True))
    write_standings()
    assert not Unsettled.objects.exists()
    assert not copies(stage)
    assert figures(stage) == reckoned(stage)
