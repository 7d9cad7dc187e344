"""The search page, the palette and the pick-lists as pages: what they show, to whom, and within how much."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.cast import NOW, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units

LINE = re.compile(r'role="option"')


@pytest.fixture
def alice(stage):
    return signed_in(stage, "alice")


def signed_in(stage, name):
    client = Client()
    client.force_login(stage.users[name])
    return client


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_the_page_groups_by_kind_with_counts_and_leads_into_the_lists(stage, alice):
    """K-008: a licence among all objects, labelled with its kind."""
    product = a_product(stage.acme, "Creative Cloud", publisher="Adobe")
    licence = a_licence(stage.acme, 5, product=product, inventory_number="LIC-7")
    a_person(stage.acme, "cloudia", name="Cloudia Berg")

    page = read(alice, "/search/?q=cloud")

    assert f'href="/licences/{licence.pk}/"' in page
    assert "Licences</h2>" in page
    assert "People</h2>" in page
    assert 'href="/licences/?q=cloud"' in page
    assert "Cloudia Berg" in page
    assert f'href="/licences/{licence.pk}/"' in read(alice, "/licences/?q=cloud+adobe")
    assert f'href="/licences/{licence.pk}/"' in read(alice, "/search/?q=LIC-7")


def test_the_page_answers_without_words_and_with_hopeless_ones(stage, alice):
    assert "What are you looking for?" in read(alice, "/search/")
    assert "Nothing matches" in read(alice, "/search/?q=qqqqqq")
    assert "&lt;script&gt;" in read(alice, "/search/?q=<script>alert(1)</script>")
    read(alice, "/search/?q=%00%27%22%5C%25" + "x" * 3000)
    read(alice, "/search/?q=" + "a+" * 300)


def test_nobody_searches_without_signing_in(db):
    """K-026: a page leads to the sign-in, the API says 401."""
    for address in ("/search/?q=a", "/palette/?q=a", "/pick/people/", "/pick/devices/", "/pick/licences/"):
        assert Client().get(address).status_code == 302, address
    assert Client().get("/api/search/?q=a").status_code == 401


def test_a_stranger_learns_nothing(stage):
    a_licence(stage.acme, 5, product=a_product(stage.acme, "Zebrafish"))
    person = a_person(stage.acme, "zebrafish")
    mallory = signed_in(stage, "mallory")

    for address in ("/search/?q=zebra", "/palette/?q=zebra"):
        assert "Zebrafish" not in read(mallory, address)
    assert mallory.get(f"/pick/licences/?person={person.pk}").status_code == 404
    assert "ebrafish" not in read(mallory, f"/pick/people/?company={stage.acme.pk}&q=zebra")


def test_the_palette_fills_the_object_into_what_can_be_done(stage, alice):
    licence = a_licence(stage.acme, 5, product=a_product(stage.acme, "Creative Cloud", publisher="Adobe"))
    device = a_device(stage.acme)
    assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=1, at=NOW, on=TODAY)

    lines = read(alice, "/palette/?q=creative")

    assert "Assign Creative Cloud" in lines
    assert f"/licences/{licence.pk}/assign/device/" in lines
    assert "Release units of Creative Cloud" in lines
    assert "/search/?q=creative" in lines
    assert "Assign Creative Cloud" not in read(signed_in(stage, "bob"), "/palette/?q=creative")


def test_the_palette_knows_commands_pages_settings_and_help(stage, alice):
    assert "New licence" in read(alice, "/palette/?q=new+lic")
    assert "Audit log" in read(alice, "/palette/?q=audit")
    assert "/help/how-to/" in read(alice, "/palette/?q=use+your")
    assert "Import" in read(alice, "/palette/?q=import")


def test_a_sign_in_front_asks_for_commands_only(stage, alice):
    a_licence(stage.acme, 5, product=a_product(stage.acme, "New World"))

    lines = read(alice, "/palette/?q=%3E+new")

    assert "New licence" in lines
    assert "New World" not in lines


def test_what_was_typed_in_full_stands_first(stage, alice):
    a_licence(stage.acme, 5, product=a_product(stage.acme, "E-77 Editor"))
    person = a_person(stage.acme, "carol", employee_number="E-77")

    lines = read(alice, "/palette/?q=E-77")

    assert lines.index(f"/people/{person.pk}/") < lines.index("/licences/")


def test_the_palette_has_twenty_lines_and_asks_a_bounded_number_of_queries(
    stage, alice, django_assert_max_num_queries
):
    for number in range(12):
        product = a_product(stage.acme, f"Draw {number}", publisher=f"Draw Works {number}")
        a_licence(stage.acme, 5, product=product)
        a_person(stage.acme, f"draw{number}")
        a_device(stage.acme, f"draw-{number}")
    alice.get("/palette/?q=draw")

    with django_assert_max_num_queries(28):
        lines = read(alice, "/palette/?q=draw")

    assert 10 < len(LINE.findall(lines)) <= 20
    assert len(LINE.findall(read(alice, "/palette/"))) <= 20


def test_pick_lists_offer_what_is_lawful(stage, alice):
    """R-050, K-012."""
    licence = a_licence(stage.acme, 1)
    device = a_device(stage.acme, "rack-1", barcode="0815")
    a_device(stage.acme, "rack-2", barcode="08155")

    assert "rack-1" in read(alice, f"/pick/devices/?licence={licence.pk}&q=0815")
    assert "rack-2" not in read(alice, f"/pick/devices/?licence={licence.pk}&q=0815")
    assert f'value="{licence.pk}"' in read(alice, f"/pick/licences/?device={device.pk}")
    assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=1, at=NOW, on=TODAY)
    other = a_device(stage.acme, "rack-3")
    assert "option" not in read(alice, f"/pick/licences/?device={other.pk}")


def test_the_assign_page_finds_a_device_by_its_barcode(stage, alice):
    """R-050, R-051."""
    licence = a_licence(stage.acme, 5)
    a_device(stage.acme, "rack-1", barcode="0815")
    a_device(stage.acme, "rack-2", barcode="08155")

    page = read(alice, f"/licences/{licence.pk}/assign/device/?q=0815")

    assert "rack-1" in page
    assert "rack-2" not in page
    assert "rack-2" in read(alice, f"/licences/{licence.pk}/assign/device/?q=ack-2")
