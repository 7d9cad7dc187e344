"""Searching everything: by any word in any order, exact numbers first, only what one may see, never a secret."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.catalogue.models import Product, Publisher
from trueup.devices.models import Device
from trueup.licences.keys.sealing import NewKey, seal_key
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase
from trueup.people.actions import change_person
from trueup.reports.search.finding import search_everything
from trueup.tenancy.actions import create_token
from trueup.vault.plain import Plain

KEY = "QX7K2-ZEBRA-99PLM-TT4VB-0WXYZ"


def found(actor, words, **arguments):
    """Names by kind, best first."""
    return {
        one.kind.key: [hit.name for hit in one.hits]
        for one in search_everything(actor=actor, words=words, on=TODAY, **arguments)
    }


@pytest.fixture
def acrobat(stage):
    return a_licence(
        stage.acme, 5, product=a_product(stage.acme, "Acrobat Pro", publisher="Adobe"),
        inventory_number="LIC-2024/0117", external_id="SAP-4711", source="sap", remarks="Bought for the Müller project",
        tags=("Künstler",), owner_id=a_person(stage.acme, "dora", name="Dora Ångström").pk,
        line=LineTerms(units=5, valid_from=date(2026, 1, 1), order_number="PO-88/2026", invoice_number="RE 5523"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "Acrobat Pro", "pro acro", "adobe acrobat", "robat", "LIC-2024/0117", "lic 2024 0117", "LIC20240117",
        "sap-4711", "PO-88/2026", "po88", "RE5523", "muller", "MÜLLER project", "kunstler", "angstrom acrobat",
        "adobe project künstler",
    ],
)  # fmt: skip
def test_a_licence_is_found_by_any_of_its_words(stage, acrobat, words):
    """K-008, R-025, K-026: product, publisher, numbers, orders, remarks, tags, owner; any order, no accents needed."""
    assert found(stage.bob, words)["licence"] == ["Acrobat Pro"]


def test_every_word_must_be_found(stage, acrobat):
    assert "licence" not in found(stage.bob, "acrobat photoshop")
    assert found(stage.bob, "--- '; %_") == {}
    assert found(stage.bob, "%") == {}


@pytest.mark.parametrize(
    "words",
    ["Carol", "bergström carol", "carolb", "c.berg@acme.example", "E-0042", "e0042", "bergs", "finance"],
)
def test_a_person_is_found_by_name_login_mail_number_and_department(stage, words):
    """R-057."""
    a_person(
        stage.acme, "carolb", name="Carol Bergström", email="c.berg@acme.example", employee_number="E-0042",
        department="Finance",
    )  # fmt: skip

    assert found(stage.bob, words)["person"] == ["Carol Bergström"]


@pytest.mark.parametrize(
    "words", ["db-prod-01.acme.example", "prod-01", "bprod", "SN99X4", "n99x", "000123", "DEAD-BEEF"]
)
def test_a_device_is_found_by_parts_of_its_name_and_numbers(stage, words):
    """R-051."""
    a_device(stage.acme, "db-prod-01.acme.example", serial="SN99X4", barcode="000123")
    Device.objects.update(system_uuid="dead-beef-0001")

    assert found(stage.bob, words)["device"] == ["db-prod-01.acme.example"]


def test_a_full_number_comes_before_all_that_only_looks_like_it(stage):
    """R-050: a barcode, a login, an id."""
    for number in range(12):
        a_device(stage.acme, f"4711-{number:02}", serial=f"4711{number}")
    a_device(stage.acme, "zz-last", barcode="4711")

    assert found(stage.bob, "4711")["device"][0] == "zz-last"


def test_a_whole_word_comes_before_one_only_begun(stage):
    for name in ("Liana", "Liam", "Lina", "Li", "Lio"):
        a_person(stage.acme, name.lower() * 2, name=f"{name} Stone")

    assert found(stage.bob, "li")["person"][0] == "Li Stone"


def test_the_id_finds_the_licence(stage, acrobat):
    assert found(stage.bob, f"#{acrobat.pk}")["licence"] == ["Acrobat Pro"]


def test_nothing_of_another_company_is_found(stage, acrobat):
    """K-021: neither a hit nor a count."""
    a_person(stage.acme, "carol")
    a_device(stage.acme, "db1", serial="SN1")

    for words in ("acrobat", "dora", "carol", "db1", "PO-88/2026", f"{acrobat.pk}"):
        assert found(stage.mallory, words) == {}, words
    assert found(Actor(name="nobody"), "acrobat") == {}


def test_a_kind_is_not_found_without_its_right(stage, acrobat):
    stranger = Actor(name="Tess", roles={stage.acme.pk: Role.VIEWER})
    assert "title" not in found(stranger, "acrobat")


def test_no_secret_can_be_found(stage, acrobat):
    """D-092: neither a key nor a part of it, nor a token; and nothing of them is in any index."""
    seal_key(actor=stage.alice, wanted=NewKey(acrobat.pk, Plain(KEY)), at=NOW, on=TODAY)
    secret = create_token(actor=stage.alice, user=stage.users["alice"], name="for a script", at=NOW)

    for words in (KEY, "QX7K2", "ZEBRA", "99PLM", secret, secret[4:16]):
        assert found(stage.alice, words) == {}, words
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name LIKE 'search\\_%'"
        )
        searched = {table for (table,) in cursor.fetchall()}
        assert not searched & {"licences_licencekey", "vault_secret", "tenancy_apitoken", "tenancy_user"}
        for table in searched:
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE search_text ~* %s', ["qx7k2|zebra|99plm"])
            assert cursor.fetchone() == (0,), table


def test_what_changes_is_found_by_its_new_words_at_once(stage):
    """The database keeps the words itself."""
    carol = a_person(stage.acme, "carol", name="Carol Old")
    change_person(actor=ROOT, person_id=carol.pk, changes={"name": "Carol Newname"}, revision=None, at=NOW)

    assert found(stage.bob, "newname")["person"] == ["Carol Newname"]
    assert found(stage.bob, "old") == {}


def test_taken_back_lines_and_retired_products_do_not_find(stage, acrobat):
    Purchase.objects.update(voided_at=NOW)

    assert found(stage.bob, "PO-88/2026") == {}


def test_the_number_of_queries_is_the_same_whatever_there_is(stage, django_assert_max_num_queries):
    counts = []
    for batch in range(2):
        for number in range(6):
            product = a_product(stage.acme, f"Draw {batch}{number}")
            a_licence(stage.acme, 5, product=product)
            a_person(stage.acme, f"draw{batch}{number}")
            a_device(stage.acme, f"draw-{batch}{number}")
        with django_assert_max_num_queries(18) as queries:
            found(stage.alice, "draw")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_hits_are_counted_and_only_the_best_are_read(stage):
    for number in range(7):
        a_person(stage.acme, f"sam{number}", name=f"Sam {number}")

    people = next(one for one in search_everything(actor=stage.bob, words="sam", on=TODAY, limit=3))

    assert (len(people.hits), people.total, people.has_more) == (3, 7, False)


def test_a_search_right_after_the_first_load_takes_no_longer(stage):
    """No table has statistics yet: whatever plan that leads to, no set of ids is found anew for every row."""
    publishers = Publisher.objects.bulk_create([Publisher(name=f"House {n} of Drawers") for n in range(300)])
    Product.objects.bulk_create(
        [Product(publisher=publishers[n % 300], name=f"Drawer {n}", category="") for n in range(600)]
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1s'")
    assert found(stage.alice, "draw")["product"]
