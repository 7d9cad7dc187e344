"""What lines come to is the same whether it is reckoned row by row or was written down, on every day there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from tests.cast import NOW, TODAY, a_licence, a_product
from trueup.base.listing import parse_listing, read_page
from trueup.base.lists.ordering import keys_of, stretches
from trueup.licences.actions import add_purchase
from trueup.licences.columns import LICENCES
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Purchase, Standing, Unsettled
from trueup.licences.queries import licences_in_parts, licences_visible_to
from trueup.licences.standing_figures import ORDERED_BY
from trueup.licences.standings import write_standings

NAMES = (
    "purchased",
    "unlimited",
    "free",
    "valid_from",
    "valid_to",
    "decide_by",
    "annual_cost",
    "currency",
    "has_ended",
    "state",
)
ENDS = date(2027, 3, 1)
DAYS = [
    TODAY,
    *(ENDS + timedelta(days=n) for n in (-1, 0, 1)),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2040, 1, 1),
]


@pytest.fixture
def licence(stage) -> Licence:
    """Five units for a term, three more for ever from the day the first end, and a licence beside it without an end."""
    line = LineTerms(
        units=5,
        valid_from=date(2026, 1, 1),
        valid_until=ENDS,
        price=Decimal(100),
        currency="EUR",
        renews_itself=True,
        notice_days=30,
    )
    found = a_licence(stage.acme, line=line)
    later = LineTerms(units=3, valid_from=ENDS)
    add_purchase(actor=stage.alice, licence_id=found.pk, line=later, at=NOW, on=TODAY)
    a_licence(stage.acme, 2, product=a_product(stage.acme, "Paint"))
    return found


def figures(actor, on) -> list[dict]:
    return list(licences_visible_to(actor=actor, on=on).order_by("pk").values("pk", *NAMES))


def test_written_standings_say_what_is_reckoned_without_them(stage, licence):
    """Also on the last day of a line, on the day after, before the first line and far ahead."""
    reckoned = {day: figures(stage.alice, day) for day in DAYS}

    assert write_standings() == 2
    assert {day: figures(stage.alice, day) for day in DAYS} == reckoned
    assert [reckoned[ENDS + timedelta(days=n)][0]["purchased"] for n in (-1, 0)] == [5, 3]


def test_a_day_turns_without_anything_being_run(stage, licence):
    """The figures of the new day are there at its first moment, whatever the nightly task does."""
    write_standings()
    Purchase.objects.filter(licence=licence, valid_from=ENDS).delete()
    write_standings()

    before, after = (figures(stage.alice, ENDS + timedelta(days=n))[0] for n in (-1, 0))

    assert (before["purchased"], before["state"]) == (5, "free")
    assert (after["purchased"], after["state"]) == (0, "expired")


def test_a_changed_line_throws_the_standings_of_its_licence_away(stage, licence):
    """On whatever path: the database sees to it."""
    write_standings()
    other = Licence.objects.exclude(pk=licence.pk).get()

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE licences_purchase SET units = 9 WHERE licence_id = %s AND valid_until = %s",
            [licence.pk, ENDS],
        )

    assert set(Standing.objects.values_list("licence", flat=True)) == {other.pk}
    assert figures(stage.alice, TODAY)[0]["purchased"] == 9
    assert write_standings() == 1
    assert figures(stage.alice, TODAY)[0]["purchased"] == 9


def test_standings_of_a_licence_cover_all_time_once(stage, licence):
    write_standings()

    periods = list(
        Standing.objects.filter(licence=licence).order_by("from_on").values_list("from_on", "until_on")
    )

    assert (periods[0][0], periods[-1][1]) == (date.min, date.max)
    assert [until for _, until in periods[:-1]] == [start for start, _ in periods[1:]]


def test_a_new_licence_is_listed_and_counted_before_its_standings_are_written(stage, licence):
    """D-076."""
    write_standings()
    a_licence(stage.acme, 7, product=a_product(stage.acme, "Sculpt"))

    page = read_page(
        LICENCES, actor=stage.alice, listing=parse_listing(LICENCES, {"sort": "-purchased"}), on=TODAY
    )

    assert page.count == 3
    assert [row["purchased"] for row in page.rows] == [7, 5, 2]


def test_the_expiry_of_a_line_is_found_by_an_index(stage, licence):
    """D-033: not by reading every line, once there are too many to read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO licences_purchase (company_id, licence_id, kind, units, is_unlimited, valid_from, valid_until, currency, basis,"
            " order_number, invoice_number, supplier, budget, renews_itself, created_at)"
            " SELECT %s, %s, 'purchase', 1, false, date '2026-01-01', date '2026-02-01' + i %% 20000, '', 'total', '', '', '', '', false, now()"
            " FROM generate_series(1, 20000) AS i",
            [stage.acme.pk, licence.pk],
        )
        cursor.execute("ANALYZE licences_purchase")
        wanted = Purchase.objects.filter(company_id=stage.acme.pk, valid_until__lte=TODAY).values("pk")
        plan = wanted.explain()

    assert "purchase_by_end" in plan, plan


SORTS = [
    "state",
    "-state",
    "free",
    "-free",
    "used",
    "-used",
    "valid_to",
    "-decide_by",
    "-annual_cost",
    "purchased",
]


def pages(actor, query: dict[str, str]) -> list[tuple[list[int], int]]:
    """Everything in the order asked for, two by two, and what each page says there is in all."""
    found, after = [], ""
    while True:
        listing = replace(parse_listing(LICENCES, query, limit=2), after=after)
        page = read_page(LICENCES, actor=actor, listing=listing, on=TODAY)
        found.append(([row["id"] for row in page.rows], page.count))
        if not page.next:
            return found
        after = page.next


@pytest.fixture
def estate(stage, licence) -> list[Licence]:
    """Eight licences in most states, one of another company among them."""
    made = [
        licence,
        *(
            a_licence(stage.acme, units, product=a_product(stage.acme, f"P{units}"))
            for units in (1, 3, 4, 9, 8)
        ),
    ]
    endless = LineTerms(units=0, is_unlimited=True, valid_from=TODAY, price=Decimal(3), currency="EUR")
    made.append(a_licence(stage.acme, line=endless, product=a_product(stage.acme, "Endless")))
    made.append(a_licence(stage.globex, 2, product=a_product(stage.globex, "Theirs")))
    for one, held in zip(made, (0, 1, 5, 2, 9, 0, 7, 2), strict=True):
        Licence.objects.filter(pk=one.pk).update(held=held, excess=max(0, held - one.granted))
    Licence.objects.filter(pk=made[5].pk).update(retired_at=NOW)
    return made


@pytest.mark.parametrize("settled", [0, 1, 2])
def test_lists_are_the_same_with_standings_without_them_and_half_way(stage, estate, settled):
    """Every order by a figure, page by page, and every filter by state; strangers' licences are never among them."""
    asked = [{"sort": sort} for sort in SORTS]
    asked += [
        {"state": state, "sort": "-free,id"} for state in ("free", "full", "over", "retired", "unlimited")
    ]
    reckoned = [pages(stage.alice, query) for query in asked]
    assert any(len(found) > 3 for found in reckoned)

    write_standings(most=len(estate) // 2 if settled == 1 else 100)
    if settled == 2:
        assert Unsettled.objects.count() == 0
    assert [pages(stage.alice, query) for query in asked] == reckoned


def test_what_is_copied_into_standings_follows_at_once(stage, estate):
    """Units held, retiring and the limit of the company, on whatever path: the database sees to it."""
    write_standings()
    first, other = estate[3], estate[4]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE licences_licence SET held = 4 WHERE id = %s", [first.pk])
        cursor.execute("UPDATE licences_licence SET retired_at = now() WHERE id = %s", [other.pk])
        cursor.execute("UPDATE licences_licence SET metric = 'site_license' WHERE id = %s", [estate[2].pk])
        cursor.execute("UPDATE tenancy_company SET near_limit_percent = 50 WHERE id = %s", [stage.acme.pk])

    written = dict(
        Standing.objects.filter(from_on__lte=TODAY, until_on__gt=TODAY).values_list("licence", "state")
    )
    assert written == {
        row["pk"]: row["state"] for actor in (stage.alice, stage.mallory) for row in figures(actor, TODAY)
    }
    assert [written[one.pk] for one in (estate[2], first, other)] == ["unlimited", "full", "retired"]
    listing = parse_listing(LICENCES, {"state": "full"})
    assert read_page(LICENCES, actor=stage.alice, listing=listing, on=TODAY).count == 2


def test_a_licence_is_written_down_as_missing_as_long_as_it_has_no_standings(stage, licence):
    """New, changed, thrown away by hand, and gone again with its licence."""

    def missing() -> set[int]:
        return set(Unsettled.objects.values_list("pk", flat=True))

    everything = set(Licence.objects.values_list("pk", flat=True))
    assert missing() == everything
    write_standings()
    assert missing() == set()
    Purchase.objects.filter(licence=licence).update(units=2)
    assert missing() == {licence.pk}
    write_standings()
    Standing.objects.filter(licence=licence).delete()
    assert missing() == {licence.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE licences_standing")
    assert missing() == everything


def test_an_order_by_state_is_walked_along_an_index(stage, licence):
    """D-076: fifty rows are read, not every licence."""
    write_standings()
    settled, _others = licences_in_parts(actor=stage.alice, on=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        for name in ORDERED_BY:
            path = "used" if name == "held" else name
            [found] = stretches(
                settled.filter(**{f"{path}__isnull": False}), keys_of(LICENCES, path), "", backwards=False
            )[-1:]
            plan = found.values("pk")[:51].explain()
            assert f"standing_by_{name}" in plan, plan
