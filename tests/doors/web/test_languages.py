"""Each person is spoken to in their language and time zone; files, the API's values and names are the same for all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tests.cast import a_licence, a_product
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase
from trueup.tenancy.actions import create_token
from trueup.tenancy.models import User
from trueup.web.catalogues import compile_books
from trueup.web.kit import figures

BREAK = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module", autouse=True)
def compiled():
    compile_books()


@pytest.fixture
def priced(stage):
    terms = LineTerms(units=1200, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 1), price=Decimal(124800), currency="EUR")  # fmt: skip
    return a_licence(stage.acme, metric="per_device", product=a_product(stage.acme, "Draw"), line=terms)


@pytest.fixture
def alice(client, stage):
    client.force_login(stage.users["alice"])
    return client


def prefers(**wanted):
    User.objects.filter(username="alice").update(**wanted)


@pytest.mark.parametrize(
    ("language", "menu", "money", "day"),
    [
        ("en-gb", "Purchases", "€124,800", "30 Nov 2026"),
        ("de", "Käufe", f"124.800{BREAK}€", "30. Nov. 2026"),
        ("fr", "Achats", f"124\N{NARROW NO-BREAK SPACE}800{BREAK}€", "30 nov. 2026"),
    ],
)
def test_a_page_speaks_the_language_of_its_reader(alice, priced, language, menu, money, day):
    prefers(language=language)

    answer = alice.get(reverse("purchases"))
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert answer["Content-Language"] == language
    assert f">{menu}" in page
    assert money in page
    assert day in page


def test_before_signing_in_the_browser_says_the_language(client, db):
    page = client.get(reverse("account_login"), headers={"Accept-Language": "de-CH,de;q=0.9,en;q=0.8"})

    assert '<html lang="de"' in page.content.decode()
    assert "Accept-Language" in page["Vary"]


def test_a_language_that_is_gone_and_a_time_zone_nobody_knows_harm_no_page(alice):
    prefers(language="xx", time_zone="Mars/Base")

    assert alice.get(reverse("licences")).status_code == 200


def test_nothing_of_a_language_is_left_for_the_next_request(alice, client):
    prefers(language="de", time_zone="Asia/Tokyo")
    alice.get(reverse("licences"))

    assert translation.get_language() == "en-gb"
    assert timezone.get_current_timezone_name() == "UTC"


def test_moments_are_told_in_the_readers_time_zone_and_dated_in_utc():
    moment = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"):
        assert figures.moment(moment) == "19 Nov 2026, 08:30"
        assert 'datetime="2026-11-18T23:30:00+00:00"' in figures.ago(
            moment.astimezone(timezone.get_current_timezone())
        )


def token_of(stage):
    return create_token(actor=stage.alice, user=stage.users["alice"], name="import", days=30, can_write=False, at=timezone.now())  # fmt: skip


@pytest.fixture
def asks(client, stage):
    token = token_of(stage)

    def ask(address, **headers):
        return client.get(address, headers={"Authorization": f"Bearer {token}", **headers})

    return ask


@pytest.mark.parametrize(
    ("own", "asked", "detail"),
    [
        ("", None, "There is no licence 999999."),
        ("de", None, "Es gibt keine Lizenz 999999."),
        ("de", "fr", "Il n’existe aucune licence 999999."),
    ],
)
def test_a_problem_of_the_api_speaks_the_language_asked_for_else_the_users(asks, own, asked, detail):
    prefers(language=own)
    problem = asks("/api/licences/999999/", **({"Accept-Language": asked} if asked else {})).json()

    assert problem["detail"] == detail
    assert (problem["name"], problem["type"], problem["status"]) == ("NotFound", "/problems/not-found", 404)


def test_values_of_the_api_and_of_files_are_the_same_in_every_language(asks, alice, priced):
    address = f"/api/licences/{priced.pk}/"
    plain = asks(address).json()
    plain.pop("warnings")  # sentences, like refusals, are the reader's
    files = b"".join(alice.get(reverse("licences"), {"format": "csv"}).streaming_content)
    prefers(language="de", time_zone="Asia/Tokyo")

    told = asks(address).json()
    told.pop("warnings")
    assert told == plain
    assert b"".join(alice.get(reverse("licences"), {"format": "csv"}).streaming_content) == files


@pytest.mark.parametrize(
    ("language", "units", "price", "stored"),
    [
        ("en-gb", "1,200", "1,234.50", (1200, "1234.5")),
        ("de", "1.200", "1.234,50", (1200, "1234.5")),
        ("de", "1200", "99.5", (1200, "99.5")),
        ("fr", "1 200", "1 234,50", (1200, "1234.5")),
    ],
)
def test_numbers_are_typed_in_the_readers_way(alice, stage, priced, language, units, price, stored):
    prefers(language=language)
    form = {"kind": "purchase", "units": units, "valid_from": "2026-02-01", "basis": "total", "price": price, "currency": "EUR"}  # fmt: skip

    answer = alice.post(reverse("line_new", args=[priced.pk]), form)
    assert answer.status_code == 302, answer.content.decode()
    line = Purchase.objects.latest("pk")
    assert (line.units, line.price) == (stored[0], Decimal(stored[1]))


def test_nouns_follow_the_number_and_the_language(db):
    from trueup.licences.metrics import noun, plain_noun

    with translation.override("de"):
        assert [noun("per_device", n) for n in (1, 2)] == ["Gerät", "Geräte"]
        assert plain_noun("per_device") == "devices"


def test_health_asks_nobody_who_they_are(alice, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert alice.get("/livez").status_code == 200
