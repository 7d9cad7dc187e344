"""A key that would be recognised anywhere, and everything that might tell it: it is in one answer only.

U-018, D-026, D-056, D-057, D-087, D-091, D-093, C-020.
"""

import csv
import io
import json
import logging
import re
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from tests.cast import PASSWORD, a_device, a_licence, a_person, a_product, holder
from tests.rooms.assets.stage import something
from trueup.api.urls import api
from trueup.assignments.actions import assign_units
from trueup.audit.models import Entry
from trueup.licences.models import Licence, LicenceKey
from trueup.tenancy.actions import create_token

CANARY = "QXZW7-KANAR-8V2JH-YELLQ-Z1RD9"
NEXT = "QXZW8-KANAR-8V2JH-YELLQ-Z1RD9"
TRACES = ("KANAR", "YELLQ", "QXZW7", "QXZW8", "Z1RD9")
WHY = "the canary of the test"


def traces_in(text):
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    flat = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    return [trace for trace in TRACES if trace in text.upper() or trace in flat]


@pytest.fixture
def scene(stage):
    """A licence with the canary for its one seat, sealed through the API, assigned through the room."""
    token = create_token(
        actor=stage.alice, user=stage.users["alice"], name="tests", at=timezone.now(), can_write=True
    )
    program = {"Authorization": f"Bearer {token}"}
    product = a_product(stage.acme, metric="per_device")
    licence = a_licence(stage.acme, 5, product=product)
    answer = Client().post(
        f"/api/licences/{licence.pk}/keys/",
        json.dumps({"value": CANARY, "per_seat": True, "label": "first seat"}),
        content_type="application/json",
        headers=program,
    )
    assert answer.status_code == 201, answer.content
    assert traces_in(answer.content) == []
    device, person = a_device(stage.acme), a_person(stage.acme)
    held = assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(device),
        units=1,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    ids = {
        "licence_id": licence.pk, "product_id": product.pk, "device_id": device.pk, "person_id": person.pk,
        "assignment_id": held.pk, "company_id": stage.acme.pk, "key_id": answer.json()["id"], "kind": "device",
        **something(stage, "Sealed", CANARY),
    }  # fmt: skip
    browser = Client()
    assert browser.login(username="alice", password=PASSWORD)
    return {"ids": ids, "program": program, "browser": browser}


def dump():
    """Every table as text, as a dump would hold it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                text = b"".join(bytes(part) for part in rows)
            yield table, text
            for found in re.findall(rb"\\\\x([0-9a-f]+)", text):
                yield table, bytes.fromhex(found.decode())


def patterns(resolver=None):
    for one in (resolver or get_resolver()).url_patterns:
        if hasattr(one, "url_patterns"):
            yield from patterns(one)
        elif one.name:
            yield one


def pages(ids):
    """The address of every page that can be read, filled in with what is on the scene."""
    for one in patterns():
        names = one.pattern.regex.groupindex
        try:
            yield reverse(one.name, kwargs={name: ids.get(name, 1) for name in names})
        except NoReverseMatch:
            continue
    for tab in ("people", "devices", "purchases", "history", "keys", "position"):
        yield f"/licences/{ids['licence_id']}/{tab}/"


def body_of(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return b"".join(book.read(name) for name in book.namelist())
    return body


def test_a_dump_of_the_database_has_no_key(scene):
    """D-091: nor the bytes of any column."""
    looked = set()
    for table, text in dump():
        looked.add(table)
        assert traces_in(text) == [], table
    assert {
        "vault_secret",
        "licences_licencekey",
        "assets_asset",
        "assets_assetrevision",
        "audit_entry",
    } <= looked


def test_the_search_for_traces_would_find_one(scene):
    """The negative control: a key in a remark is found in dump, page and API."""
    Licence.objects.filter(pk=scene["ids"]["licence_id"]).update(remarks=CANARY)

    assert [table for table, text in dump() if traces_in(text)] == ["licences_licence"]
    assert traces_in(scene["browser"].get(f"/licences/{scene['ids']['licence_id']}/").content)


def test_no_page_and_no_export_has_a_key(scene):
    """D-026, D-056, D-087: walked as Alice, who may do everything."""
    read, exported = 0, 0
    for address in sorted(set(pages(scene["ids"]))):
        answer = scene["browser"].get(address)
        page = body_of(answer)
        assert traces_in(page) == [], address
        read += answer.status_code == 200
        for kind in re.findall(rb"format=(csv|xlsx)", page):
            export = scene["browser"].get(f"{address}?format={kind.decode()}")
            assert traces_in(body_of(export)) == [], (address, kind)
            exported += export.status_code == 200
    tab = scene["browser"].get(f"/licences/{scene['ids']['licence_id']}/keys/")
    assert "•••••1RD9" in tab.content.decode()  # masked, with its holder, and the way to reveal it
    assert f"/keys/{scene['ids']['key_id']}/reveal/" in tab.content.decode()
    assert read > 30
    assert exported > 10


def test_no_read_of_the_api_has_a_key(scene):
    """D-093."""
    seen = 0
    for path, verbs in api.get_openapi_schema()["paths"].items():
        if "get" not in verbs:
            continue
        address = re.sub(r"{(\w+)}", lambda found: str(scene["ids"].get(found[1], 1)), path)
        answer = Client().get(address, headers=scene["program"])
        assert traces_in(body_of(answer)) == [], address
        seen += answer.status_code == 200
    assert seen > 10
    words = Client().get("/api/licences/?q=KANAR", headers=scene["program"])
    assert words.json()["count"] == 0  # nor does a search know keys
    filtered = Client().get(f"/api/licences/?key={CANARY}", headers=scene["program"])
    assert filtered.status_code == 422  # no list knows such a filter, whoever asks


def test_only_the_reveal_shows_it_and_it_is_logged_first(scene, caplog, capfd):
    """C-020, D-093: one answer, stored by nobody on the way."""
    key_id = scene["ids"]["key_id"]
    with caplog.at_level(logging.DEBUG):
        by_page = scene["browser"].post(f"/keys/{key_id}/reveal/", {"reason": WHY})
        by_part = scene["browser"].post(
            f"/keys/{key_id}/reveal/", {"reason": WHY}, headers={"HX-Request": "true"}
        )
        by_api = Client().post(
            f"/api/keys/{key_id}/reveal/",
            json.dumps({"reason": WHY}),
            content_type="application/json",
            headers={**scene["program"], "Idempotency-Key": "kept by nobody"},
        )

    for answer in (by_page, by_part, by_api):
        assert answer.status_code == 200, answer.content
        assert CANARY in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert by_api.json() == {"id": key_id, "value": CANARY}
    assert 'data-seconds="30"' in by_part.content.decode()
    assert 'data-hide="•••••1RD9"' in by_part.content.decode()
    assert 'http-equiv="refresh" content="30;' in by_page.content.decode()
    entries = Entry.objects.filter(event="vault.revealed").order_by("position")
    assert [(entry.actor, entry.via, entry.details["reason"]) for entry in entries] == [
        ("Alice", "page", WHY), ("Alice", "page", WHY), ("Alice (tests)", "token", WHY),
    ]  # fmt: skip
    written = capfd.readouterr()
    assert traces_in(caplog.text + written.out + written.err) == []
    assert traces_in(scene["browser"].get(f"/licences/{scene['ids']['licence_id']}/history/").content) == []
    assert [table for table, text in dump() if traces_in(text)] == []


def test_without_a_reason_or_a_right_nothing_is_shown(scene, stage):
    key_id = scene["ids"]["key_id"]
    bob = Client()
    assert bob.login(username="bob", password=PASSWORD)

    refused = [
        scene["browser"].get(f"/keys/{key_id}/reveal/"),
        scene["browser"].post(f"/keys/{key_id}/reveal/", {"reason": ""}),
        bob.post(f"/keys/{key_id}/reveal/", {"reason": WHY}),
        bob.post("/keys/lookup/", {"value": CANARY}),
    ]
    assert [answer.status_code for answer in refused] == [200, 422, 403, 403]
    assert all(traces_in(answer.content) == [] for answer in refused)
    assert not Entry.objects.filter(event="vault.revealed").exists()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/licences/{licence_id}/keys/new/", {"values": CANARY, "kind": "product_key", "per_seat": "on"}),
        ("/licences/{licence_id}/keys/new/", {"values": f"{NEXT}\n{CANARY}", "kind": "product_key"}),
        ("/licences/{licence_id}/keys/new/", {"values": CANARY, "kind": "wrong"}),
        ("/licences/{licence_id}/keys/new/", {"values": NEXT, "kind": "product_key", "label": NEXT}),
        ("/keys/{key_id}/replace/", {"value": CANARY, "reason": ""}),
        ("/keys/{key_id}/replace/", {"value": NEXT + "\x00"}),
    ],
)
def test_a_refused_form_does_not_send_the_key_back(scene, path, form, caplog):
    """Error pages carry no key either: not beside the field, not in the log."""
    with caplog.at_level(logging.DEBUG):
        answer = scene["browser"].post(path.format(**scene["ids"]), form)

    assert answer.status_code in {409, 422}, answer.content
    left = answer.content.decode().replace(f'value="{NEXT}"', "")  # what was typed as a label stays a label
    assert traces_in(left) == []
    assert traces_in(caplog.text) == []
    assert LicenceKey.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/licences/{licence_id}/keys/", {"value": CANARY, "per_seat": True}),
        ("/api/licences/{licence_id}/keys/", {"value": [CANARY]}),
        ("/api/licences/{licence_id}/keys/", {"value": CANARY, "kind": CANARY[:3], "serial": CANARY}),
        ("/api/licences/{licence_id}/keys/pool/", {"values": [NEXT, NEXT]}),
        ("/api/keys/{key_id}/supersede/", {"value": CANARY}),
    ],
)
def test_a_refused_body_is_not_echoed(scene, path, body, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = Client().post(
            path.format(**scene["ids"]),
            json.dumps(body),
            content_type="application/json",
            headers=scene["program"],
        )

    assert answer.status_code in {409, 422}, answer.content
    assert traces_in(answer.content) == []
    assert traces_in(caplog.text) == []
    assert LicenceKey.objects.count() == 1


def test_pages_seal_replace_and_find(scene):
    """U-017, U-019, R-087 by hand, without script."""
    browser, ids = scene["browser"], scene["ids"]
    pool = "\n".join(f"POOL-{n:03}-{n:012}" for n in range(100))
    sealed = browser.post(
        f"/licences/{ids['licence_id']}/keys/new/", {"values": pool, "kind": "product_key", "per_seat": "on"}
    )
    assert sealed.status_code == 302
    assert LicenceKey.objects.filter(state="free").count() == 100

    replaced = browser.post(f"/keys/{ids['key_id']}/replace/", {"value": NEXT, "reason": "renewed"})
    assert replaced.status_code == 302
    found = browser.post("/keys/lookup/", {"value": NEXT.lower()})
    assert "Draw" in found.content.decode()
    assert traces_in(found.content) == []
    nothing = browser.post("/keys/lookup/", {"value": "NOT-THERE-NOT-THERE"})
    assert "No licence has this key" in nothing.content.decode()
    terms = browser.post(f"/licences/{ids['licence_id']}/keys/terms/", {"on_release": "burn"})
    assert terms.status_code == 302


def test_the_lookup_of_the_api_answers_masked(scene):
    """D-055: 403 for whoever may not reveal is in test_keys; here for whoever may."""
    answer = Client().post(
        "/api/keys/lookup/",
        json.dumps({"value": CANARY}),
        content_type="application/json",
        headers=scene["program"],
    )

    assert answer.status_code == 200
    assert answer.json()["results"][0]["masked"] == "•••••1RD9"
    assert traces_in(answer.content) == []


def test_too_many_reveals_are_429(scene):
    answers = [
        Client().post(
            f"/api/keys/{scene['ids']['key_id']}/reveal/",
            json.dumps({"reason": WHY}),
            content_type="application/json",
            headers=scene["program"],
        )
        for _ in range(11)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].json()["name"] == "TooManyReveals"
    page = scene["browser"].post(f"/keys/{scene['ids']['key_id']}/reveal/", {"reason": WHY})
    assert page.status_code == 429  # a person is one person, by page and by token
    assert traces_in(page.content) == []


def test_lists_as_files_have_no_column_of_keys(scene):
    """D-056."""
    answer = scene["browser"].get("/licences/?format=csv")
    if answer.status_code == 200 and "csv" in answer["Content-Type"]:
        head = next(csv.reader(io.StringIO(body_of(answer).decode("utf-8-sig"))))
        assert not [name for name in head if "key" in name.lower()]
