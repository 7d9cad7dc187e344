"""One's own account, the documentation, letting agents in, and taking things back, without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.cast import NOW, ROOT, TODAY, a_licence
from trueup.audit.models import Entry
from trueup.inventory.models import EnrolmentToken
from trueup.licences.actions import retire_licence, void_purchase
from trueup.licences.models import Licence, Purchase
from trueup.tenancy.models import User
from trueup.web.help.markdown import address_of_link

WANTED = {
    "language": "de", "time_zone": "Europe/Lisbon", "week_start": "7", "theme": "dark", "row_height": "compact",
}  # fmt: skip


@pytest.fixture
def alice(client, stage):
    client.force_login(stage.users["alice"])
    return client


def test_preferences_are_kept_with_the_person_and_shown_from_the_first_byte(alice, stage):
    alice.post(reverse("account_preferences"), WANTED)
    user = User.objects.get(username="alice")
    page = alice.get(reverse("licences")).content.decode()

    assert (user.language, user.time_zone, user.week_start) == ("de", "Europe/Lisbon", 7)
    assert 'data-theme="dark" data-density="compact"' in page
    assert "<tru-hotkeys data-off>" in page
    assert Entry.objects.get(event="tenancy.preferences_set").details["theme"] == ["auto", "dark"]
    assert User.objects.get(username="bob").theme == "auto"


@pytest.mark.parametrize("wrong", [{"time_zone": "Europe/Atlantis"}, {"theme": "pink"}, {"language": "xx"}])
def test_a_preference_that_is_none_is_named_and_nothing_is_kept(alice, stage, wrong):
    answer = alice.post(reverse("account_preferences"), WANTED | wrong)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode() or "theme" in wrong
    assert User.objects.get(username="alice").row_height == "normal"


def test_the_switches_of_every_page_work_without_script_and_lead_back(alice, stage):
    answer = alice.post(reverse("account_look"), {"theme": "dark", "next": "/licences/?q=x"})
    away = alice.post(reverse("account_look"), {"theme": "light", "next": "https://evil.example/"})

    assert (answer["Location"], away["Location"]) == ("/licences/?q=x", "/me/")
    assert User.objects.get(username="alice").theme == "light"


def test_a_part_hears_401_once_one_is_signed_out(client, stage):
    address = reverse("licences")

    assert client.get(address, HTTP_HX_REQUEST="true").status_code == 401
    assert client.get(address).status_code == 302


def test_a_part_that_is_refused_says_so_in_a_toast(alice, stage):
    answer = alice.get(reverse("licence_edit", args=[1, "tags"]), HTTP_HX_REQUEST="true")

    assert answer.status_code == 404
    assert "toast" in answer["HX-Trigger"]
    assert answer["HX-Reswap"] == "none"


def test_the_documentation_reads_as_pages(alice):
    """R-157: it ships inside, and its links lead to its pages."""
    index = alice.get(reverse("help")).content.decode()
    page = alice.get("/help/how-to/collect-inventories/").content.decode()

    assert 'href="/help/how-to/collect-inventories/"' in index
    assert "<h1" in page
    assert 'id="' in page


@pytest.mark.parametrize("name", ["../SECURITY", "nothing", "../../etc/passwd", "images/overview"])
def test_nothing_beside_the_documentation_is_read(alice, name):
    assert alice.get(f"/help/{name}/").status_code == 404


@pytest.mark.parametrize(
    ("target", "page", "leads"),
    [
        ("../glossary.md#unit", "how-to/back-up", "/help/glossary/#unit"),
        ("README.md", "README", "/help/"),
        ("../../SECURITY.md", "how-to/back-up", "#"),
        ("https://example.org/", "README", "https://example.org/"),
        ("#here", "README", "#here"),
    ],
)
def test_links_between_pages_stay_inside(target, page, leads):
    assert address_of_link(target, page) == leads


def test_agents_are_let_in_by_an_address_shown_once(alice, stage, client):
    page = alice.post(
        reverse("agents_enrol"), {"company_id": stage.acme.pk, "label": "Oslo"}
    ).content.decode()
    token = EnrolmentToken.objects.get()

    assert "http://testserver/agents/" in page
    assert "http://testserver/agents/" not in alice.get(reverse("agents_enrol")).content.decode()
    assert (
        alice.post(reverse("agents_enrol"), {"company_id": stage.acme.pk, "label": "Oslo"}).status_code == 409
    )
    assert (
        alice.post(reverse("agents_enrol"), {"company_id": stage.globex.pk, "label": "X"}).status_code == 422
    )
    client.force_login(stage.users["mallory"])
    assert client.post(reverse("agents_revoke", args=[token.pk])).status_code == 404
    assert "Oslo" not in client.get(reverse("agents_enrol")).content.decode()
    client.force_login(stage.users["alice"])
    client.post(reverse("agents_revoke", args=[token.pk]))
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_retirement_is_taken_back(alice, stage):
    licence = a_licence(stage.acme)
    page = alice.post(reverse("licence_retire", args=[licence.pk]), follow=True).content.decode()
    undo = reverse("licence_reinstate", args=[licence.pk])
    assert f'action="{undo}"' in page

    alice.post(undo)
    assert Licence.objects.get(pk=licence.pk).retired_at is None
    assert alice.post(undo).status_code == 409


def test_a_line_that_was_taken_back_counts_again(alice, stage):
    licence = a_licence(stage.acme, 5)
    line = Purchase.objects.get()
    page = alice.post(
        reverse("line_void", args=[licence.pk, line.pk]), {"reason": "typed twice"}, follow=True
    ).content.decode()
    undo = reverse("line_restore", args=[licence.pk, line.pk])
    assert f'action="{undo}"' in page
    assert Licence.objects.get(pk=licence.pk).granted == 0
    assert (
        f'href="{undo}"' in alice.get(reverse("licence_tab", args=[licence.pk, "purchases"])).content.decode()
    )

    alice.post(undo)
    assert Licence.objects.get(pk=licence.pk).granted == 5
    assert Purchase.objects.get().voided_at is None
    assert alice.post(undo).status_code == 409


def test_a_stranger_takes_nothing_back(client, stage):
    licence = a_licence(stage.acme, 5)
    line = Purchase.objects.get()
    void_purchase(actor=ROOT, licence_id=licence.pk, purchase_id=line.pk, reason="x", at=NOW, on=TODAY)
    retire_licence(actor=ROOT, licence_id=licence.pk, at=NOW, on=TODAY)
    client.force_login(stage.users["mallory"])

    assert client.post(reverse("line_restore", args=[licence.pk, line.pk])).status_code == 404
    assert client.post(reverse("licence_reinstate", args=[licence.pk])).status_code == 404
    assert Licence.objects.get(pk=licence.pk).retired_at == NOW


def test_the_age_of_the_newest_inventory_stands_in_the_top_bar(alice, stage):
    from trueup.inventory.models import Receipt

    cache.clear()
    assert "Data " not in alice.get(reverse("people")).content.decode()
    then = NOW - timedelta(days=4000)
    Receipt.objects.create(
        company=stage.acme,
        digest="0" * 64,
        size_bytes=1,
        content=b"x",
        first_received_at=then,
        received_at=then,
    )
    cache.clear()
    assert "old</a>" in alice.get(reverse("people")).content.decode()
    cache.clear()
