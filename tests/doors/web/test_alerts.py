"""Pages and API of alerts and deliveries: what is open, having peace, the preview, the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import ROOT, a_licence, a_person, a_product
from tests.doors.api.conftest import program_of
from tests.rooms.deliveries.post import post_office
from trueup.alerts.actions import tell_alerts
from trueup.alerts.models import Alert, AlertPolicy
from trueup.deliveries.models import Delivery
from trueup.deliveries.sending import send_due
from trueup.licences.lines import LineTerms


def of(stage, name: str) -> Client:
    client = Client()
    client.force_login(stage.users[name])
    return client


@pytest.fixture
def told(stage) -> Alert:
    """A licence that ends in five days, told to Carol."""
    today = timezone.localdate()
    line = LineTerms(units=5, valid_from=today - timedelta(days=300), valid_until=today + timedelta(days=6))
    carol = a_person(stage.acme, "carol", email="carol@example.com")
    a_licence(stage.acme, product=a_product(stage.acme, "Zebrafish"), line=line, owner_id=carol.pk)
    tell_alerts(actor=ROOT, on=today, at=timezone.now())
    return Alert.objects.get()


def test_u_014_an_alert_is_acknowledged_and_snoozed_on_its_page(stage, told):
    alice = of(stage, "alice")
    assert "Zebrafish ends" in alice.get("/alerts/").content.decode()
    page = alice.get(f"/alerts/{told.pk}/").content.decode()
    assert "carol@example.com" in page
    assert alice.post(f"/alerts/{told.pk}/", {"until": timezone.localdate()}).status_code == 422, (
        "not from today on"
    )
    until = timezone.localdate() + timedelta(days=3)
    assert alice.post(f"/alerts/{told.pk}/", {"until": until.isoformat()})["Location"] == "/alerts/"
    assert alice.post(f"/alerts/{told.pk}/acknowledge/")["Location"] == "/alerts/"
    told.refresh_from_db()
    assert (told.snoozed_until, told.acknowledged_by) == (until, "Alice")
    assert "Zebrafish" not in of(stage, "mallory").get("/alerts/").content.decode()


def test_u_015_the_preview_and_the_outbox_and_red_when_the_last_run_is_old(stage, told, settings):
    alice = of(stage, "alice")
    assert "Nothing is due" in alice.get("/alerts/preview/").content.decode()
    Alert.objects.all().delete()
    preview = alice.get("/alerts/preview/").content.decode()
    assert "Zebrafish ends" in preview
    assert "carol@example.com" in preview
    assert not Alert.objects.exists(), "looking stores nothing"

    settings.SMTP_URL = "smtp://127.0.0.1:1"
    send_due(clock=timezone.now)
    mail = Delivery.objects.get()
    assert "refused" in alice.get(f"/deliveries/{mail.pk}/").content.decode()
    assert "three hours" not in alice.get("/alerts/").content.decode()
    Delivery.objects.update(state="failed")
    AlertPolicy.objects.update(last_run_at=timezone.now() - timedelta(hours=4))
    page = alice.get("/alerts/").content.decode()
    assert "three hours" in page
    assert "1 messages have not left" in page

    with post_office() as office:
        settings.SMTP_URL = office.url
        assert alice.post(f"/deliveries/{mail.pk}/replay/")["Location"] == f"/deliveries/{mail.pk}/"
        send_due(clock=timezone.now)
    assert office.ids == [f"<{mail.uid}@trueup>"]
    assert of(stage, "mallory").get(f"/deliveries/{mail.pk}/").status_code == 404


def test_u_013_what_is_told_is_set_on_a_page(stage, told):
    alice = of(stage, "alice")
    address = f"/alerts/policy/{stage.acme.pk}/"
    assert "90, 60, 30, 7" in alice.get(address).content.decode()
    said = {"is_on": "on", "lead_days": "45, 10", "interval_days": "14", "recipients": "desk@example.com\nrole:owner",
            "off": ["near"], "stale_days": "30", "reveals_an_hour": "20", "quiet_from": "20", "quiet_until": "7"}  # fmt: skip
    assert alice.post(address, said)["Location"] == "/alerts/preview/"
    policy = AlertPolicy.objects.get(company=stage.acme)
    assert (policy.lead_days, policy.recipients, policy.off) == (
        [45, 10],
        ["desk@example.com", "role:owner"],
        ["near"],
    )
    assert alice.post(address, {**said, "recipients": "nobody"}).status_code == 422
    assert of(stage, "mallory").get(address).status_code == 404
    assert of(stage, "bob").get(address).status_code == 403


def test_programs_read_and_settle_alerts(stage, told):
    alice, bob, mallory = (program_of(stage, name) for name in ("alice", "bob", "mallory"))
    listed = alice.get("/api/alerts/").json()["results"]
    assert [(one["kind"], one["told_to"]) for one in listed] == [("ends", ["carol@example.com"])]
    assert mallory.get("/api/alerts/").json()["results"] == []
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    assert alice.post(f"/api/alerts/{told.pk}/snooze/", {"until": until}).json()["snoozed_until"] == until
    assert alice.post(f"/api/alerts/{told.pk}/acknowledge/").json()["acknowledged_by"]
    assert bob.post(f"/api/alerts/{told.pk}/acknowledge/").status_code == 403
    assert mallory.post(f"/api/alerts/{told.pk}/acknowledge/").status_code == 404
    policy = f"/api/companies/{stage.acme.pk}/alerts/"
    assert alice.ask("PATCH", policy, {"lead_days": [10], "digest": True}).json()["lead_days"] == [10]
    assert alice.ask("PATCH", policy, {"digest": False}, **{"If-Match": '"r1"'}).status_code == 412
    assert alice.get(policy).json()["digest"] is True
    assert alice.get(f"{policy}preview/").json()["count"] == 0
    licence = f"/api/licences/{told.licence_id}/alerts/"
    assert alice.ask("PUT", licence, {"lead_days": [5], "recipients": ["x@example.com"]}).json()[
        "lead_days"
    ] == [5]
    assert mallory.ask("PUT", licence, {"lead_days": [5]}).status_code == 404


def test_programs_read_the_outbox_and_make_endpoints(stage, told):
    alice, mallory = program_of(stage, "alice"), program_of(stage, "mallory")
    mail = alice.get("/api/deliveries/").json()["results"][0]
    assert (mail["recipient"], mail["state"]) == ("carol@example.com", "waiting")
    assert alice.get(f"/api/deliveries/{mail['id']}/").json()["tries"] == []
    assert alice.post(f"/api/deliveries/{mail['id']}/replay/").json()["state"] == "waiting"
    assert mallory.get(f"/api/deliveries/{mail['id']}/").status_code == 404
    made = alice.post(
        "/api/endpoints/", {"company": stage.acme.pk, "name": "Chat", "url": "https://chat.example.com/x"}
    )
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    assert made.json()["secret"].startswith("whsec_")
    endpoint = made.json()["id"]
    assert "secret" not in alice.get("/api/endpoints/").json()["results"][0]
    assert mallory.get("/api/endpoints/").json()["results"] == []
    assert mallory.post(f"/api/endpoints/{endpoint}/renew-secret/").status_code == 404
    renewed = alice.post(f"/api/endpoints/{endpoint}/renew-secret/").json()["secret"]
    assert renewed.startswith("whsec_") != (renewed == made.json()["secret"])
    assert alice.post(f"/api/endpoints/{endpoint}/delete/").status_code == 204
    assert alice.get("/api/endpoints/").json()["count"] == 0
