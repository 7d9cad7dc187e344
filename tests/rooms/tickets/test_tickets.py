"""Tickets: one a company and kind, noted while it lasts, closed when it is cured; nothing is lost and nothing opened twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, a_product
from tests.rooms.compliance.estates import install, run_over
from tests.rooms.tickets.desks import PASSWORD, TOKEN, Tracker, in_roundup, request_tracker, roundup_tracker
from trueup.alerts.actions import tell_alerts
from trueup.alerts.desk_lines import checked_about
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.deliveries import posting
from trueup.deliveries.models import Delivery
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence
from trueup.tickets.actions import DeskTerms, retry_errands, set_up_desk, text_of, withdraw_desk
from trueup.tickets.models import Desk, Errand, Ticket
from trueup.tickets.queries import tickets_visible_to
from trueup.tickets.sending import run_errands
from trueup.vault.plain import Plain


@pytest.fixture(autouse=True)
def private(settings: Any) -> None:
    """The desks of these tests stand on this machine."""
    settings.PRIVATE_WEBHOOKS = True


@pytest.fixture
def tracker() -> Iterator[Tracker]:
    with request_tracker() as found:
        yield found


def desk(stage: Stage, url: str, kind: str = "request_tracker", **terms: Any) -> Desk:
    secret = Plain(PASSWORD if kind == "roundup" else TOKEN)
    wanted = DeskTerms(kind=kind, url=url, secret=secret, **terms)
    return set_up_desk(actor=stage.alice, company_id=stage.acme.pk, terms=wanted, at=NOW)


def ending(stage: Stage, name: str, days: int = 50) -> Licence:
    """A licence of Carol's that ends in so many days."""
    owner = a_person(stage.acme, f"owner-of-{name}", name="Carol Core", email="carol@example.com")
    line = LineTerms(units=5, valid_from=date(2026, 1, 1), valid_until=TODAY + timedelta(days=days + 1))
    return a_licence(stage.acme, product=a_product(stage.acme, name), line=line, owner_id=owner.pk)


def look(days: int = 0) -> None:
    """A round of the worker so many days later, and what it owes said."""
    after = timedelta(days=days)
    tell_alerts(actor=ROOT, on=TODAY + after, at=NOW + after)
    say(days=days)


def say(**after: float) -> int:
    return run_errands(clock=lambda: NOW + timedelta(**after))


def renew(licence: Licence) -> None:
    Licence.objects.filter(pk=licence.pk).update(retired_at=NOW)


def test_one_ticket_a_kind_noted_and_closed(stage: Stage, tracker: Tracker):
    """C-039, C-043: a table inside, sixty days before; a change is a note, the cure closes it, the next is a new one."""
    desk(stage, tracker.url, queue="Licences", requestor="it@acme.example")
    draw = ending(stage, "Draw")
    ending(stage, "Far", days=80)
    look()
    [ticket] = tracker.tickets.values()
    assert ticket["Queue"] == "Licences"
    assert "To be decided or ending" in ticket["Subject"]
    assert "Draw ends" in ticket["notes"][0]
    assert "Carol Core" in ticket["notes"][0]
    assert "Far" not in ticket["notes"][0], "told ninety days before, and a ticket only sixty"
    look()
    assert len(ticket["notes"]) == 1, "nothing new, nothing said"
    paint = ending(stage, "Paint")
    look()
    assert [len(tracker.tickets), len(ticket["notes"])] == [1, 2]
    assert "Paint ends" in ticket["notes"][1]
    look(days=7)
    assert len(ticket["notes"]) == 3, "still open after a week"
    for one in (draw, paint):
        renew(one)
    Licence.objects.filter(product__name="Far").update(retired_at=NOW)
    look(days=8)
    assert (ticket["Status"], len(ticket["notes"])) == ("resolved", 4)
    ending(stage, "Store")
    look(days=9)
    assert len(tracker.tickets) == 2
    assert tracker.signed == {f"token {TOKEN}"}
    assert [one.remote_id for one in Ticket.objects.order_by("pk")] == ["1", "2"]


def test_what_is_short_carries_its_cost_and_its_owner(
    stage: Stage, tracker: Tracker, settings: Any, tmp_path
):
    """C-040: on the finding and in the ticket."""
    owner = a_person(stage.acme, "carol", name="Carol Core")
    draw = a_product(stage.acme, "Draw", metric="per_device")
    line = LineTerms(units=1, valid_from=date(2026, 1, 1), price=Decimal(100), currency="EUR")
    a_licence(stage.acme, product=draw, metric="per_device", line=line, owner_id=owner.pk)
    install(stage.acme, draw, *(a_device(stage.acme, f"pc{number}") for number in range(3)))
    settings.HOME = tmp_path
    run_over(tmp_path, stage.acme)
    desk(stage, tracker.url, about=["short"])
    look()
    [ticket] = tracker.tickets.values()
    assert "Draw: " in ticket["notes"][0]
    assert "200.00 EUR" in ticket["notes"][0]
    assert "Carol Core" in ticket["notes"][0]


def test_a_ticket_instead_of_the_mail(stage: Stage, tracker: Tracker):
    """C-043: beside it unless the company wants it so; what stands in no ticket is mailed as ever."""
    desk(stage, tracker.url, instead_of_mail=True)
    ending(stage, "Draw")
    ending(stage, "Far", days=80)
    look()
    assert [one.subject.split()[0] for one in Delivery.objects.all()] == ["Far"]
    desk(stage, tracker.url)
    ending(stage, "Paint")
    look()
    assert Delivery.objects.filter(subject__startswith="Paint").count() == 1


@pytest.mark.parametrize("mood", ["down", "lying", "slow"])
def test_a_desk_that_is_down_slow_or_lying_loses_nothing(stage: Stage, tracker: Tracker, monkeypatch, mood):
    """C-039: it waits, says why, and is told in order when the desk is well again; once."""
    monkeypatch.setattr(posting, "SECONDS", 0.2)
    desk(stage, tracker.url)
    ending(stage, "Draw")
    tracker.mood = mood
    look()
    ending(stage, "Paint")
    look()
    assert [one.state for one in Errand.objects.order_by("pk")] == ["waiting", "waiting"]
    assert tickets_visible_to(actor=stage.alice).get().trouble
    tracker.mood = "well"
    say(minutes=2)
    [ticket] = tracker.tickets.values()
    assert [("Paint" in note) for note in ticket["notes"]] == [False, True]
    assert set(Errand.objects.values_list("state", flat=True)) == {"done"}


def test_what_was_taken_and_not_heard_of_is_not_opened_twice(stage: Stage, tracker: Tracker):
    """C-039: the answer is lost after the desk opened it; the next attempt finds it by its mark."""
    desk(stage, tracker.url)
    ending(stage, "Draw")
    tracker.mood = "dying"
    look()
    assert (len(tracker.tickets), Ticket.objects.get().remote_id) == (1, "")
    tracker.mood = "well"
    say(minutes=2)
    assert (len(tracker.tickets), Ticket.objects.get().remote_id) == (1, "1")


def test_a_note_that_is_refused_becomes_a_new_ticket(stage: Stage, tracker: Tracker):
    """C-039: somebody closed or deleted the ticket over there, and it still holds."""
    desk(stage, tracker.url)
    ending(stage, "Draw")
    look()
    tracker.tickets[1]["Status"] = "resolved"
    ending(stage, "Paint")
    look()
    assert [one["Status"] for one in tracker.tickets.values()] == ["resolved", "new"]
    assert "Paint" in tracker.tickets[2]["notes"][0]
    assert Ticket.objects.get().remote_id == "2"


def test_what_was_given_up_is_said_again(stage: Stage, tracker: Tracker):
    """C-039: a refusal that is meant for ever waits for somebody's word."""
    desk(stage, tracker.url)
    ending(stage, "Draw")
    tracker.mood = "refusing"
    look()
    errand = Errand.objects.get()
    assert (errand.state, "No permission" in errand.error) == ("failed", True)
    tracker.mood = "well"
    say(days=2)
    assert tracker.tickets == {}
    with pytest.raises(NotFound):
        retry_errands(actor=stage.mallory, ticket_id=errand.ticket_id, at=NOW)
    retry_errands(actor=stage.alice, ticket_id=errand.ticket_id, at=NOW)
    say()
    assert len(tracker.tickets) == 1


def test_a_real_roundup_from_the_first_note_to_the_end(stage: Stage, tmp_path):
    """C-039: opened, noted, closed, against Roundup itself."""
    with roundup_tracker(tmp_path) as url:
        desk(stage, url, "roundup", username="admin")
        draw = ending(stage, "Draw")
        look()
        number = Ticket.objects.get().remote_id
        issue = in_roundup(url, f"issue/{number}?@verbose=2")["attributes"]
        assert issue["title"] == Ticket.objects.get().title
        ending(stage, "Paint")
        look()
        issue = in_roundup(url, f"issue/{number}?@verbose=2")["attributes"]
        texts = [
            in_roundup(url, f"msg/{one['id']}?@verbose=3")["attributes"]["content"]
            for one in issue["messages"]
        ]
        assert [("Draw" in text, "Paint" in text) for text in texts] == [(True, False), (True, True)]
        renew(draw)
        Licence.objects.all().update(retired_at=NOW)
        look(days=1)
        issue = in_roundup(url, f"issue/{number}?@verbose=2")["attributes"]
        assert issue["status"]["name"] == "resolved"
        assert in_roundup(url, "issue")["@total_size"] == 1
        assert set(Errand.objects.values_list("state", flat=True)) == {"done"}


def test_who_may_set_a_desk_up_and_what_is_refused(stage: Stage, tracker: Tracker):
    """K-021: nothing is stored on a refusal, and the secret is nowhere but in the vault."""
    good = {"kind": "request_tracker", "url": tracker.url, "secret": Plain(TOKEN)}
    for actor, refusal in ((stage.bob, NotAllowed), (stage.mallory, NotFound)):
        with pytest.raises(refusal):
            set_up_desk(actor=actor, company_id=stage.acme.pk, terms=DeskTerms(**good), at=NOW)
    for wrong in (
        {"kind": "paper"},
        {"url": "ftp://x"},
        {"secret": Plain("")},
        {"lead_days": -1},
        {"kind": "roundup"},
    ):
        with pytest.raises(InvalidValue):
            set_up_desk(
                actor=stage.alice, company_id=stage.acme.pk, terms=DeskTerms(**(good | wrong)), at=NOW
            )
    with pytest.raises(InvalidValue):
        checked_about(["nonsense"])
    assert not Desk.objects.exists()
    made = desk(stage, tracker.url)
    ending(stage, "Draw")
    look()
    stored = [str(row) for model in (Desk, Ticket, Errand) for row in model.objects.values()]
    assert TOKEN not in " ".join(stored)
    withdraw_desk(actor=stage.alice, company_id=stage.acme.pk, at=NOW)
    ending(stage, "Paint")
    look()
    assert len(tracker.tickets) == 1
    assert Desk.objects.get().pk == made.pk


def test_the_table_is_readable_as_plain_text():
    """C-039."""
    text = text_of([["Draw ends", "Carol", ""], ["Paint is short", "", "200.00 EUR"]])
    assert text.splitlines() == [
        "What            Owner  Cost to close",
        "--------------  -----  -------------",
        "Draw ends       Carol  –",
        "Paint is short  –      200.00 EUR",
    ]
    assert "… and 50 more." in text_of([["x", "", ""]] * 250)
