"""Signing in: with a password, and only so often; nobody makes an account by themselves."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD
from trueup.tenancy.models import User

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def nobody_tried_yet():
    cache.clear()
    yield
    cache.clear()


def try_to(client: Client, password: str):
    return client.post(LOGIN, {"login": "alice", "password": password})


def test_the_right_password_opens_the_overview(stage):
    client = Client()

    assert try_to(client, PASSWORD)["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_wrong_password_opens_nothing_and_does_not_say_who_exists(stage):
    known = try_to(Client(), "wrong")
    unknown = Client().post(LOGIN, {"login": "nobody", "password": "wrong"})

    assert known.status_code == unknown.status_code == 200
    said = [list(answer.context["form"].non_field_errors()) for answer in (known, unknown)]
    assert said[0] == said[1] != []


def test_guessing_is_slowed_down_even_for_the_right_password(stage):
    for number in range(5):
        try_to(Client(), f"guess {number}")

    late = Client()
    refused = try_to(late, PASSWORD)
    assert refused.status_code in {200, 429}
    assert late.get("/").status_code == 302, "too many guesses lock the door for a while"


def test_nobody_signs_up_by_themselves(db):
    answer = Client().post(
        "/account/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert not User.objects.exists()
    assert answer.status_code in {200, 403}


def test_pages_for_passkeys_and_codes_ask_for_a_recent_sign_in(stage):
    client = Client()
    client.force_login(stage.users["alice"])

    answer = client.get("/account/2fa/webauthn/add/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_every_page_forbids_foreign_script_and_framing(stage):
    client = Client()
    for answer in (client.get(LOGIN), client.get("/nowhere/"), client.get("/livez")):
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        for directive in (
            "default-src 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'none'",
        ):
            assert directive in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
