"""One licence as its page shows it: who holds it and who did, its figures, its year, the contracts above it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import NOW, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units, release_units
from trueup.contracts.actions import cover_devices, create_contract
from trueup.contracts.terms import ContractTerms
from trueup.licences.covering import link_licences


def client_of(stage, name):
    client = Client()
    client.force_login(stage.users[name])
    return client


@pytest.fixture
def alice(stage):
    return client_of(stage, "alice")


def words_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def part(page, card):
    """The card of that id, as words."""
    found = re.search(rf'id="{card}".*?</section>', page, re.DOTALL)
    assert found, card
    return words_of(found[0])


def give(stage, licence, thing, units=1):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units,
        at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip


def test_each_holder_stands_there_with_units_days_and_hands(stage, alice):
    """R-002: people and devices with units, since when and by whom; released ones with when and why."""
    licence = a_licence(stage.acme, 9, metric="cal")
    carol, dave, db1 = a_person(stage.acme, "carol"), a_person(stage.acme, "dave"), a_device(stage.acme)
    give(stage, licence, carol, 2)
    give(stage, licence, db1, 3)
    gone = give(stage, licence, dave)
    release_units(
        actor=stage.alice,
        assignment_id=gone.pk,
        at=timezone.now(),
        on=timezone.localdate(),
        reason="moved on",
    )

    people = alice.get(f"/licences/{licence.pk}/").content.decode()
    devices = alice.get(f"/licences/{licence.pk}/devices/").content.decode()

    assert re.search(r"Carol.* 2 .*Alice", part(people, "holders-card"))
    assert "Dave" not in part(people, "holders-card")
    assert re.search(r"Dave 1 seats?|Dave 1 .*Alice .*Alice .*moved on", part(people, "before-card"))
    assert re.search(r"db1.* 3 .*Alice", part(devices, "holders-card"))
    assert 'id="before-card"' not in devices


def test_the_row_opens_the_licence_and_its_address_stays(stage, alice):
    """R-048: the address in the list opens the licence for whoever may see it, signs strangers out, and outlives changes."""
    licence = a_licence(stage.acme, 5, product=a_product(stage.acme, "Draw"))
    address = f"/licences/{licence.pk}/"

    assert f'href="{address}"' in alice.get("/licences/").content.decode()
    assert "Draw" in client_of(stage, "bob").get(address).content.decode()
    assert client_of(stage, "mallory").get(address).status_code == 404
    assert Client().get(address)["Location"] == f"/account/login/?next={address}"
    saved = alice.post(
        f"{address}change/",
        {
            "policy": "allow",
            "units_on_release": "free",
            "is_transferable": "on",
            "revision": licence.revision,
        },
    )
    assert saved["Location"] == address
    assert alice.get(address).status_code == 200


def test_purchased_opens_the_lines_and_used_opens_the_holders(stage, alice):
    """R-063, R-064: the sum of the lines in force, and what is held, each one click from what it is made of."""
    licence = a_licence(stage.acme, 5)
    alice.post(
        f"/licences/{licence.pk}/lines/new/",
        {"kind": "purchase", "units": "3", "valid_from": "2026-01-01", "basis": "total"},
    )
    give(stage, licence, a_device(stage.acme, "db1"), 2)

    page = alice.get(f"/licences/{licence.pk}/").content.decode()

    assert "Purchased 8 Used 2 Free 6" in part(page, "use")
    assert f'<a class="link" href="/licences/{licence.pk}/purchases/">8</a>' in page
    assert '<a class="link" href="#holders-card">2</a>' in page
    assert "db1" in part(page, "holders-card")
    lines = words_of(alice.get(f"/licences/{licence.pk}/purchases/").content.decode())
    assert re.search(r"Purchase 3 .*Purchase 5 ", lines)


def test_another_s_next_read_shows_the_new_figure(stage, alice):
    """R-062: no job stands between one browser's assignment and the other's next read."""
    licence = a_licence(stage.acme, 5)
    device = a_device(stage.acme, "db1")
    bob = client_of(stage, "bob")
    assert "Used 0 Free 5" in part(bob.get(f"/licences/{licence.pk}/").content.decode(), "use")

    alice.post(f"/licences/{licence.pk}/assign/device/", {"holder": device.pk, "units": "2"})

    assert "Used 2 Free 3" in part(bob.get(f"/licences/{licence.pk}/").content.decode(), "use")
    assert re.search(r"2 .{0,40}5", words_of(bob.get("/licences/").content.decode()))


def test_a_year_of_purchased_and_used_is_drawn_and_told(stage, alice):
    """R-084: twelve months as a drawing with a name and a summary, and the same figures as a table."""
    today = timezone.localdate()
    licence = a_licence(stage.acme, 5, valid_from=today - timedelta(days=200))
    give(stage, licence, a_device(stage.acme), 2)

    page = alice.get(f"/licences/{licence.pk}/").content.decode()

    [svg] = re.findall(r'<svg[^>]*role="img".*?</svg>', page[page.index('id="use"') :], re.DOTALL)[:1]
    assert "Units over twelve months" in svg
    assert "Purchased 0 to 5, used 0 to 2" in svg
    table = page[page.index("Units as a table") :]
    table = table[table.index("<table") : table.index("</table>")]
    rows = [re.findall(r"<t[dh][^>]*>([^<]*)<", row) for row in table.split("<tr")[2:]]
    assert len(rows) == 14, "a row for every four weeks of a year, both ends among them"
    assert [cell.strip() for cell in rows[0][-2:]] == ["0", "0"]
    assert [cell.strip() for cell in rows[-1][-2:]] == ["5", "2"]


@pytest.mark.parametrize("kind", ["person", "device"])
def test_a_full_licence_says_so_wherever_it_is_seen(stage, alice, kind):
    """R-111: the licences of a person, a device and a product, each with the badge of one near or at its limit."""
    product = a_product(stage.acme)
    licence = a_licence(stage.acme, 10, product=product, metric="cal")
    thing = a_person(stage.acme) if kind == "person" else a_device(stage.acme)
    pages = {
        "held-card": f"/{'people' if kind == 'person' else 'devices'}/{thing.pk}/",
        "licences-card": f"/products/{product.pk}/",
    }
    give(stage, licence, thing, 5)
    for card, page in pages.items():
        assert "Near the limit" not in part(alice.get(page).content.decode(), card)

    give(stage, licence, a_device(stage.acme, "other"), 4)

    for card, page in pages.items():
        assert "Near the limit" in part(alice.get(page).content.decode(), card), page


def test_a_licence_of_devices_opens_on_its_devices(stage, alice):
    licence = a_licence(stage.acme, 5)
    give(stage, licence, a_device(stage.acme, "db1"))

    page = alice.get(f"/licences/{licence.pk}/").content.decode()

    assert "db1" in part(page, "holders-card")
    assert re.search(r'<a[^>]*aria-current="page"[^>]*>\s*Devices', page)


def test_contracts_stand_on_the_pages_of_what_they_cover(stage, alice):
    """The licence under an agreement and the device under a support name it; who may not see contracts sees none."""
    licence, device = a_licence(stage.acme, 5), a_device(stage.acme)
    terms = ContractTerms(name="Frame of all", kind="support", valid_from=TODAY - timedelta(days=9))
    contract = create_contract(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW)
    pages = (f"/licences/{licence.pk}/", f"/devices/{device.pk}/")
    for page in pages:
        assert "Frame of all" not in alice.get(page).content.decode()

    link_licences(actor=stage.alice, contract_id=contract.pk, licence_ids=[licence.pk], at=NOW)
    cover_devices(actor=stage.alice, contract_id=contract.pk, device_ids=[device.pk], at=NOW)

    for page in pages:
        shown = alice.get(page).content.decode()
        assert "Frame of all" in part(shown, "contracts")
        assert f'href="/contracts/{contract.pk}/"' in shown


def test_product_lists_its_licences(stage, alice):
    """D-021: a product lists its licences, each once."""
    product = a_product(stage.acme, "Draw")
    ids = [a_licence(stage.acme, n, product=product).pk for n in (1, 2, 3)]

    page = alice.get(f"/products/{product.pk}/").content.decode()

    listed = page[page.index('id="licences-card"') : page.index('id="sums-card"')]
    assert sorted(int(n) for n in re.findall(r'href="/licences/(\d+)/"', listed)) == sorted(ids)
