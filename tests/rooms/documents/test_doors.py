"""Documents through page and API: attached without script, saved and never shown, hidden from strangers."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.cast import NOW, a_licence
from tests.rooms.documents.samples import PDF, TXT
from trueup.documents.actions import attach_document
from trueup.documents.models import Document
from trueup.documents.receiving import NewFile
from trueup.licences.models import Purchase
from trueup.tenancy.actions import create_token


def of(name, stage):
    client = Client()
    client.force_login(stage.users[name])
    return client


def token_of(name, stage, **scope):
    scope.setdefault("can_write", True)
    secret = create_token(
        actor=getattr(stage, name), user=stage.users[name], name="tests", at=timezone.now(), **scope
    )
    return {"Authorization": f"Bearer {secret}"}


def a_file(content=PDF, name="invoice.pdf"):
    return SimpleUploadedFile(name, content, content_type="text/html")


@pytest.fixture
def licence(stage):
    return a_licence(stage.acme)


@pytest.fixture
def document(stage, licence):
    file = NewFile("Rechnung Müller.pdf", PDF)
    return attach_document(actor=stage.alice, licence_id=licence.pk, file=file, kind="other", at=NOW)


def test_a_file_is_attached_listed_replaced_and_removed_by_forms(stage, licence):
    """R-079, R-131: plain forms, no script."""
    alice, tab = of("alice", stage), f"/licences/{licence.pk}/documents/"
    line = Purchase.objects.get()
    assert b'type="file"' in alice.get(f"{tab}new/?line={line.pk}").content
    answer = alice.post(f"{tab}new/", {"file": a_file(), "kind": "agreement", "purchase": line.pk})
    assert (answer.status_code, answer["Location"]) == (302, tab)
    first = Document.objects.get()
    assert (first.purchase_id, first.name) == (line.pk, "invoice.pdf")

    assert b"invoice.pdf" in of("bob", stage).get(tab).content
    assert b"Replace" not in of("bob", stage).get(tab).content
    answer = alice.post(f"/documents/{first.pk}/replace/", {"file": a_file(TXT, "corrected.txt")})
    assert answer.status_code == 302
    second = Document.objects.get(version=2)
    assert alice.post(f"/documents/{second.pk}/remove/", {"reason": ""}).status_code == 422
    assert alice.post(f"/documents/{second.pk}/remove/", {"reason": "not ours"}).status_code == 302
    page = alice.get(tab).content.decode()
    assert "not ours" in page
    assert "corrected.txt" not in of("bob", stage).get(tab).content.decode()


def test_a_refused_file_is_named_at_the_field(stage, licence):
    answer = of("alice", stage).post(
        f"/licences/{licence.pk}/documents/new/", {"file": a_file(b"<html>"), "kind": "invoice"}
    )
    assert answer.status_code == 422
    assert b"no type that is taken" in answer.content
    assert not Document.objects.exists()


def test_a_file_is_saved_and_never_shown(stage, document):
    for answer in (
        of("bob", stage).get(f"/documents/{document.pk}/"),
        Client().get(f"/api/documents/{document.pk}/content/", headers=token_of("bob", stage)),
    ):
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Rechnung%20M")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["", "content/", "replace/", "remove/", "scan/"])
def test_nobody_and_strangers(stage, licence, document, path):
    """D-022, K-033: anonymous 401 (a sign-in on pages), another company 404; nothing changes."""
    address = f"/api/documents/{document.pk}/{path}"
    verb = "get" if path in {"", "content/"} else "post"
    body = {"file": a_file(TXT, "x.txt")} if path == "replace/" else {}
    kind = {} if path == "replace/" or verb == "get" else {"content_type": "application/json"}
    assert getattr(Client(), verb)(address, body, **kind).status_code == 401
    stranger = token_of("mallory", stage)
    body = {"file": a_file(TXT, "x.txt")} if path == "replace/" else {"reason": "x"} if kind else {}
    assert getattr(Client(), verb)(address, body, headers=stranger, **kind).status_code == 404
    if path != "content/":
        page = f"/documents/{document.pk}/{path}"
        assert Client().get(page)["Location"].startswith("/account/login/")
        assert of("mallory", stage).post(page, {"reason": "x"}).status_code in {404, 405}
        assert of("mallory", stage).get(page).status_code in {404, 405}
    row = Document.objects.get()
    assert (row.removed_at, row.replaced_at) == (None, None)


def test_the_api_attaches_replaces_and_removes(stage, licence):
    client, alice = Client(headers=token_of("alice", stage)), f"/api/licences/{licence.pk}/documents/"
    made = client.post(alice, {"file": a_file(), "kind": "invoice"})
    assert made.status_code == 201, made.content
    assert made.json()["media_type"] == "application/pdf"
    again = client.post(alice, {"file": a_file(), "kind": "invoice"})
    assert (again.status_code, again.json()["name"]) == (409, "DocumentAttachedAlready")
    wrong = client.post(alice, {"file": a_file(TXT, "x.txt"), "kind": "invoice", "purchase": 999_999})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/purchase")
    hostile = client.post(alice, {"file": a_file(b"MZ\0\0", "invoice.pdf"), "kind": "invoice"})
    assert (hostile.status_code, hostile.json()["name"]) == (422, "FileNotTaken")
    assert client.post(alice, {"kind": "invoice"}).status_code == 422
    newer = client.post(f"/api/documents/{made.json()['id']}/replace/", {"file": a_file(TXT, "a.txt")})
    assert (newer.status_code, newer.json()["version"]) == (201, 2)
    listed = client.get(alice).json()
    assert [one["name"] for one in listed["results"]] == ["a.txt", "invoice.pdf"]
    gone = client.post(
        f"/api/documents/{newer.json()['id']}/remove/", {"reason": "x"}, content_type="application/json"
    )
    assert gone.status_code == 204
    bob = Client(headers=token_of("bob", stage))
    assert bob.get(alice).json()["count"] == 0
    assert bob.post(alice, {"file": a_file(), "kind": "invoice"}).status_code == 403
    reading = Client(headers=token_of("alice", stage, can_write=False))
    assert reading.post(alice, {"file": a_file(), "kind": "invoice"}).status_code == 403


def test_the_archive_comes_by_page_and_by_api(stage, licence, document):
    """R-133; without the right to export, 403."""
    page = of("alice", stage).get("/licences/archive/?product=Draw&columns=product")
    answer = Client().get("/api/licences/archive/?product=Draw", headers=token_of("alice", stage))
    for one in (page, answer):
        assert (one.status_code, one["Content-Type"]) == (200, "application/zip")
        packed = zipfile.ZipFile(io.BytesIO(b"".join(one)))
        assert json.loads(packed.read("manifest.json"))["documents"][0]["id"] == document.pk
    assert b"/licences/archive/?product=Draw" in of("alice", stage).get("/licences/?product=Draw").content
    assert b"/licences/archive/" not in of("bob", stage).get("/licences/").content
    assert of("bob", stage).get("/licences/archive/").status_code == 403
    assert Client().get("/api/licences/archive/", headers=token_of("bob", stage)).status_code == 403
    assert Client().get("/api/licences/archive/").status_code == 401
    bad = Client().get("/api/licences/archive/?bogus=1", headers=token_of("alice", stage))
    assert bad.status_code == 422


@pytest.mark.parametrize("kind", ["invoice", "proof"])
def test_what_shows_prices_is_not_there_for_who_may_not_see_them(stage, licence, kind):
    """Bob sees the licence and no prices: neither list, page, API, search nor file has its invoice; agreements stay."""
    hidden = attach_document(
        actor=stage.alice, licence_id=licence.pk, file=NewFile("zebrafish.pdf", PDF), kind=kind, at=NOW
    )
    shown = attach_document(
        actor=stage.alice, licence_id=licence.pk, file=NewFile("frame.txt", TXT), kind="agreement", at=NOW
    )
    bob, program = of("bob", stage), token_of("bob", stage)

    for page in (f"/licences/{licence.pk}/documents/", "/search/?q=zebrafish"):
        assert b"zebrafish.pdf" not in bob.get(page).content
        assert b"zebrafish.pdf" in of("alice", stage).get(page).content
    rows = Client().get(f"/api/licences/{licence.pk}/documents/", headers=program).json()["results"]
    assert [row["id"] for row in rows] == [shown.pk]
    for address in (
        f"/api/documents/{hidden.pk}/",
        f"/api/documents/{hidden.pk}/content/",
    ):
        assert Client().get(address, headers=program).status_code == 404
    assert bob.get(f"/documents/{hidden.pk}/").status_code == 404
    assert bob.get(f"/documents/{shown.pk}/").status_code == 200
