"""Renewals and contracts as pages: what ends, what is planned, and calendars without a session."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import a_device, a_licence, a_product, holder
from tests.rooms.contracts.test_contracts import TERMS
from trueup.assignments.actions import assign_units
from trueup.contracts.actions import create_contract
from trueup.contracts.models import CalendarFeed, Contract
from trueup.documents.actions import attach_document
from trueup.documents.receiving import NewFile
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Purchase, RenewalPlan


def of(name, stage):
    client = Client()
    client.force_login(stage.users[name])
    return client


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def licence(stage, today):
    """Twelve units until in forty days, with notice until in ten."""
    line = LineTerms(
        units=12, valid_from=today - timedelta(days=300), valid_until=today + timedelta(days=41), renews_itself=True,
        notice_days=30, price=Decimal(1200), currency="EUR", order_number="PO-1",
    )  # fmt: skip
    return a_licence(stage.acme, product=a_product(stage.acme, "Zebrafish"), line=line)


def test_r_085_what_ends_is_there_that_minute(stage, licence):
    """R-085, R-086, R-104, R-152: with notice, auto-renew, cost, and a way to plan."""
    page = of("alice", stage).get("/renewals/").content.decode()

    assert "Zebrafish" in page
    assert "auto-renews" in page
    assert "€1,200" in page
    assert f"/licences/{licence.pk}/plan/" in page
    assert "Zebrafish" not in of("alice", stage).get("/renewals/?days=9").content.decode()
    assert "Zebrafish" in of("alice", stage).get("/renewals/?days=10").content.decode(), (
        "notice ends that day"
    )
    assert "€1,200" not in of("bob", stage).get("/renewals/").content.decode()
    assert "Zebrafish" not in of("mallory", stage).get("/renewals/?days=365").content.decode()


@pytest.mark.parametrize(
    "path", ["/renewals/", "/renewals/calendar/", "/renewals/timeline/", "/renewals/?group=owner"]
)
def test_the_same_rows_in_every_view(stage, licence, today, path):
    month = f"{today + timedelta(days=10):%Y-%m}"
    query = f"?month={month}" if "calendar" in path else ""

    assert "Zebrafish" in of("alice", stage).get(path + query).content.decode()


@pytest.mark.parametrize(
    "query",
    ["nonsense=1", "days=x", "days=0", "from=2026-13-01", "from=2026-02-01&to=2026-01-01", "format=docx"],
)
def test_what_it_does_not_know_is_named(stage, query):
    assert of("alice", stage).get(f"/renewals/?{query}").status_code == 422


def test_r_104_as_a_file(stage, licence):
    """R-104."""
    answer = of("alice", stage).get("/renewals/?format=csv")
    text = b"".join(answer.streaming_content).decode()

    assert text.splitlines()[0].startswith(
        "kind,id,name,company,owner,decide_by,expires_on,renews_itself,notice_days"
    )
    assert "Zebrafish" in text
    assert of("bob", stage).get("/renewals/?format=csv").status_code == 403
    assert of("alice", stage).get("/renewals/?format=xlsx").status_code == 200


def test_plan_then_renew(stage, licence, today):
    """R-153, R-154, U-002: planned, decided, carried out; the new line joins the old one."""
    alice = of("alice", stage)
    plan = {"kind": "renew", "units": "8", "state": "decided", "owner": "", "due_on": "", "note": ""}
    assert alice.post(f"/licences/{licence.pk}/plan/", plan).status_code == 302
    made = RenewalPlan.objects.get()
    assert "renew 8, decided" in alice.get("/renewals/").content.decode()

    form = alice.get(f"/licences/{licence.pk}/renew/?plan={made.pk}").context["form"]
    assert (form.initial["units"], form.initial["valid_from"]) == (8, today + timedelta(days=41))
    old = Purchase.objects.get()
    line = {
        "renews": old.pk, "units": "8", "basis": "total", "valid_from": (today + timedelta(days=50)).isoformat(),
        "valid_to": (today + timedelta(days=400)).isoformat(),
    }  # fmt: skip
    refused = alice.post(f"/licences/{licence.pk}/renew/?plan={made.pk}", line)
    assert refused.status_code == 409
    assert "without cover" in refused.content.decode()
    assert Purchase.objects.count() == 1

    line["valid_from"] = (today + timedelta(days=41)).isoformat()
    assert alice.post(f"/licences/{licence.pk}/renew/?plan={made.pk}", line).status_code == 302
    assert RenewalPlan.objects.get().state == "done"
    assert "Zebrafish" not in alice.get("/renewals/").content.decode(), "it is renewed"
    chain = alice.get(f"/licences/{licence.pk}/purchases/").content.decode()
    assert "renews the line from" in chain
    assert "reduce by" in chain, "U-056"


def test_past_the_notice_it_is_locked(stage, today):
    """U-016: past the day for notice a row says until when it is locked."""
    line = LineTerms(
        units=3, valid_from=today - timedelta(days=300), valid_until=today + timedelta(days=20), renews_itself=True,
        notice_days=60,
    )  # fmt: skip
    a_licence(stage.acme, line=line)

    assert "locked until" in of("alice", stage).get("/renewals/").content.decode()


def address_in(answer):
    found = re.search(r"/calendars/[\w-]+\.ics", answer.content.decode())
    assert found
    return found[0]


def test_a_calendar_needs_no_session_and_ends(stage, licence, today):
    """A secret address: shown once, kept as a hash, revoked it is not found; it shows what its owner may see today."""
    alice = of("alice", stage)
    address = address_in(alice.post("/renewals/feeds/", {"name": "Phone", "days": "30"}))
    feed = CalendarFeed.objects.get()
    assert feed.secret_hash not in address
    assert address not in alice.get("/renewals/feeds/").content.decode()

    answer = Client().get(address)
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    unfolded = text.replace("\r\n ", "")
    assert (
        f"DTSTART;VALUE=DATE:{today + timedelta(days=10):%Y%m%d}\r\nDTEND;VALUE=DATE:{today + timedelta(days=11):%Y%m%d}"
        in unfolded
    )
    assert f"UID:decide-licence-{licence.pk}@testserver" in unfolded
    assert f"UID:ends-licence-{licence.pk}@testserver" in unfolded
    assert f"UID:reduce-line-{Purchase.objects.get().pk}@testserver" in unfolded, "U-056"
    uids = re.findall("UID:(.*?)\r\n", unfolded)
    assert len(set(uids)) == len(uids) == 3

    theirs = address_in(of("mallory", stage).post("/renewals/feeds/", {"name": "x", "days": "30"}))
    assert "Zebrafish" not in Client().get(theirs).content.decode()
    assert of("mallory", stage).post(f"/renewals/feeds/{feed.pk}/revoke/").status_code == 404
    assert Client().get(address).status_code == 200
    alice.post(f"/renewals/feeds/{feed.pk}/revoke/")
    assert Client().get(address).status_code == 404
    assert Client().get(f"/calendars/{'x' * 43}.ics").status_code == 404


def test_r_022_an_enterprise_agreement_shows_its_count(stage, licence):
    """R-022: baseline, count today and true-up on one page."""
    alice = of("alice", stage)
    posted = {
        "name": "Enterprise terms", "kind": "enterprise", "valid_from": "2026-01-01", "valid_to": "2028-12-31",
        "covers_children": "on", "baseline_units": "77", "true_up_on": "2027-01-15", "remarks": "**Ask** <script>x</script> [x](javascript:x)",
    }  # fmt: skip
    assert alice.post(f"/contracts/new/?company={stage.acme.pk}", posted).status_code == 302
    made = Contract.objects.get()
    assert alice.post(f"/contracts/{made.pk}/licences/add/", {"chosen": licence.pk}).status_code == 302
    page = alice.get(f"/contracts/{made.pk}/").content.decode()

    assert "77" in page
    assert "15 Jan 2027" in page
    assert "Zebrafish" in page
    assert "<strong>Ask</strong>" in page
    assert "<script>x" not in page
    assert 'href="javascript' not in page


def test_the_pages_of_a_contract(stage, licence, today):
    """R-156: every tab, its forms, a document, a line under it, the term that follows."""
    alice = of("alice", stage)
    made = create_contract(actor=stage.alice, company_id=stage.acme.pk, terms=TERMS, at=timezone.now())
    device = a_device(stage.acme)
    here = f"/contracts/{made.pk}/"
    alice.post(f"{here}licences/add/", {"chosen": licence.pk})
    alice.post(f"{here}devices/add/", {"chosen": device.pk})
    line = {
        "licence": licence.pk,
        "kind": "true_up",
        "units": "3",
        "basis": "total",
        "valid_from": today.isoformat(),
        "price": "30",
        "currency": "EUR",
    }
    assert alice.post(f"{here}lines/new/", line).status_code == 302
    assert Purchase.objects.filter(contract=made).count() == 1

    for tab, words in (
        ("", "Zebrafish"),
        ("lines/", "True-up"),
        ("devices/", "db1"),
        ("documents/", "No documents"),
        ("history/", "Alice"),
    ):
        page = alice.get(here + tab)
        assert page.status_code == 200
        assert words in page.content.decode(), tab
    for form in (
        "change/",
        "renew/",
        "plan/",
        "devices/add/",
        "licences/add/",
        "lines/new/",
        "documents/new/",
    ):
        assert alice.get(here + form).status_code == 200, form
        assert of("bob", stage).get(here + form).status_code == 403, form
        assert of("mallory", stage).get(here + form).status_code == 404, form


def test_a_contract_is_followed_and_retired_by_page(stage):
    alice = of("alice", stage)
    made = create_contract(actor=stage.alice, company_id=stage.acme.pk, terms=TERMS, at=timezone.now())
    here = f"/contracts/{made.pk}/"
    following = {
        "name": "Server support",
        "kind": "support",
        "valid_from": "2027-01-01",
        "valid_to": "2027-12-31",
    }
    assert alice.post(f"{here}renew/", following).status_code == 302
    assert Contract.objects.get(pk=made.pk).superseded_by is not None
    assert alice.post(f"{here}retire/").status_code == 302
    assert alice.get(here).status_code == 200


def test_r_088_everybody_is_released_and_the_licence_retired(stage, licence):
    """R-088, R-089, R-091: after a preview, in one step; its documents stay downloadable."""
    device = a_device(stage.acme)
    assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(device),
        units=2,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    paper = attach_document(
        actor=stage.alice,
        licence_id=licence.pk,
        file=NewFile("proof.txt", b"bought"),
        kind="proof",
        at=timezone.now(),
    )
    alice, address = of("alice", stage), f"/licences/{licence.pk}/retire-all/"
    preview = alice.get(address)
    assert "db1" in preview.content.decode()

    assert alice.post(address, {"seen": "0-0-0-0"}).status_code == 409
    assert Licence.objects.values_list("held", "retired_at").get() == (2, None)
    assert (
        alice.post(address, {"seen": preview.context["everybody"].mark, "reason": "moved"}).status_code == 302
    )
    held, retired_at = Licence.objects.values_list("held", "retired_at").get()
    assert held == 0
    assert retired_at is not None
    assert alice.get(f"/documents/{paper.pk}/").content == b"bought"
