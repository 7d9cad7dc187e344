"""Google Workspace: who has a licence, and one of the few sources that know of somebody that they never signed in."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cast import NOW, Stage, a_person
from tests.connectors.vendor import Asked, sample, vendor
from tests.rooms.sources.reading import a_source, run
from trueup.sources.models import Seat, Source, SourceRun, Subscription
from trueup.sources.queries import idle_seats, pages_of

KEY = generate_private_key(65537, 2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
ACCOUNT = json.dumps({"type": "service_account", "client_email": "reader@example.iam", "private_key": PEM})


def unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def script(asked: Asked, *, shows_people: bool = True):
    if asked.path == "/token":
        head, claims, signature = asked.form["assertion"].split(".")
        KEY.public_key().verify(unpacked(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
        said = json.loads(unpacked(claims))
        good = (
            said["sub"] == "admin@example.com"
            and said["iat"] == int(NOW.timestamp())
            and said["aud"].endswith("/token")
        )
        return (200, {"access_token": "t"}) if good else (401, b"")
    answers = sample("google/samples/answers.json")
    if asked.path == "/admin/directory/v1/users":
        return (200, {"users": answers["people"]}) if shows_people else (403, b"")
    if "/product/Empty/" in asked.path:
        return 200, {"kind": "licensing#licenseAssignmentList"}
    rows = answers["licences"]
    return (
        (200, {"items": rows[2:]})
        if "pageToken" in asked.query
        else (200, {"items": rows[:2], "nextPageToken": "p2"})
    )


@pytest.fixture
def google(settings):
    settings.PRIVATE_SOURCES = True
    with vendor(script) as stands:
        yield stands


def source_at(stage: Stage, stands, account: str = ACCOUNT) -> Source:
    return a_source(
        stage, "google", stands.url, secrets={"service_account": account}, customer="C1", administrator="admin@example.com",
        products="Google-Apps, Empty", directory_url=stands.url, sign_in_url=stands.url,
    )  # fmt: skip


def test_never_signed_in_is_known_here_and_can_be_acted_on(stage: Stage, google):
    """U-043: a day, never, and not reported, from one source."""
    carol = a_person(stage.acme, "carol", email="carol@example.com")
    found = run(source_at(stage, google))
    assert (found.state, found.rejected, found.trouble) == ("done", 1, "")
    seats = {one.login: one for one in Seat.objects.all()}
    told = {login: (one.last_used_at, one.use_is_reported) for login, one in seats.items()}
    assert told == {
        "Carol@example.com": (datetime(2026, 11, 19, 8, 30, tzinfo=UTC), True),
        "dora@example.com": (None, True),
        "emil@example.com": (None, False),
    }
    assert seats["Carol@example.com"].person_id == carol.pk
    assert seats["dora@example.com"].is_enabled is False
    idle = idle_seats(actor=stage.alice, before=NOW + timedelta(days=1))
    assert set(idle.values_list("login", flat=True)) == {"Carol@example.com", "dora@example.com"}


def test_what_was_bought_is_not_told_and_so_unknown(stage: Stage, google):
    run(source_at(stage, google))
    assert set(Subscription.objects.values_list("title__name", "purchased", "assigned")) == {
        ("Example Workspace Plus", None, 2),
        ("Example Workspace Basic", None, 1),
    }
    kept = "".join(str(page.rows) for one in SourceRun.objects.all() for page in pages_of(run=one))
    assert "CANARY" not in kept


def test_a_directory_that_is_not_shown_leaves_the_use_unknown(stage: Stage, google):
    google.script = lambda asked: script(asked, shows_people=False)
    assert run(source_at(stage, google)).state == "done"
    assert not Seat.objects.filter(use_is_reported=True).exists()


def test_a_key_that_cannot_be_read_is_told_without_a_word_of_it(stage: Stage, google):
    found = run(source_at(stage, google, account='{"private_key": "CANARY"}'))
    assert found.state == "failed"
    assert "service account" in found.trouble
    assert "CANARY" not in found.trouble
