"""Signing in: with a password, and only so often; nobody makes an account by themselves."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD
from trueup.audit.models import Entry
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


def written(stage):
    """What the installation's log says of signing in, oldest first."""
    rows = Entry.objects.filter(event__startswith="tenancy.", company_id=None).exclude(
        event__in=("tenancy.company_created", "tenancy.user_created", "tenancy.role_granted")
    )
    return [(row.event.partition(".")[2], row.actor, row.subject) for row in rows.order_by("position")]


def test_signing_in_and_out_is_written_down_and_so_are_failures(stage):
    client = Client()
    try_to(client, "wrong, and perhaps a password of something else")
    Client().post(LOGIN, {"login": "a password in the wrong field", "password": "x"})
    try_to(client, PASSWORD)
    client.post("/account/logout/")

    assert written(stage) == [
        ("sign_in_failed", "nobody", "alice"),
        ("sign_in_failed", "nobody", "unknown name"),
        ("signed_in", "Alice", "alice"),
        ("signed_out", "Alice", "alice"),
    ]
    kept = str(list(Entry.objects.values_list("details", "subject")))
    assert "password of something else" not in kept
    assert "wrong field" not in kept
    assert Entry.objects.get(event="tenancy.signed_in").details == {"address": "127.0.0.1"}


def test_one_s_own_password_and_factors_are_written_down(stage, django_capture_on_commit_callbacks):
    """A password one changes, codes one sets up and takes away: each an entry, and a refused change none."""
    client = Client()
    try_to(client, PASSWORD)
    before = len(written(stage))
    other = "another horse entirely 7"

    change = {"oldpassword": "not mine", "password1": other, "password2": other}
    client.post("/account/password/change/", change)
    assert len(written(stage)) == before
    client.post("/account/password/change/", change | {"oldpassword": PASSWORD})
    client.post("/account/reauthenticate/", {"password": other})
    page = client.get("/account/2fa/totp/activate/")
    code = format_hotp_value(hotp_value(page.context["form"].secret, int(time.time()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/2fa/totp/activate/", {"code": code})
    client.post("/account/2fa/totp/deactivate/")

    assert written(stage)[before:] == [
        ("password_changed", "Alice", "alice"),
        ("factor_added", "Alice", "alice"),
        ("factor_removed", "Alice", "alice"),
    ]
    assert Entry.objects.get(event="tenancy.factor_added").details == {"factor": "one-time codes"}


def test_a_wrong_code_after_the_password_is_a_failed_sign_in(stage):
    TOTP.activate(stage.users["alice"], generate_totp_secret())
    client = Client()
    try_to(client, PASSWORD)
    assert client.get("/").status_code == 302, "the second step is still to come"

    client.post("/account/2fa/authenticate/", {"code": "000000"})

    assert written(stage) == [("sign_in_failed", "nobody", "alice")]
    assert Entry.objects.get(event="tenancy.sign_in_failed").details["step"] == "code"
