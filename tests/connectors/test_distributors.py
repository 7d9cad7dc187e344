"""Adobe and Pax8: what was bought, for how long, who has it, and sums that are unknown rather than too small."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, ROOT, Stage, a_person
from tests.connectors.vendor import Asked, sample, vendor
from tests.rooms.sources.reading import a_source, run
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.sources.actions import place_outside_company
from trueup.sources.columns import SUBSCRIPTIONS
from trueup.sources.models import Placement, Seat, Subscription


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.PRIVATE_SOURCES = True


def adobe(asked: Asked):
    if asked.path == "/ims/token/v2":
        return 200, {"access_token": "t"}
    if asked.headers.get("X-Api-Key", asked.headers.get("x-api-key")) != "app":
        return 403, b""
    kind, _org, number = asked.path.rpartition("usermanagement/")[2].split("/")
    found = sample(f"adobe/samples/{kind}.json")
    if kind == "users":
        middle = found["users"][2:] if number == "1" else found["users"][:2]
        return 200, {"lastPage": number == "1", "users": middle}
    return (
        (200, {**found, "lastPage": False})
        if number == "0"
        else (200, {"lastPage": True, "result": "Not found"})
    )


def pax8(asked: Asked):
    if asked.path == "/oauth/token":
        return 200, {"access_token": "t"}
    kind = asked.path.rpartition("/")[2]
    rows = sample("pax8/samples/answers.json")[kind]
    number = int(asked.query["page"])
    return 200, {"content": rows[number * 2 : number * 2 + 2], "page": {"totalPages": (len(rows) + 1) // 2}}


def test_adobe_adds_quotas_up_by_product_and_counts_a_person_once(stage: Stage):
    carol = a_person(stage.acme, "carol", email="carol@example.com")
    with vendor(adobe) as stands:
        found = run(
            a_source(
                stage, "adobe", stands.url, secrets={"client_secret": "x"}, organisation="1@AdobeOrg", client_id="app",
                sign_in_url=stands.url,
            )
        )  # fmt: skip
    assert (found.state, found.rejected) == ("done", 2)
    told = {one.sku: (one.purchased, one.assigned) for one in Subscription.objects.all()}
    assert told == {"Example All Apps": (12, 1), "Example Stock": (None, 1)}
    seats = {(one.login, one.sku): one for one in Seat.objects.all()}
    assert set(seats) == {("carol@example.com", "Example All Apps"), ("dora@example.com", "Example Stock")}
    assert seats["carol@example.com", "Example All Apps"].person_id == carol.pk
    assert seats["dora@example.com", "Example Stock"].is_enabled is False


def test_pax8_tells_until_when_a_subscription_is_owed_and_its_cost_only_to_those_who_see_prices(stage: Stage):
    with vendor(pax8) as stands:
        source = a_source(
            stage, "pax8", stands.url, secrets={"client_secret": "x"}, is_shared=True, client_id="app",
            sign_in_url=stands.url,
        )  # fmt: skip
        assert run(source).unplaced == 2
        north = Placement.objects.get(name="North")
        place_outside_company(actor=ROOT, placement_id=north.pk, into_id=stage.acme.pk, at=NOW)
        assert run(source).rejected == 1
    rows = {one.ref: one for one in Subscription.objects.all()}
    assert set(rows) == {"s-1", "s-3"}
    sold = rows["s-1"]
    assert (sold.purchased, sold.committed_until, sold.unit_cost) == (
        20,
        date(2026, 12, 31),
        Decimal("11.39"),
    )
    assert (rows["s-3"].purchased, rows["s-3"].is_trial) == (None, True)
    technician = Actor(name="Tom", roles={stage.acme.pk: Role.TECHNICIAN})
    assert SUBSCRIPTIONS.column("unit_cost").permission is not None
    assert not technician.may_somewhere(SUBSCRIPTIONS.column("unit_cost").permission)
