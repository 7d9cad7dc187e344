"""The outbox: what is owed leaves once by its id, what does not leave is seen, and nothing reaches a private network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.db import transaction

from tests.cast import NOW, Stage
from tests.rooms.deliveries.post import post_office, receiver, send
from trueup.base.problems import Invalid, NotAllowed, NotFound
from trueup.deliveries.actions import (
    Message,
    add_endpoint,
    owe_event,
    owe_mail,
    renew_endpoint_secret,
    replay_delivery,
    withdraw_endpoint,
)
from trueup.deliveries.models import Attempt, Delivery
from trueup.deliveries.queries import deliveries_visible_to, delivery_for, endpoints_visible_to


@pytest.fixture
def office(settings):
    with post_office() as office:
        settings.SMTP_URL = office.url
        yield office


@pytest.fixture
def hook(settings):
    settings.PRIVATE_WEBHOOKS = True
    with receiver() as found:
        yield found


def owed(stage: Stage, to: str = "carol@example.com", **message) -> Delivery:
    words = Message(**{"subject": "Draw ends", "body": "Büro\n", **message})
    return owe_mail(company_id=stage.acme.pk, recipient=to, topic="test", message=words, at=NOW)


def test_a_mail_leaves_once_with_its_file(stage: Stage, office):
    mail = owed(
        stage,
        subject="Draw\r\nBcc: x@example.com",
        file=b"%PDF",
        file_name="r.pdf",
        file_type="application/pdf",
    )
    assert (send(), send()) == (1, 0)
    taken = office.mails[0]
    assert taken["Message-ID"] == f"<{mail.uid}@trueup>"
    assert taken["Subject"] == "Draw Bcc: x@example.com"
    assert taken["Bcc"] is None
    assert taken.get_payload()[0].get_payload(decode=True).decode().splitlines() == ["Büro"]
    assert taken.get_payload()[1].get_filename() == "r.pdf"
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == ("sent", 1, "")


def test_what_is_rolled_back_is_not_owed(stage: Stage, office):
    with transaction.atomic():
        owed(stage)
        transaction.set_rollback(True)
    assert send() == 0
    assert not Delivery.objects.exists()


def test_failed_mail_is_visible(stage: Stage, office):
    """D-063, U-015: state, error, growing waits; given up in the end, and sent again on demand under the same id."""
    office.refuses["*"] = "451 later"
    mail = owed(stage)
    moments = [
        timedelta(),
        timedelta(minutes=1),
        timedelta(minutes=6),
        timedelta(minutes=36),
        timedelta(minutes=156),
    ]
    for number, after in enumerate(moments, start=1):
        assert send(seconds=after.total_seconds() - 1) == 0
        assert send(seconds=after.total_seconds()) == 1
        seen = delivery_for(actor=stage.alice, delivery_id=mail.pk)
        assert (seen.state, seen.attempts, seen.error) == ("waiting", number, "451 later")
    assert send(days=2) == 1
    seen = delivery_for(actor=stage.alice, delivery_id=mail.pk)
    assert (seen.state, seen.attempts) == ("failed", 6)
    assert send(days=30) == 0
    assert Attempt.objects.filter(delivery=mail, is_taken=False).count() == 6

    office.refuses.clear()
    replay_delivery(actor=stage.alice, delivery_id=mail.pk, at=NOW + timedelta(days=30))
    assert send(days=30) == 1
    assert office.ids == [f"<{mail.uid}@trueup>"]


def test_a_mailbox_that_is_not_there_fails_at_once_and_holds_nobody_up(stage: Stage, office):
    office.refuses["gone@example.com"] = "550 no such mailbox"
    gone, there = owed(stage, "gone@example.com"), owed(stage)
    assert send() == 2
    gone.refresh_from_db()
    there.refresh_from_db()
    assert (gone.state, gone.error) == ("failed", "550 no such mailbox")
    assert there.state == "sent"


@pytest.mark.parametrize("url", ["", "smtp://127.0.0.1:1"])
def test_without_a_server_mail_waits_and_says_why(stage: Stage, settings, url):
    settings.SMTP_URL = url
    mail = owed(stage)
    assert send() == 1
    mail.refresh_from_db()
    assert mail.state == "waiting"
    assert "TRUEUP_SMTP_URL" in mail.error or "refused" in mail.error


def test_a_webhook_is_signed_by_the_standard(stage: Stage, hook):
    """Checked as a receiver would: HMAC-SHA256 over id, moment and body."""
    endpoint, secret = add_endpoint(
        actor=stage.alice, company_id=stage.acme.pk, name="Chat", url=hook.url, at=NOW
    )
    owe_event(company_id=stage.acme.pk, topic="alert.over", facts={"name": "Draw"}, at=NOW)
    owe_event(company_id=stage.globex.pk, topic="alert.over", facts={"name": "Secret"}, at=NOW)
    assert send() == 1
    heads, body = hook.requests[0]
    assert json.loads(body) == {
        "type": "alert.over",
        "timestamp": "2026-11-21T09:00:00Z",
        "data": {"name": "Draw"},
    }
    told = f"{heads['webhook-id']}.{heads['webhook-timestamp']}.".encode() + body

    def signed(plain: str) -> str:
        key = base64.b64decode(plain.removeprefix("whsec_"))
        return "v1," + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()

    assert heads["webhook-signature"] == signed(secret.expose())
    assert secret.expose().encode() not in body
    newer = renew_endpoint_secret(actor=stage.alice, endpoint_id=endpoint.pk, at=NOW)
    for after, keys in ((timedelta(hours=1), [newer, secret]), (timedelta(days=2), [newer])):
        owe_event(company_id=stage.acme.pk, topic="t", facts={}, at=NOW + after)
        assert send(seconds=after.total_seconds()) == 1
        heads, body = hook.requests[-1]
        told = f"{heads['webhook-id']}.{heads['webhook-timestamp']}.".encode() + body
        assert heads["webhook-signature"].split() == [signed(key.expose()) for key in keys]


@pytest.mark.parametrize("answer", [301, 400, 404, 410, 500])
def test_whatever_is_not_taken_is_tried_again_under_the_same_id_and_no_redirect_is_followed(
    stage: Stage, hook, answer
):
    hook.answer = answer
    add_endpoint(actor=stage.alice, company_id=stage.acme.pk, name="Chat", url=hook.url, at=NOW)
    made = owe_event(company_id=stage.acme.pk, topic="t", facts={}, at=NOW)[0]
    assert send() == 1
    hook.answer = 204
    assert send(minutes=1) == 1
    made.refresh_from_db()
    assert (made.state, made.attempts) == ("sent", 2)
    assert {heads["webhook-id"] for heads, _body in hook.requests} == {str(made.uid)}
    assert Attempt.objects.filter(delivery=made).order_by("pk")[0].answer.startswith(str(answer))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "192.168.1.1"],
)
def test_no_webhook_reaches_a_private_address(stage: Stage, hook, settings, host):
    """The name is looked up when it is posted: what points elsewhere meanwhile is refused as well."""
    settings.PRIVATE_WEBHOOKS = False
    port = hook.url.rpartition(":")[2].partition("/")[0]
    add_endpoint(
        actor=stage.alice, company_id=stage.acme.pk, name="In", url=f"https://{host}:{port}/", at=NOW
    )
    made = owe_event(company_id=stage.acme.pk, topic="t", facts={}, at=NOW)[0]
    assert send() == 1
    made.refresh_from_db()
    assert made.state in {"failed", "waiting"}
    assert "public internet" in made.error or "Error" in made.error
    assert hook.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https://a:b@example.com/",
        "https://exa mple.com/",
        "nonsense",
        "https://x:99999/",
    ],
)
def test_addresses_that_are_none_are_refused(stage: Stage, url):
    with pytest.raises(Invalid):
        add_endpoint(actor=stage.alice, company_id=stage.acme.pk, name="Chat", url=url, at=NOW)
    assert not endpoints_visible_to(actor=stage.alice).exists()


def test_strangers_and_readers_change_nothing(stage: Stage, hook):
    """K-021."""
    endpoint, _secret = add_endpoint(
        actor=stage.alice, company_id=stage.acme.pk, name="Chat", url=hook.url, at=NOW
    )
    mail = owed(stage)
    assert not deliveries_visible_to(actor=stage.mallory).exists()
    assert not endpoints_visible_to(actor=stage.mallory).exists()
    with pytest.raises(NotFound):
        replay_delivery(actor=stage.mallory, delivery_id=mail.pk, at=NOW)
    with pytest.raises(NotFound):
        withdraw_endpoint(actor=stage.mallory, endpoint_id=endpoint.pk, at=NOW)
    with pytest.raises(NotAllowed):
        add_endpoint(actor=stage.bob, company_id=stage.acme.pk, name="Chat", url=hook.url, at=NOW)
    with pytest.raises(Invalid):
        owed(stage, "not an address")
    withdraw_endpoint(actor=stage.alice, endpoint_id=endpoint.pk, at=NOW)
    assert owe_event(company_id=stage.acme.pk, topic="t", facts={}, at=NOW) == []
