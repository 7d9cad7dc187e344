"""Saved views on list pages and in the API: opened by address, changed on top, saved again, deleted and taken back."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, TODAY, a_device
from trueup.devices.columns import DEVICES
from trueup.devices.models import Device
from trueup.saved_views.actions import ViewTerms, appoint_view, prefer_view, save_view
from trueup.saved_views.models import SavedView
from trueup.tenancy.actions import create_token

PATH = "/devices/"


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


@pytest.fixture
def rack(stage):
    for name, cores in (("db1", 16), ("db2", 8), ("web1", 4)):
        Device.objects.filter(pk=a_device(stage.acme, name).pk).update(cores=cores)
    return stage


def signed_in(stage, name):
    client = Client()
    client.force_login(stage.users[name])
    return client


def view_of(
    stage, actor="alice", query="hostname__contains=db&sort=-hostname", shared=False, name="Databases"
):
    terms = ViewTerms(name, stage.acme.pk if shared else None)
    return save_view(actor=getattr(stage, actor), register=DEVICES, terms=terms, query=query, at=NOW)


def hosts(answer):
    body = answer.content.decode().split("<tbody>", 1)
    return re.findall(r"\b(?:db|web)\d\b(?=<)", body[1] if len(body) > 1 else "")


def link(answer, words):
    found = re.search(rf'href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?\s*{words}', answer.content.decode())
    assert found, words
    return unescape(found[1])


def test_a_view_is_saved_by_plain_forms_and_reopened_by_its_address(rack):
    """R-015, U-030."""
    alice = signed_in(rack, "alice")
    shown = alice.get(
        PATH, {"hostname__contains": "db", "sort": "-hostname", "group": "kind", "rows": "compact"}
    )
    form_at = link(shown, "Save this view")
    assert alice.get(form_at).status_code == 200
    saved = alice.post(form_at, {"name": "Databases", "company": ""})
    view = SavedView.objects.get()

    assert saved["Location"] == f"{PATH}?view={view.pk}"
    assert dict(parse_qsl(view.query)) == {
        "hostname__contains": "db", "sort": "-hostname", "group": "kind", "rows": "compact",
    }  # fmt: skip
    opened = alice.get(saved["Location"])
    assert hosts(opened)[:1] == ["db2"]
    assert "web1" not in opened.content.decode()
    assert 'data-density="compact"' in opened.content.decode()
    assert (
        f'<a href="{PATH}?view={view.pk}" aria-current="page">Databases<span class="n">2</span>'
        in opened.content.decode()
    )


def test_a_view_without_a_name_stays_on_its_form(rack):
    alice = signed_in(rack, "alice")
    form_at = link(alice.get(PATH, {"hostname__contains": "db"}), "Save this view")
    view_of(rack)

    assert alice.post(form_at, {"name": ""}).status_code == 422
    taken = alice.post(form_at, {"name": "Databases"})
    assert taken.status_code == 422
    assert "has a view “Databases” already" in taken.content.decode()
    assert SavedView.objects.count() == 1


def test_changes_on_top_offer_save_save_as_and_reset(rack):
    view, alice = view_of(rack), signed_in(rack, "alice")
    opened = alice.get(PATH, {"view": view.pk})
    assert "Changed" not in opened.content.decode()
    without = link_without_filter(opened)
    changed = alice.get(without)
    page = changed.content.decode()

    assert "web1" in page
    for words in ("Changed", "Save as", "Reset", "Save</button>"):
        assert words in page
    assert link(changed, "Reset") == f"{PATH}?view={view.pk}"
    sent = dict(re.findall(r'name="(query|next)" value="([^"]*)"', page.split('class="standing"')[1]))
    answer = alice.post(
        reverse("view_rewrite", args=[view.pk]), {name: unescape(value) for name, value in sent.items()}
    )
    assert answer["Location"] == f"{PATH}?view={view.pk}"
    view.refresh_from_db()
    assert view.query == "sort=-hostname"


def link_without_filter(answer):
    return unescape(re.search(r'class="x" href="([^"]+)"', answer.content.decode())[1])


def test_a_view_that_lost_its_columns_still_opens_and_says_so(rack):
    view = view_of(rack)
    query = "columns=hostname,gone&cores__gte=8&vanished=1&status=unheard&sort=lost"
    SavedView.objects.filter(pk=view.pk).update(query=query)
    opened = signed_in(rack, "alice").get(PATH, {"view": view.pk})
    page = opened.content.decode()

    assert opened.status_code == 200
    assert sorted(hosts(opened)) == ["db1", "db2"]
    for words in (
        "no column “gone”",
        "“vanished” is no filter",
        "“unheard” is none of the values",
        "“lost” is not a column",
    ):
        assert words in page


def test_anothers_view_is_not_found(rack):
    """K-021."""
    mine, shared = view_of(rack), view_of(rack, shared=True, name="Shared")
    mallory, bob = signed_in(rack, "mallory"), signed_in(rack, "bob")

    for view in (mine, shared):
        assert mallory.get(PATH, {"view": view.pk}).status_code == 404
        for name in ("view_edit", "view_rewrite", "view_delete", "view_restore"):
            assert mallory.post(reverse(name, args=[view.pk]), {"name": "x"}).status_code == 404
    assert bob.get(PATH, {"view": mine.pk}).status_code == 404
    assert bob.get(PATH, {"view": shared.pk}).status_code == 200
    assert bob.get("/people/", {"view": shared.pk}).status_code == 404
    assert bob.post(reverse("view_delete", args=[shared.pk])).status_code == 403
    assert SavedView.objects.filter(withdrawn_at=None).count() == 2


def test_a_default_opens_the_bare_list_and_the_whole_list_stays_reachable(rack):
    shared = view_of(rack, shared=True)
    appoint_view(actor=rack.alice, register=DEVICES, view_id=shared.pk, appointed=True, at=NOW)
    bob = signed_in(rack, "bob")
    opened = bob.get(PATH)

    assert "web1" not in opened.content.decode()
    everything = bob.get(PATH, {"view": "standard"})
    assert "web1" in everything.content.decode()
    assert f'href="{PATH}?view=standard"' in opened.content.decode()
    assert "web1" in bob.get(PATH, {"hostname__contains": "web"}).content.decode()
    own = view_of(rack, "bob", query="cores__lt=8", name="Small")
    prefer_view(actor=rack.bob, register=DEVICES, view_id=own.pk, preferred=True, at=NOW)
    assert hosts(bob.get(PATH)) == ["web1"]


def test_a_view_is_renamed_shared_preferred_and_deleted_with_a_way_back(rack):
    view, alice = view_of(rack), signed_in(rack, "alice")
    at = f"{reverse('view_edit', args=[view.pk])}?next={PATH}"
    assert alice.get(at).status_code == 200
    sent = {"name": "DBs", "company": rack.acme.pk, "own_default": "on", "company_default": "on"}
    assert alice.post(at, sent)["Location"] == f"{PATH}?view={view.pk}"
    view.refresh_from_db()
    assert (view.name, view.company_id, view.is_company_default) == ("DBs", rack.acme.pk, True)

    gone = alice.post(reverse("view_delete", args=[view.pk]), {"next": PATH}, follow=True)
    assert "View “DBs” deleted" in gone.content.decode()
    undo = unescape(re.search(r'action="(/views/\d+/restore/[^"]*)"', gone.content.decode())[1])
    assert alice.get(PATH, {"view": view.pk}).status_code == 404
    back = alice.post(undo)
    assert back["Location"] == f"{PATH}?view={view.pk}"
    assert alice.get(back["Location"]).status_code == 200


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere(rack, wanted):
    view, alice = view_of(rack), signed_in(rack, "alice")
    answer = alice.post(reverse("view_delete", args=[view.pk]), {"next": wanted})

    assert urlsplit(answer["Location"]).netloc == ""
    assert answer["Location"].startswith("/")


def test_more_views_and_rows_ask_no_more_questions(rack, django_assert_max_num_queries):
    """D-027."""
    alice, counts = signed_in(rack, "alice"), []
    for batch in range(2):
        for number in range(4):
            view_of(rack, name=f"V{batch}{number}", shared=bool(number % 2))
            a_device(rack.acme, f"x{batch}{number}")
        alice.get(PATH)
        with django_assert_max_num_queries(30) as asked:
            alice.get(PATH, {"group": "kind"})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def program(stage, name, **scope):
    secret = create_token(
        actor=getattr(stage, name), user=stage.users[name], name="t", at=NOW.replace(year=2030), **scope
    )
    return lambda verb, path, body=None: Client().generic(
        verb, path, body or "", content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )


def test_the_api_uses_views_and_says_what_it_left_out(rack):
    alice, mallory = program(rack, "alice", can_write=True), program(rack, "mallory", can_write=True)
    made = alice(
        "POST",
        "/api/views/",
        f'{{"list": "devices", "name": "DBs", "query": "hostname__contains=db&sort=-hostname&columns=hostname,cores", "company": {rack.acme.pk}}}',
    )
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    rows = alice("GET", f"/api/devices/?view={pk}&limit=1").json()

    assert rows["results"] == [{"id": rows["results"][0]["id"], "hostname": "db2", "cores": 8}]
    assert "view=" in rows["next"]
    following = alice("GET", rows["next"]).json()
    assert [row["hostname"] for row in following["results"]] == ["db1"]
    SavedView.objects.filter(pk=pk).update(query="hostname__contains=db&vanished=1&columns=hostname,gone")
    found = alice("GET", f"/api/devices/?view={pk}").json()
    assert [left["value"] for left in found["left_out"]] == ["1", "gone"]
    for answer in (
        mallory("GET", f"/api/devices/?view={pk}"),
        mallory("GET", f"/api/views/{pk}/"),
        mallory("POST", f"/api/views/{pk}/delete/"),
        alice("GET", f"/api/people/?view={pk}"),
    ):
        assert answer.status_code == 404
    assert (
        alice("PATCH", f"/api/views/{pk}/", '{"name": "Renamed", "own_default": true}').json()["own_default"]
        is True
    )
    assert alice("POST", f"/api/views/{pk}/delete/").status_code == 204
    assert alice("GET", "/api/views/").json()["count"] == 0
    assert alice("POST", f"/api/views/{pk}/restore/").json()["name"] == "Renamed"
    assert alice("GET", "/api/views/?list=nonsense").status_code == 422


def test_the_api_sorts_by_two_keys(rack):
    answer = program(rack, "alice")("GET", "/api/devices/?sort=kind,-hostname&fields=hostname")

    assert [row["hostname"] for row in answer.json()["results"]] == ["web1", "db2", "db1"]
