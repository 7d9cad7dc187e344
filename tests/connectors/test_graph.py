"""Microsoft 365: what was bought with its dates, who has it, and nobody called unused for want of an answer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.cast import NOW, Stage, a_person
from tests.connectors.vendor import Asked, sample, vendor
from tests.rooms.sources.reading import a_source, run
from trueup.connectors.graph.parse import parse_graph
from trueup.sources.findings import Page
from trueup.sources.models import Seat, Source, SourcePage, Subscription

E3, VISIO, FLOW, TENANT = (f"11111111-aaaa-4aaa-8aaa-00000000000{n}" for n in range(1, 5))


def pages(**more):
    kinds = {"skus": {}, "dates": {}, "users": {"tells_sign_in": True}}
    return [
        Page(kind, sample(f"graph/samples/{kind}.json")["value"], more.get(kind, about))
        for kind, about in kinds.items()
    ]


def script(asked: Asked, *, refused: tuple[str, ...] = ()):
    if asked.path == "/acme/oauth2/v2.0/token":
        good = asked.form["client_secret"] == "s3cret" and asked.form["grant_type"] == "client_credentials"
        return (200, {"access_token": "t"}) if good else (401, b"")
    kind = {"/v1.0/subscribedSkus": "skus", "/v1.0/directory/subscriptions": "dates", "/v1.0/users": "users"}[
        asked.path
    ]
    if kind in refused or (
        kind == "users" and "signInActivity" in asked.query.get("$select", "") and "signIn" in refused
    ):
        return 403, b""
    rows = sample(f"graph/samples/{kind}.json")["value"]
    if kind == "users" and "more" not in asked.query:
        return 200, {
            "value": rows[:1],
            "@odata.nextLink": f"http://{asked.headers['Host']}/v1.0/users?more=1",
        }
    return 200, {"value": rows[1:] if kind == "users" else rows}


@pytest.fixture
def microsoft(settings):
    settings.PRIVATE_SOURCES = True
    with vendor(script) as stands:
        yield stands


def source_at(stage: Stage, stands, secret: str = "s3cret") -> Source:
    return a_source(
        stage,
        "graph",
        stands.url,
        secrets={"client_secret": secret},
        tenant="acme",
        client_id="app",
        sign_in_url=stands.url,
    )


def test_purchased_in_grace_and_assigned_are_three_numbers_with_their_dates():
    found = parse_graph(pages(), NOW)
    rows = {(one.sku, one.ref): one for one in found.subscriptions}
    e3 = rows[E3, "c1"]
    assert (e3.name, e3.purchased, e3.in_grace, e3.assigned) == ("Microsoft 365 E3", 25, 3, 14)
    assert (e3.renews_on, e3.is_trial, e3.applies_to) == (date(2027, 3, 1), False, "user")
    several = {
        ref: (one.purchased, one.in_grace, one.assigned) for (sku, ref), one in rows.items() if sku == VISIO
    }
    assert several == {"": (None, None, 7), "c2": (6, 0, None), "c3": (0, 4, None)}
    assert rows[FLOW, ""].is_free
    assert not e3.is_free


def test_units_of_the_tenant_are_nobodys_and_so_never_unused():
    """U-058."""
    found = parse_graph(pages(), NOW)
    [wide] = [one for one in found.subscriptions if one.sku == TENANT]
    assert wide.applies_to == "tenant"
    assert not [one for one in found.seats if one.sku == TENANT]


def test_a_seat_knows_how_it_was_given_and_when_its_person_signed_in():
    found = parse_graph(pages(), NOW)
    seats = {(one.login, one.sku): one for one in found.seats}
    carol = seats["Carol@example.com", E3]
    assert (carol.via, seats["Carol@example.com", VISIO].via) == ("group", "direct")
    assert (carol.use_is_reported, carol.last_used_at) == (True, datetime(2026, 11, 18, 7, 30, tzinfo=UTC))
    dora = seats["dora@example.com", E3]
    assert (dora.use_is_reported, dora.last_used_at, dora.is_enabled) == (False, None, False)
    assert [one.reason for one in found.rejected] == ["users: no id"]


def test_what_was_not_told_is_not_known_and_never_zero():
    bare = [
        Page("skus", [{"skuId": E3, "skuPartNumber": "NEW_OFFER"}]),
        Page("users", [], {"tells_sign_in": False}),
    ]
    [only] = parse_graph(bare, NOW).subscriptions
    assert (only.purchased, only.assigned, only.in_grace, only.renews_on, only.is_trial) == (
        None,
        None,
        None,
        None,
        None,
    )
    assert only.name == "NEW_OFFER"


def test_the_whole_way_from_the_token_to_the_rows(stage: Stage, microsoft):
    """Two pages of people, the advanced query's header, recognition of the offer, the person found by login."""
    carol = a_person(stage.acme, "carol", email="carol@EXAMPLE.com")
    found = run(source_at(stage, microsoft))
    assert (found.state, found.rejected, found.trouble) == ("done", 1, "")
    assert found.counts["seats"] == 3
    users = [one for one in microsoft.asked if one.path == "/v1.0/users"]
    assert users[-1].headers["ConsistencyLevel"] == "eventual"
    assert all(one.headers["Authorization"] == "Bearer t" for one in users)
    seat = Seat.objects.get(login="Carol@example.com", sku=E3)
    assert seat.person_id == carol.pk
    bought = Subscription.objects.get(ref="c1")
    assert bought.title.product is not None
    assert (bought.title.product.library_key, bought.title.edition.key) == ("microsoft.365", "e3")
    assert "CANARY" not in repr([bytes(page.content) for page in SourcePage.objects.all()])


def test_a_tenant_that_shows_no_sign_ins_is_read_without_them(stage: Stage, microsoft):
    microsoft.script = lambda asked: script(asked, refused=("signIn", "dates"))
    found = run(source_at(stage, microsoft))
    assert (found.state, found.trouble) == ("done", "")
    assert not Seat.objects.filter(use_is_reported=True).exists()
    e3 = Subscription.objects.get(sku=E3)
    assert (e3.purchased, e3.renews_on) == (25, None)


def test_a_wrong_secret_is_told_plainly_and_ends_nothing(stage: Stage, microsoft):
    source = source_at(stage, microsoft)
    run(source)
    there = Seat.objects.filter(gone_at=None).count()
    microsoft.script = lambda asked: (401, b"") if "token" in asked.path else script(asked)
    found = run(source)
    assert found.state == "failed"
    assert "401" in found.trouble
    assert "s3cret" not in found.trouble
    assert Seat.objects.filter(gone_at=None).count() == there


def test_people_that_cannot_be_read_leave_the_seats_as_they_were(stage: Stage, microsoft):
    source = source_at(stage, microsoft)
    run(source)
    microsoft.script = lambda asked: script(asked, refused=("users",))
    found = run(source)
    assert (found.state, found.counts["subscriptions"] > 0) == ("partial", True)
    assert Seat.objects.filter(gone_at=None).count() == 3
