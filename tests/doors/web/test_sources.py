"""Sources by page and API: added, looked at, read, placed; and three numbers side by side."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, holder
from tests.connectors.vendor import sample, vendor
from tests.rooms.sources.reading import a_source, run
from trueup.assignments.actions import assign_units
from trueup.inventory.actions import make_title_rule
from trueup.inventory.models import Title
from trueup.sources.models import Placement, Source, SourceRun
from trueup.tenancy.actions import create_token

CSV = sample("table/samples/rows.csv")


@pytest.fixture
def shop(settings):
    settings.PRIVATE_SOURCES = True
    with vendor(lambda _asked: (200, CSV)) as found:
        yield found


def client_of(stage: Stage, name: str) -> Client:
    client = Client()
    client.force_login(stage.users[name])
    return client


def test_a_source_is_added_by_page_and_its_secret_is_never_shown(stage: Stage, shop):
    """C-044."""
    alice = client_of(stage, "alice")
    assert "Microsoft 365" in alice.get("/sources/new/").content.decode()
    form = {"name": "Numbers", "url": shop.url, "every_hours": 12, "token": "CANARY", "header": "X-Key"}
    missing = alice.post("/sources/new/table/", {**form, "name": ""})
    assert missing.status_code == 422
    assert not Source.objects.exists()
    answer = alice.post("/sources/new/table/", form)
    source = Source.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/sources/{source.pk}/")
    alice.post(f"/sources/{source.pk}/run/", {"dry": "1"})
    run(source)
    for path in (
        f"/sources/{source.pk}/",
        f"/sources/{source.pk}/edit/",
        "/sources/",
        f"/sources/runs/{SourceRun.objects.latest('pk').pk}/",
    ):
        page = alice.get(path)
        assert page.status_code == 200
        assert "CANARY" not in page.content.decode()
    assert (
        alice.post(f"/sources/{source.pk}/edit/", {**form, "token": "", "every_hours": 0}).status_code == 302
    )
    assert Source.objects.get().every_hours == 0
    alice.post(f"/sources/{source.pk}/withdraw/")
    assert alice.get(f"/sources/{source.pk}/").status_code == 404


def test_companies_of_a_source_are_placed_on_its_page(stage: Stage, shop):
    source = a_source(stage, "table", shop.url, is_shared=True)
    run(source)
    alice = client_of(stage, "alice")
    assert "not placed" in alice.get(f"/sources/{source.pk}/").content.decode()
    north = Placement.objects.get(name="North")
    assert alice.post(f"/sources/places/{north.pk}/", {"into": stage.globex.pk}).status_code == 404
    assert (
        client_of(stage, "mallory")
        .post(f"/sources/places/{north.pk}/", {"into": stage.globex.pk})
        .status_code
        == 404
    )
    assert Placement.objects.get(pk=north.pk).into_id is None
    alice.post(f"/sources/places/{north.pk}/", {"into": stage.acme.pk})
    assert Placement.objects.get(pk=north.pk).into_id == stage.acme.pk


def test_the_api_does_what_the_pages_do(stage: Stage, shop):
    token = create_token(actor=stage.alice, user=stage.users["alice"], name="t", at=NOW, can_write=True)
    alice = Client(headers={"Authorization": f"Bearer {token}"})

    def ask(verb: str, path: str, body: object = None):
        answer = alice.generic(
            verb, path, json.dumps(body) if body is not None else "", content_type="application/json"
        )
        return answer.status_code, json.loads(answer.content or b"null")

    assert "graph" in [one["kind"] for one in ask("GET", "/api/source-kinds/")[1]["results"]]
    body = {
        "company": stage.acme.pk,
        "kind": "table",
        "name": "Numbers",
        "url": shop.url,
        "secrets": {"token": "CANARY"},
    }
    status, made = ask("POST", "/api/sources/", body)
    assert status == 201
    assert "CANARY" not in json.dumps(made)
    status, asked = ask("POST", f"/api/sources/{made['id']}/runs/", {"dry": True})
    assert (status, asked["state"]) == (202, "waiting")
    run(Source.objects.get())
    rows = ask("GET", "/api/seats/?use=used")[1]["results"]
    assert [row["login"] for row in rows] == ["carol@example.com"]
    bought = ask("GET", "/api/subscriptions/")[1]["results"]
    assert [(row["purchased"], row["assigned"]) for row in bought] == [(25, None)]
    assert ask("GET", "/api/installations/?use=never")[1]["count"] == 1
    assert ask("PUT", f"/api/sources/{made['id']}/", {"name": "Other", "url": shop.url})[1]["name"] == "Other"
    latest = ask("GET", f"/api/sources/{made['id']}/runs/")[1]["results"][0]
    assert ask("GET", f"/api/source-runs/{latest['id']}/")[1]["rejects"]
    assert ask("POST", f"/api/sources/{made['id']}/delete/")[0] == 204
    assert ask("GET", f"/api/sources/{made['id']}/")[0] == 404


def test_discovered_assigned_and_purchased_stand_side_by_side(stage: Stage, shop):
    """C-045: each with its source and age; the numbers are links, and what a source cannot know is a dash."""
    run(a_source(stage, "table", shop.url, name="The shop"))
    cloud = Title.objects.get(name="Example Cloud")
    licence = a_licence(stage.acme, 20)
    product = licence.product
    for title in (cloud, Title.objects.filter(name="Example Draw").first()):
        make_title_rule(actor=ROOT, title_id=title.pk, product_id=product.pk, reason="", at=NOW)
    assign_units(
        actor=ROOT,
        licence_id=licence.pk,
        holder=holder(a_device(stage.acme, "ws-099")),
        units=1,
        at=NOW,
        on=TODAY,
    )
    page = client_of(stage, "alice").get(f"/products/{product.pk}/")
    card = page.content.decode().partition('id="beside-card"')[2].partition("</table>")[0]
    for words in (
        "Licences",
        "The shop",
        "CSV / JSON",
        f"/installations/?product={product.pk}",
        f"/seats/?product={product.pk}",
    ):
        assert words in card, words
    for number in (">20<", ">25<", ">2<", ">1<"):
        assert number in card, number
    assert "–" in card
