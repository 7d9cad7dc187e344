"""What every request to the API passes: its pace, its repeats, and refusals that are problems everywhere."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tests.cast import NOW, a_licence, a_person
from trueup.api import doorway
from trueup.assignments.models import Assignment
from trueup.tenancy.models import KeptAnswer
from trueup.tenancy.pace import Pace
from trueup.tenancy.repeats import forget_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(stage):
    licence = a_licence(stage.acme, metric="per_named_user")
    person = a_person(stage.acme)
    return f"/api/licences/{licence.pk}/assignments/", {"holder": {"kind": "person", "id": person.pk}}


def test_a_request_sent_twice_is_carried_out_once(alice, body):
    path, given = body
    first = alice.ask("POST", path, given, **{"Idempotency-Key": "one"})
    again = alice.ask("POST", path, given, **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert not first.has_header("Idempotency-Replayed")
    assert Assignment.objects.count() == 1


def test_a_refusal_is_repeated_too(alice, body):
    path, given = body
    given["units"] = 99
    answers = [alice.ask("POST", path, given, **{"Idempotency-Key": "big"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert Assignment.objects.count() == 0


def test_the_same_key_with_another_request_is_refused(alice, body):
    path, given = body
    alice.ask("POST", path, given, **{"Idempotency-Key": "one"})
    other = alice.ask("POST", path, {**given, "units": 2}, **{"Idempotency-Key": "one"})
    assert other.status_code == 422
    assert other.json()["name"] == "KeyUsedOtherwise"
    assert Assignment.objects.get().units == 1


def test_keys_are_each_token_s_own_and_a_revoked_one_gets_nothing_kept(alice, mallory, stage, body):
    path, given = body
    alice.ask("POST", path, given, **{"Idempotency-Key": "one"})
    stranger = mallory.ask("POST", path, given, **{"Idempotency-Key": "one"})
    assert stranger.status_code == 404
    KeptAnswer.objects.get(status=201).token.__class__.objects.update(revoked_at=NOW)
    assert alice.ask("POST", path, given, **{"Idempotency-Key": "one"}).status_code == 401


def test_answers_are_forgotten_after_a_day(alice, body):
    path, given = body
    alice.ask("POST", path, given, **{"Idempotency-Key": "one"})
    KeptAnswer.objects.update(kept_at=NOW)
    assert forget_answers(at=NOW) == 0
    assert forget_answers(at=NOW.replace(day=NOW.day + 1)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_repeat_while_the_first_is_running_is_told_so(alice, body):
    path, given = body
    token = alice.token.partition("_")[2]
    with connection.cursor() as cursor:
        found = KeptAnswer._meta.get_field("token").related_model.objects.get(public_id=token.split(".")[0])
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"repeat {found.pk} slow"])
    answers = []

    def ask() -> None:
        answers.append(alice.ask("POST", path, given, **{"Idempotency-Key": "slow"}))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert answers[0].status_code == 409
    assert answers[0].json()["name"] == "StillRunning"
    assert Assignment.objects.count() == 0


def test_who_asks_too_fast_is_told_when_to_go_on(alice, monkeypatch):
    monkeypatch.setattr(doorway, "Pace", lambda **_: Pace(a_minute=2, clock=lambda: 0.0))
    client = Client(headers={"Authorization": f"Bearer {alice.token}"})
    answers = [client.get("/api/licences/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit"] == '"default";r=1;t=0'
    assert answers[2]["RateLimit-Policy"] == '"default";q=2;w=60'
    assert answers[2]["Retry-After"] == "30"
    assert answers[2].json()["name"] == "TooManyRequests"
    assert client.get("/livez").status_code == 200


def asked(token: str, path: str = "/api/licences/", **address: str) -> HttpResponse:
    return Client(headers={"Authorization": f"Bearer {token}"}).get(path, **address)


@pytest.fixture
def a_door(monkeypatch):
    """One door for every request, at which two may pass and then none: no time goes by."""
    pace, callers = Pace(a_minute=2, clock=lambda: 0.0), doorway.Callers()
    monkeypatch.setattr(doorway, "Pace", lambda **_: pace)
    monkeypatch.setattr(doorway, "Callers", lambda: callers)


@pytest.mark.usefixtures("a_door")
def test_made_up_tokens_share_the_pace_of_their_address(alice):
    """However many are made up, and whatever they ask; those who came with a good one before go on."""
    assert asked(alice.token).status_code == 200
    made_up = [asked(f"tru_{number}.nothing") for number in range(4)]
    assert [answer.status_code for answer in made_up] == [401, 401, 429, 429]
    assert made_up[2]["Retry-After"] == "30"
    assert asked("tru_new.nothing", "/api/openapi.json").status_code == 429
    assert Client().get("/api/licences/").status_code == 429
    assert asked(alice.token).status_code == 200
    assert asked(alice.token, "/api/nothing/").status_code == 429
    assert asked("tru_other.nothing", REMOTE_ADDR="192.0.2.1").status_code == 401


@pytest.mark.usefixtures("a_door")
def test_a_wrong_secret_does_not_use_up_the_pace_of_the_token_it_names(alice):
    assert asked(alice.token).status_code == 200
    forged = alice.token.partition(".")[0] + ".guessed"
    assert [asked(forged).status_code for _ in range(3)] == [401, 401, 429]
    assert asked(alice.token).status_code == 200


@pytest.mark.usefixtures("a_door")
def test_good_tokens_cost_their_address_nothing(alice, mallory):
    assert [asked(one.token).status_code for one in (alice, mallory, alice, mallory)] == [200] * 4
    assert asked(alice.token).status_code == 429
    assert [asked(f"tru_{number}.nothing").status_code for number in range(3)] == [401, 401, 429]


@pytest.mark.usefixtures("a_door")
def test_a_token_that_was_good_once_is_charged_to_its_address(alice):
    assert asked(alice.token).status_code == 200
    KeptAnswer._meta.get_field("token").related_model.objects.update(revoked_at=NOW)
    assert [asked(alice.token).status_code for _ in range(3)] == [401, 401, 429]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing/", 404),
        ("GET", "/api/licences/abc/", 404),
        ("DELETE", "/api/licences/", 405),
    ],
)
def test_what_no_operation_answers_is_a_problem_too(alice, method, path, status):
    """D-058, D-038."""
    answer = alice.ask(method, path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert ("GET" in answer.get("Allow", "")) == (status == 405)
