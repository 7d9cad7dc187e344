"""The first page: what waits in the order of money and time, what could be saved, and never another's money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from tests.rooms.compliance.estates import install, run_over
from trueup.assignments.actions import assign_units
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.licences.lines import LineTerms
from trueup.people.actions import mark_left
from trueup.reports.overview.commitments import commitments_of
from trueup.reports.overview.confidence import confidence_of
from trueup.reports.overview.decisions import Decision, Kind, Waiting, waiting_for
from trueup.reports.overview.leavers import leavers_of
from trueup.reports.overview.portfolio import portfolio_of
from trueup.reports.overview.savings import Saving, reclaimable, savings_of
from trueup.reports.overview.unmatched import unmatched_titles


def a_line(
    units: int = 10, *, days: int = 400, price: int = 1200, currency: str = "EUR", **terms
) -> LineTerms:
    return LineTerms(
        units=units, valid_from=date(2026, 6, 1), valid_until=TODAY + timedelta(days=days), price=Decimal(price),
        currency=currency, **terms,
    )  # fmt: skip


def waiting(actor: Actor, limit: int = 8) -> Waiting:
    totals = portfolio_of(actor=actor, on=TODAY)
    return waiting_for(
        actor=actor, on=TODAY, totals=totals, left=leavers_of(actor=actor, on=TODAY), unmatched=unmatched_titles(actor=actor),
        limit=limit,
    )  # fmt: skip


def saved(actor: Actor) -> tuple[Saving, ...]:
    return savings_of(actor=actor, on=TODAY, left=leavers_of(actor=actor, on=TODAY))


def hold(licence, thing, units: int = 1) -> None:
    assign_units(actor=ROOT, licence_id=licence.pk, holder=holder(thing), units=units, at=NOW, on=TODAY)


def a_leaver(stage: Stage, licence, username: str = "carol", units: int = 1) -> None:
    person = a_person(stage.acme, username)
    hold(licence, person, units)
    mark_left(actor=ROOT, person_id=person.pk, left_on=TODAY, at=NOW)


# --- order --------------------------------------------------------------------------------------------


def test_time_left_counts_double_ten_days_before_it_is_too_late():
    whole, late = (Decision(Kind.NOTICE, money=(Decimal(100), "EUR"), days=days) for days in (30, 10))

    assert (whole.weight, late.weight) == (Decimal(100), Decimal(200))
    assert Decision(Kind.EXPIRED, money=(Decimal(100), "EUR"), days=-90).weight == Decimal(250)
    assert Decision(Kind.SHORT, money=(Decimal(100), "EUR")).weight == Decimal(100)
    assert Decision(Kind.UNMATCHED).weight == 0


# --- what waits ---------------------------------------------------------------------------------------


def test_a_notice_within_thirty_days_waits_with_its_year_and_its_use(stage: Stage):
    """U-016, R-104: decide by, money of the year, units free of how many; past it there is nothing to decide."""
    licence = a_licence(stage.acme, line=a_line(days=70, renews_itself=True, notice_days=60))
    a_licence(stage.acme, product=a_product(stage.acme, "Later"), line=a_line(days=92, renews_itself=True, notice_days=60))  # fmt: skip
    a_licence(stage.acme, product=a_product(stage.acme, "Too late"), line=a_line(days=59, renews_itself=True, notice_days=60))  # fmt: skip

    (line,) = waiting(stage.alice).lines

    assert (line.kind, line.record_id, line.days) == (Kind.NOTICE, licence.pk, 9)
    assert (line.units, line.of_units, line.money) == (10, 10, (Decimal(1200), "EUR"))


def test_a_term_that_ends_counts_down_to_its_last_covered_day(stage: Stage):
    a_licence(stage.acme, line=a_line(days=5))

    (line,) = waiting(stage.alice).lines

    assert (line.kind, line.days, line.last_on) == (Kind.ENDING, 4, TODAY + timedelta(days=4))


def test_leavers_are_one_line_a_company_with_what_their_units_cost(stage: Stage):
    """D-020: who left still holds, and it has a price."""
    licence = a_licence(stage.acme, 10, metric="per_named_user", line=a_line())
    a_leaver(stage, licence, "carol")
    a_leaver(stage, licence, "dave")
    hold(licence, a_person(stage.acme, "erin"))

    (line,) = waiting(stage.alice).lines

    assert (line.kind, line.number, line.units, line.company_id) == (Kind.LEAVERS, 2, 2, stage.acme.pk)
    assert line.money == (portfolio_of(actor=stage.alice, on=TODAY).costs[0][0] / 5, "EUR")
    assert waiting(stage.mallory).lines == ()


def test_an_expired_licence_waits_while_its_units_are_held(stage: Stage):
    """R-126: holders left on an ended licence are something to settle."""
    licence = a_licence(stage.acme, 10, line=a_line(days=3))
    hold(licence, a_device(stage.acme), 4)
    later = TODAY + timedelta(days=10)
    totals = portfolio_of(actor=stage.alice, on=later)

    (line,) = waiting_for(
        actor=stage.alice,
        on=later,
        totals=totals,
        left=(),
        unmatched=unmatched_titles(actor=stage.alice),
    ).lines

    assert (line.kind, line.units, line.days) == (Kind.EXPIRED, 4, -8)
    assert line.last_on == TODAY + timedelta(days=2)
    assert line.money == (Decimal(1200), "EUR")


def test_shortfalls_stand_alone_and_what_is_not_assessed_is_one_line(stage: Stage, tmp_path):
    product = a_product(stage.acme)
    a_licence(stage.acme, 1, product=product, line=a_line(1))
    install(stage.acme, product, *(a_device(stage.acme, f"d{n}") for n in range(3)))
    strange = a_product(stage.acme, "Strange", metric="java_se_employee")
    install(stage.acme, strange, a_device(stage.acme, "d9"))
    run_over(tmp_path, stage.acme)

    lines = waiting(stage.alice).lines

    short = next(line for line in lines if line.kind is Kind.SHORT)
    assert (short.units, short.money) == (2, (Decimal(2400), "EUR"))
    assert [line.number for line in lines if line.kind is Kind.NOT_ASSESSED] == [1]
    assert all(line.company_id != stage.acme.pk for line in waiting(stage.mallory).lines)


def test_unmatched_titles_say_how_many_look_commercial(stage: Stage):
    """C-046: listed, never dropped; a publisher the catalogue knows to sell, in any of its spellings."""
    a_product(stage.acme, "Draw", "Initech")
    one, two = a_device(stage.acme, "d1"), a_device(stage.acme, "d2")
    install(stage.acme, None, one, two, publisher="INITECH Development Inc.")
    install(stage.acme, None, two, publisher="Acme")

    found = unmatched_titles(actor=stage.alice)

    assert (found.titles, found.devices, found.commercial, found.commercial_devices) == (2, 2, 1, 2)
    assert found.publishers == ("Initech",)
    assert unmatched_titles(actor=stage.bob).titles == 0


def test_cheap_kinds_are_not_pushed_off_the_page(stage: Stage):
    for number in range(4):
        a_licence(stage.acme, product=a_product(stage.acme, f"P{number}"), line=a_line(days=9, price=9000))
    install(stage.acme, None, a_device(stage.acme))

    found = waiting(stage.alice, limit=3)

    assert [line.kind for line in found.lines] == [Kind.ENDING, Kind.ENDING, Kind.UNMATCHED]
    assert found.total == 5


# --- savings ------------------------------------------------------------------------------------------


@pytest.fixture
def draw(stage: Stage, tmp_path):
    """Ten units at 100 a year; three devices need one each, none is assigned."""
    product = a_product(stage.acme)
    line = LineTerms(units=10, valid_from=date(2026, 6, 1), valid_until=date(2027, 6, 1), price=Decimal(1000), currency="EUR")  # fmt: skip
    licence = a_licence(stage.acme, 10, product=product, line=line)
    install(stage.acme, product, *(a_device(stage.acme, f"d{n}") for n in range(3)))
    return licence


def test_only_free_units_beyond_need_are_savings(stage: Stage, draw, tmp_path):
    """R-110: ten are free, seven are spare."""
    assert saved(stage.alice) == ()  # before the first run the need is not known
    run_over(tmp_path, stage.acme)

    (found,) = saved(stage.alice)

    assert (found.spare, found.left, found.yearly) == (7, 0, Decimal(700))
    assert reclaimable([found]) == ((Decimal(700), "EUR"),)
    assert saved(stage.mallory) == ()


def test_two_licences_never_save_the_same_spare_unit(stage: Stage, draw, tmp_path):
    dear = a_licence(stage.acme, 2, product=draw.product, line=a_line(2, price=5000))
    run_over(tmp_path, stage.acme)

    found = saved(stage.alice)

    assert [(one.owned.licence_id, one.spare) for one in found] == [(dear.pk, 2), (draw.pk, 7)]


def test_units_of_leavers_save_nothing_where_others_are_short(stage: Stage, tmp_path):
    product = a_product(stage.acme, metric="per_named_user")
    licence = a_licence(stage.acme, 2, metric="per_named_user", product=product, line=a_line(2))
    a_leaver(stage, licence)
    assert [one.left for one in saved(stage.alice)] == [1]

    for number in range(4):
        user = a_person(stage.acme, f"user{number}")
        install(stage.acme, product, a_device(stage.acme, f"d{number}", user_id=user.pk))
    run_over(tmp_path, stage.acme)

    assert saved(stage.alice) == ()


# --- money by month -----------------------------------------------------------------------------------


def test_a_line_is_spread_over_its_days_and_only_what_is_committed_lies_ahead(stage: Stage):
    line = LineTerms(units=1, valid_from=date(2026, 11, 1), valid_until=date(2026, 12, 31), price=Decimal(600), currency="EUR")  # fmt: skip
    a_licence(stage.acme, 1, product=a_product(stage.acme, category="design"), line=line)
    a_licence(stage.acme, 1, product=a_product(stage.acme, "Once"), line=LineTerms(units=1, valid_from=date(2026, 1, 1), price=Decimal(9), currency="EUR"))  # fmt: skip
    a_licence(stage.acme, 1, product=a_product(stage.acme, "Abroad"), line=a_line(1, price=9, currency="USD"))

    euro, dollar = commitments_of(actor=stage.alice, on=TODAY)

    assert (euro.currency, dollar.currency) == ("EUR", "USD")
    assert euro.months[euro.now] == date(2026, 11, 1)
    assert [band.name for band in euro.bands] == ["design"]
    assert [round(total) for total in euro.totals[euro.now - 1 :]] == [0, 300, 300, 0, 0, 0]


def test_five_bands_at_most_and_nothing_is_lost_in_the_last(stage: Stage):
    for number in range(7):
        product = a_product(stage.acme, f"P{number}", category=f"kind {number}")
        a_licence(stage.acme, 1, product=product, line=a_line(1, price=1000 + number))

    (euro,) = commitments_of(actor=stage.alice, on=TODAY)

    assert [band.name for band in euro.bands] == ["kind 6", "kind 5", "kind 4", "kind 3", ""]
    assert [band.is_rest for band in euro.bands] == [False] * 4 + [True]
    term = (TODAY + timedelta(days=400) - date(2026, 6, 1)).days
    assert abs(euro.totals[euro.now] - Decimal(sum(range(1000, 1007))) * 30 / term) < 1


# --- confidence ---------------------------------------------------------------------------------------


def test_confidence_counts_what_is_understood_and_fresh(stage: Stage):
    product = a_product(stage.acme)
    install(stage.acme, product, a_device(stage.acme, "d1"), a_device(stage.acme, "d2"))
    install(stage.acme, None, a_device(stage.acme, "d3"))

    now = confidence_of(actor=stage.alice, at=NOW)
    later = confidence_of(actor=stage.alice, at=NOW + timedelta(days=31))

    assert (now.installations, now.understood, now.sure) == (3, 2, 2)
    assert later.sure == 0
    assert confidence_of(actor=stage.mallory, at=NOW).share is None


# --- whose money --------------------------------------------------------------------------------------


def test_prices_of_one_company_do_not_open_those_of_another(stage: Stage):
    """An owner here who is a viewer there sees the licences of both and the money of one."""
    a_licence(stage.acme, line=a_line(price=111))
    a_licence(stage.globex, line=a_line(days=9, price=99900))
    both = Actor(name="Both", roles={stage.acme.pk: Role.OWNER, stage.globex.pk: Role.VIEWER})

    totals = portfolio_of(actor=both, on=TODAY)

    assert (totals.licences, totals.companies) == (2, 2)
    assert totals.costs == portfolio_of(actor=stage.alice, on=TODAY).costs
    assert [line.money for line in waiting(both).lines] == [None]
    assert [sum(one.totals) < 200 for one in commitments_of(actor=both, on=TODAY)] == [True]


def test_days_of_renewal_are_whole(stage: Stage):
    a_licence(stage.acme, line=a_line(days=91))
    totals = portfolio_of(actor=stage.alice, on=TODAY)

    assert (totals.renewing, totals.due_soon) == (1, 0)
    assert totals.next_on == TODAY + timedelta(days=90)
    assert portfolio_of(actor=stage.alice, on=TODAY - timedelta(days=1)).renewing == 0


# --- the page -----------------------------------------------------------------------------------------


def page_for(stage: Stage, name: str) -> str:
    client = Client()
    client.force_login(stage.users[name])
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_figure_of_the_page_opens_what_is_behind_it(stage: Stage, draw, tmp_path):
    """R-136: the strip and the decisions are links, and every one of them answers."""
    a_leaver(stage, a_licence(stage.acme, 3, metric="per_named_user", product=a_product(stage.acme, "Meet"), line=a_line(3)))  # fmt: skip
    install(stage.acme, None, a_device(stage.acme, "d7"))
    run_over(tmp_path, stage.acme)
    client = Client()
    client.force_login(stage.users["alice"])

    context = client.get("/").context

    addresses = [one.url for one in [*context["strip"], *context["lines"]]]
    assert len(addresses) == 5 + len(context["lines"])
    assert {client.get(address).status_code for address in addresses} == {200}


def test_a_viewer_gets_counts_in_place_of_money(stage: Stage, draw, tmp_path):
    run_over(tmp_path, stage.acme)

    page = page_for(stage, "bob")

    assert "€" not in page
    assert "Licences with units to reclaim" in page
    assert "Monthly cost" not in page


def test_more_licences_cost_no_more_queries(stage: Stage, draw, tmp_path, django_assert_max_num_queries):
    """D-027."""
    run_over(tmp_path, stage.acme)
    client = Client()
    client.force_login(stage.users["alice"])
    with django_assert_max_num_queries(25) as few:
        client.get("/")
    for number in range(12):
        licence = a_licence(stage.acme, 3, metric="per_named_user", product=a_product(stage.acme, f"P{number}"), line=a_line(3, days=9))  # fmt: skip
        a_leaver(stage, licence, f"leaver{number}")
    install(stage.acme, None, a_device(stage.acme, "d7"))

    with django_assert_max_num_queries(25) as many:
        client.get("/")

    assert (
        len(many) <= len(few) + 2
    )  # once there are unmatched titles and leavers: whose they are, what they cost
