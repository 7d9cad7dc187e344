"""Alerts: told in time, once for each lead time, to the right people, and silent when that is wanted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, a_product
from tests.rooms.deliveries.post import post_office, send
from tests.rooms.reports.asked import give, priced
from trueup.alerts.actions import (
    acknowledge_alert,
    change_alert_policy,
    set_licence_alerts,
    snooze_alert,
    tell_alerts,
)
from trueup.alerts.models import Alert, AlertPolicy
from trueup.alerts.queries import alerts_visible_to, would_be_sent
from trueup.assignments.actions import release_units
from trueup.base.days import day_in_words
from trueup.base.problems import Invalid, NotAllowed, NotFound
from trueup.deliveries.models import Delivery
from trueup.licences.actions import add_purchase, retire_licence
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence
from trueup.people.models import Person
from trueup.tenancy.models import User
from trueup.worker import schedule

CAROL = "carol@example.com"


def ending(stage: Stage, last: date, name: str = "Draw", **terms) -> Licence:
    """A licence whose last covered day is this, owned by Carol."""
    line = LineTerms(
        units=5, valid_from=date(2026, 1, 1), valid_until=last + timedelta(days=1), **terms.pop("line", {})
    )
    if "owner_id" not in terms:
        terms["owner_id"] = carol_of(stage)
    return a_licence(stage.acme, product=a_product(stage.acme, name), line=line, **terms)


def carol_of(stage: Stage) -> int:

    found = Person.objects.filter(company=stage.acme, username="carol").first()
    return (found or a_person(stage.acme, "carol", email=CAROL)).pk


def told(on: date) -> list[tuple[str, str]]:
    """What a run of that day sends: recipient and subject."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    at = NOW + (on - TODAY)
    tell_alerts(actor=ROOT, on=on, at=at)
    rows = Delivery.objects.exclude(pk__in=before).order_by("pk")
    return list(rows.values_list("recipient", "subject"))


def days_told(first: date, last: date) -> list[date]:
    """The days on which a run every day sends anything."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if told(day)]


def test_c_042_a_reminder_sixty_days_before_the_end_once(stage: Stage):
    end = TODAY + timedelta(days=61)
    ending(stage, end)
    change_alert_policy(actor=stage.alice, company_id=stage.acme.pk, changes={"lead_days": [60]}, at=NOW)
    assert days_told(TODAY, TODAY + timedelta(days=10)) == [end - timedelta(days=60)]


def test_each_lead_time_fires_once(stage: Stage):
    """D-079, U-012: each of a licence's own lead times, and the same run twice on a day."""
    end = date(2027, 6, 30)
    licence = ending(stage, end)
    set_licence_alerts(
        actor=stage.alice, licence_id=licence.pk, lead_days=[180, 90, 60, 30, 7], recipients=[], at=NOW
    )
    days = [end - timedelta(days=lead + shift) for lead in (180, 90, 60, 30, 7) for shift in (1, 0, 0, -1)]
    assert [day for day in days if told(day)] == [end - timedelta(days=lead) for lead in (180, 90, 60, 30, 7)]


def test_u_012_a_missed_run_catches_up_with_one_message(stage: Stage):
    end = TODAY + timedelta(days=20)
    ending(stage, end)
    assert len(told(TODAY)) == 1, "90, 60 and 30 are reached at once"
    assert told(TODAY + timedelta(days=1)) == []
    assert len(told(end - timedelta(days=6))) == 1, "7 was missed by a day"


@pytest.mark.parametrize("days", [0, 1, 60])
def test_ends_tomorrow_is_told_today(stage: Stage, days):
    """U-011, D-078: the boundary is in it, and what ends today or tomorrow is told, not after the end."""
    change_alert_policy(actor=stage.alice, company_id=stage.acme.pk, changes={"lead_days": [60]}, at=NOW)
    ending(stage, TODAY + timedelta(days=days))
    assert len(told(TODAY)) == 1


def test_the_day_after_the_boundary_is_not_told(stage: Stage):
    """D-078."""
    change_alert_policy(actor=stage.alice, company_id=stage.acme.pk, changes={"lead_days": [60]}, at=NOW)
    ending(stage, TODAY + timedelta(days=61))
    assert told(TODAY) == []


def test_lead_times_count_to_the_day_to_decide(stage: Stage):
    """What renews itself is told before its notice date, not before its end."""
    ending(stage, TODAY + timedelta(days=120), line={"renews_itself": True, "notice_days": 60})
    assert told(TODAY) == [(CAROL, "Draw renews itself: its last day is 21 Mar 2027, decide by 20 Jan 2027.")]


def test_alert_text_names_match_values(stage: Stage):
    """D-082: each licence with its own product and its own day."""
    for number, name in enumerate(("Draw", "Paint", "Store"), start=1):
        ending(stage, TODAY + timedelta(days=number), name)
    assert told(TODAY) == [(CAROL, f"{name} ends: its last day is {day_in_words(TODAY + timedelta(days=n))}.")
                           for n, name in enumerate(("Draw", "Paint", "Store"), start=1)]  # fmt: skip
    bodies = Delivery.objects.order_by("pk").values_list("subject", "body")
    assert all(body.startswith(subject) for subject, body in bodies)


def test_alert_uses_the_licence_own_company(stage: Stage):
    """D-080: of a product everybody shares, each company is told of its own licence only."""
    shared = a_product(stage.globex, "Shared")
    type(shared).objects.filter(pk=shared.pk).update(company=None)
    line = priced(5, "5", valid_until=TODAY + timedelta(days=5))
    owner = a_person(stage.globex, "mia", email="mia@example.org")
    a_licence(stage.globex, product=shared, line=line, owner_id=owner.pk)
    a_licence(stage.acme, product=shared, line=line, owner_id=carol_of(stage))
    told(TODAY)
    rows = Delivery.objects.order_by("pk").values_list("company_id", "recipient")
    assert list(rows) == [(stage.acme.pk, CAROL), (stage.globex.pk, "mia@example.org")]
    assert [one.company_id for one in alerts_visible_to(actor=stage.mallory)] == [stage.globex.pk]


def test_retired_licences_and_templates_stay_silent(stage: Stage):
    """D-081: retired, withdrawn, renewed already, or told to be silent."""
    end = TODAY + timedelta(days=5)
    retired, withdrawn, silent, renewed = (ending(stage, end, f"P{number}") for number in range(4))
    retire_licence(actor=stage.alice, licence_id=retired.pk, at=NOW, on=TODAY)
    Licence.objects.filter(pk=withdrawn.pk).update(withdrawn_at=NOW)
    set_licence_alerts(
        actor=stage.alice, licence_id=silent.pk, lead_days=[], recipients=[], is_silent=True, at=NOW
    )

    following = LineTerms(units=5, valid_from=end + timedelta(days=1), valid_until=end + timedelta(days=400))
    add_purchase(actor=stage.alice, licence_id=renewed.pk, line=following, at=NOW, on=TODAY)
    assert told(TODAY) == []
    assert not Alert.objects.exists()


def test_alert_interval_after_expiry(stage: Stage):
    """D-062, U-014: neither daily nor never but as set; acknowledged or settled is silent."""
    end = TODAY - timedelta(days=1)
    licence = ending(stage, end)
    first, last = TODAY, TODAY + timedelta(days=15)
    assert days_told(first, last) == [TODAY, TODAY + timedelta(days=7), TODAY + timedelta(days=14)]
    alert = Alert.objects.get(kind="expired")
    acknowledge_alert(actor=stage.alice, alert_id=alert.pk, at=NOW)
    assert days_told(last, last + timedelta(days=30)) == []
    retire_licence(actor=stage.alice, licence_id=licence.pk, at=NOW, on=TODAY)
    assert told(last + timedelta(days=31)) == []
    assert not alerts_visible_to(actor=stage.alice).exists()


def test_u_014_snoozed_until_a_day(stage: Stage):
    ending(stage, TODAY - timedelta(days=1))
    told(TODAY)
    alert = Alert.objects.get()
    until = TODAY + timedelta(days=10)
    snooze_alert(actor=stage.alice, alert_id=alert.pk, until=until, on=TODAY, at=NOW)
    assert days_told(TODAY, until) == [until]
    with pytest.raises(Invalid):
        snooze_alert(actor=stage.alice, alert_id=alert.pk, until=TODAY, on=TODAY, at=NOW)


def test_r_137_an_excess_is_told_once_again_if_it_grows_and_closes_when_cured(stage: Stage):
    licence = a_licence(
        stage.acme, 1, product=a_product(stage.acme, "Draw"), policy="warn", owner_id=carol_of(stage)
    )
    held = [give(stage, licence, a_device(stage.acme, f"d{n}")) for n in range(2)]
    assert told(TODAY) == [(CAROL, "Draw: 2 units are held, 1 are owned.")]
    assert told(TODAY + timedelta(days=1)) == []
    held.append(give(stage, licence, a_device(stage.acme, "d9")))
    assert told(TODAY + timedelta(days=2)) == [(CAROL, "Draw: 3 units are held, 1 are owned.")]
    for one in held[1:]:
        release_units(actor=stage.alice, assignment_id=one.pk, at=NOW, on=TODAY)
    told(TODAY + timedelta(days=3))
    assert not alerts_visible_to(actor=stage.alice).filter(kind="over").exists()
    assert Alert.objects.get(kind="over").closed_at is not None


def test_u_013_recipients_of_the_licence_the_owner_the_company_the_owners(stage: Stage):
    """Nobody left: the company's, and a line that says so."""
    User.objects.filter(pk=stage.users["alice"].pk).update(email="alice@example.com")
    end = TODAY + timedelta(days=5)
    own = ending(stage, end, "Own")
    set_licence_alerts(actor=stage.alice, licence_id=own.pk, lead_days=[], recipients=["team@example.com", "role:owner", "owner"], at=NOW)  # fmt: skip
    ending(stage, end, "Theirs")
    ending(stage, end, "Gone", owner_id=a_person(stage.acme, "dora", email="").pk)
    change_alert_policy(
        actor=stage.alice, company_id=stage.acme.pk, changes={"recipients": ["desk@example.com"]}, at=NOW
    )
    sent = told(TODAY)
    assert {
        name: [to for to, says in sent if says.startswith(name)] for name in ("Own", "Theirs", "Gone")
    } == {
        "Own": ["team@example.com", "alice@example.com", CAROL],
        "Theirs": [CAROL],
        "Gone": ["desk@example.com"],
    }
    assert "usual recipients" in Delivery.objects.get(recipient="desk@example.com").body
    change_alert_policy(actor=stage.alice, company_id=stage.acme.pk, changes={"recipients": []}, at=NOW)
    ending(stage, end, "Later", owner_id=None)
    assert [to for to, _says in told(TODAY)] == ["alice@example.com"]


def test_u_015_the_preview_is_what_is_sent_and_stores_nothing(stage: Stage):
    for number, name in enumerate(("Draw", "Paint"), start=1):
        ending(stage, TODAY + timedelta(days=number), name)
    seen = would_be_sent(actor=stage.alice, company_id=stage.acme.pk, on=TODAY, at=NOW)
    assert not Alert.objects.exists()
    assert not Delivery.objects.exists()
    expected = [(to, one.condition.says) for one in seen for to in one.recipients]
    assert told(TODAY) == expected != []
    assert would_be_sent(actor=stage.alice, company_id=stage.acme.pk, on=TODAY, at=NOW) == ()
    assert AlertPolicy.objects.get(company=stage.acme).last_run_at == NOW


def test_digest_and_quiet_hours(stage: Stage, settings):
    """U-014: one mail for everything, and not at night."""
    changes = {"digest": True, "quiet_from": 8, "quiet_until": 11}
    change_alert_policy(actor=stage.alice, company_id=stage.acme.pk, changes=changes, at=NOW)
    for number, name in enumerate(("Draw", "Paint"), start=1):
        ending(stage, TODAY + timedelta(days=number), name)
    assert told(TODAY) == [(CAROL, "2 things to know about licences")]
    with post_office() as office:
        settings.SMTP_URL = office.url
        assert send(hours=1) == 0
        assert send(hours=2) == 1
    text = office.mails[0].get_payload()
    assert "Draw ends" in text
    assert "Paint ends" in text


def test_near_the_limit_and_switched_off_kinds(stage: Stage):
    licence = a_licence(stage.acme, 10, product=a_product(stage.acme, "Draw"), owner_id=carol_of(stage))
    give(stage, licence, a_device(stage.acme, "d1"), 9)
    change_alert_policy(actor=stage.alice, company_id=stage.acme.pk, changes={"off": ["near"]}, at=NOW)
    assert told(TODAY) == []
    change_alert_policy(actor=stage.alice, company_id=stage.acme.pk, changes={"off": []}, at=NOW)
    assert told(TODAY) == [(CAROL, "Draw: 9 of 10 units are held.")]


def test_expiry_is_watched_by_a_job():
    """D-094: not only a list on a page."""

    assert schedule.alerts_tell.name == "alerts.tell"
    periodic = schedule.app.periodic_registry.periodic_tasks
    assert any(task.task.name == "alerts.tell" and task.cron == "10 * * * *" for task in periodic.values())


def test_strangers_and_readers_decide_nothing(stage: Stage):
    """K-021."""
    licence = ending(stage, TODAY + timedelta(days=5))
    told(TODAY)
    alert = Alert.objects.get()
    with pytest.raises(NotFound):
        acknowledge_alert(actor=stage.mallory, alert_id=alert.pk, at=NOW)
    with pytest.raises(NotAllowed):
        acknowledge_alert(actor=stage.bob, alert_id=alert.pk, at=NOW)
    with pytest.raises(NotFound):
        set_licence_alerts(actor=stage.mallory, licence_id=licence.pk, lead_days=[1], recipients=[], at=NOW)
    with pytest.raises(NotFound):
        change_alert_policy(actor=stage.mallory, company_id=stage.acme.pk, changes={"digest": True}, at=NOW)
    with pytest.raises(NotFound):
        would_be_sent(actor=stage.mallory, company_id=stage.acme.pk, on=TODAY, at=NOW)
    alert.refresh_from_db()
    assert alert.acknowledged_at is None
    assert not AlertPolicy.objects.filter(company=stage.acme, digest=True).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"lead_days": [-1]},
        {"recipients": ["nobody"]},
        {"off": ["x"]},
        {"interval_days": 0},
        {"quiet_from": 3},
        {"quiet_from": 3, "quiet_until": 24},
    ],
)
def test_what_makes_no_sense_is_refused(stage: Stage, changes):
    with pytest.raises(Invalid):
        change_alert_policy(actor=stage.alice, company_id=stage.acme.pk, changes=changes, at=NOW)
    assert not AlertPolicy.objects.exists()
