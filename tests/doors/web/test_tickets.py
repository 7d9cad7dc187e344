"""The desk of a company and its tickets, as pages and by the API."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from tests.doors.api.conftest import program_of
from trueup.tickets.actions import Line, tell_desk
from trueup.tickets.models import Desk, Errand, Ticket

ADDRESS = "https://desk.example/rt"
SECRET = "CANARY-desk"


def test_a_desk_is_set_up_and_its_ticket_read_and_told_again(stage):
    """C-039: by page and API; the secret is in no answer."""
    client = Client()
    client.force_login(stage.users["alice"])
    here = f"/tickets/desk/{stage.acme.pk}/"
    wrong = client.post(
        here, {"kind": "request_tracker", "url": "ftp://x", "secret": SECRET, "lead_days": "60"}
    )
    assert (wrong.status_code, Desk.objects.exists()) == (422, False)
    given = {
        "kind": "request_tracker",
        "url": ADDRESS,
        "secret": SECRET,
        "lead_days": "60",
        "about": ["short"],
    }
    assert client.post(here, given).status_code == 302
    assert SECRET not in client.get(here).content.decode()
    lines = [Line("Draw is short", "Carol", "9.00 EUR")]
    ticket = tell_desk(desk=Desk.objects.get(), about="short", title="Short", lines=lines, at=timezone.now())
    Errand.objects.update(state="failed", error="403 No")
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "9.00 EUR" in page
    assert "403 No" in page
    assert client.post(f"/tickets/{ticket.pk}/retry/").status_code == 302
    assert Errand.objects.get().state == "waiting"

    alice, mallory = program_of(stage, "alice"), program_of(stage, "mallory")
    told = alice.get(f"/api/tickets/{ticket.pk}/").json()
    assert told["rows"] == [["Draw is short", "Carol", "9.00 EUR"]]
    assert mallory.get(f"/api/tickets/{ticket.pk}/").status_code == 404
    desk = f"/api/companies/{stage.acme.pk}/desk/"
    assert SECRET not in alice.get(desk).content.decode()
    body = {"kind": "roundup", "url": ADDRESS, "secret": SECRET, "username": "us", "about": ["nonsense"]}
    assert alice.ask("PUT", desk, body).status_code == 422
    assert alice.ask("PUT", desk, body | {"about": ["idle"]}).json()["about"] == ["idle"]
    assert Ticket.objects.get().closed_at is not None, "it belongs to the desk of before"
    assert client.post(f"{here}withdraw/").status_code == 302
    assert alice.get(desk).status_code == 404
