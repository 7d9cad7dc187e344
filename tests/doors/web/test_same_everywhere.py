"""What must not depend on where one looks: used and free, links after sorting, the chain of renewals, the rule of regions."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import NOW, TODAY, a_device, a_licence, a_person, a_product, holder
from tests.doors.api.conftest import program_of
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.lawful import RegionMismatch
from trueup.assignments.models import Assignment
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase
from trueup.licences.renewing import NewKeyOfTerm, renew_licence
from trueup.tenancy.actions import add_region
from trueup.vault.plain import Plain


@pytest.fixture
def alice(stage):
    client = Client()
    client.force_login(stage.users["alice"])
    return client


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def give(stage, licence, thing, units=1):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units,
        at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip


def test_used_and_free_equal_everywhere(stage, alice):
    """D-040: three people and two devices are five holdings and not six; list, page, API, file and picker agree."""
    licence = a_licence(stage.acme, 20, product=a_product(stage.acme, "Draw"), metric="cal")
    for name in ("carol", "dave", "erin"):
        give(stage, licence, a_person(stage.acme, name), 2)
    for name in ("db1", "db2"):
        give(stage, licence, a_device(stage.acme, name), 4)
    used, free = 14, 6
    program = program_of(stage, "alice")

    [row] = program.get("/api/licences/").json()["results"]
    assert (row["used"], row["free"]) == (used, free)
    detail = program.get(f"/api/licences/{licence.pk}/").json()
    assert (detail["used"], detail["free"]) == (used, free)
    [where] = program.get(f"/api/products/{licence.product_id}/").json()["by_region"]
    assert (where["used"], where["free"]) == (used, free)
    file = b"".join(alice.get("/licences/?format=csv&columns=product,used,free").streaming_content).decode()
    [line] = csv.DictReader(io.StringIO(file))
    assert (line["used"], line["free"]) == (str(used), str(free))
    assert f"Used {used} Free {free}" in words_of(alice.get(f"/licences/{licence.pk}/"))
    assert re.search(rf"{used}\D{{1,30}}20", words_of(alice.get("/licences/")))
    assert re.search(rf"{used}\D{{1,30}}20", words_of(alice.get(f"/products/{licence.product_id}/")))
    newcomer = a_person(stage.acme, "newcomer")
    assert f"{free} " in words_of(alice.get(f"/people/{newcomer.pk}/assign/"))
    on_page = words_of(alice.get(f"/licences/{licence.pk}/assign/person/"))
    assert f"{free} of 20" in on_page


@pytest.mark.parametrize("page", ["/licences/", "/people/", "/devices/", "/products/", "/purchases/"])
def test_sorting_never_breaks_a_link(stage, alice, page):
    """D-059: by whatever column a list is sorted, each row still leads to a record that is there and is the row's own."""
    for name in ("Draw", "Paint"):
        licence = a_licence(stage.acme, 5, product=a_product(stage.acme, name), metric="cal")
        give(stage, licence, a_person(stage.acme, f"p-{name.lower()}"))
        give(stage, licence, a_device(stage.acme, f"d-{name.lower()}"))
    first = alice.get(page).content.decode()
    sorts = sorted(set(re.findall(r"[?&;]sort=(-?[a-z_]+)", first)))
    assert sorts, "the heads of the list sort it"

    def rows(html):
        body = html[html.index("<tbody") : html.rindex("</tbody>")]
        return sorted(re.findall(r'<a class="who"? ?[^>]*href="(/[a-z]+/\d+/[a-z]*/?)"', body))

    expected = rows(first)
    assert len(expected) == 2
    for sort in [*sorts, *(f"-{one}" for one in sorts if not one.startswith("-"))]:
        found = rows(alice.get(f"{page}?sort={sort}").content.decode())
        assert found == expected, sort
    for address in expected:
        assert "/0/" not in address
        assert alice.get(address).status_code == 200


def test_the_whole_chain_stands_on_one_page(stage, alice):
    """U-002: a renewal keeps the old line, its order and its key; the chain since the first purchase is read on one page."""
    first = LineTerms(
        units=5, valid_from=date(2024, 1, 1), valid_until=date(2025, 1, 1), order_number="PO-2024"
    )
    licence = a_licence(stage.acme, line=first, metric="per_named_user")
    for year in (2025, 2026):
        renew_licence(
            actor=stage.alice, licence_id=licence.pk, at=NOW, on=TODAY,
            line=LineTerms(units=5, valid_from=date(year, 1, 1), valid_until=date(year + 1, 1, 1), order_number=f"PO-{year}"),
            key=NewKeyOfTerm(Plain(f"KEY-OF-{year}-AAAA")),
        )  # fmt: skip

    words = words_of(alice.get(f"/licences/{licence.pk}/purchases/"))

    assert [words.count(f"PO-{year}") for year in (2024, 2025, 2026)] == [1, 1, 1]
    assert "renews the line from 1 Jan 2024" in words
    assert "renews the line from 1 Jan 2025" in words
    chain = list(Purchase.objects.order_by("valid_from").values_list("pk", "renews_id", "voided_at"))
    assert chain == [(pk, before, None) for (pk, _r, _v), before in zip(chain, [None, *(c[0] for c in chain)], strict=False)]  # fmt: skip
    keys = words_of(alice.get(f"/licences/{licence.pk}/keys/"))
    assert "Superseded" in keys


def test_the_rule_of_regions_is_the_same_below_and_above(stage, alice):
    """K-010, R-008: the room refuses what the page refuses, the page in the same words where it is to be mended."""
    far = add_region(actor=stage.alice, company=stage.acme, name="Far", at=NOW)
    licence = a_licence(stage.acme, 5)
    device = a_device(stage.acme, "db1", region_id=far.pk)

    with pytest.raises(RegionMismatch) as below:
        give(stage, licence, device)
    above = alice.post(f"/licences/{licence.pk}/assign/device/", {"holder": device.pk, "units": "1"})

    assert above.status_code == 422
    assert below.value.detail in above.content.decode()
    assert not Assignment.objects.exists()
    assert "db1" not in words_of(alice.get(f"/licences/{licence.pk}/assign/device/")), "nor is it offered"


@pytest.mark.parametrize("kind", ["person", "device"])
def test_saving_on_the_tab_stores_the_holding(stage, alice, kind):
    """K-015: the tab of people or devices leads to the form, and the form back to the tab with the holding."""
    licence = a_licence(stage.acme, 5, metric="cal")
    thing = a_person(stage.acme) if kind == "person" else a_device(stage.acme)
    tab = f"/licences/{licence.pk}/" if kind == "person" else f"/licences/{licence.pk}/devices/"
    form = f"/licences/{licence.pk}/assign/{kind}/"
    assert f'href="{form}"' in alice.get(tab).content.decode()

    saved = alice.post(form, {"holder": thing.pk, "units": "2"})

    assert saved["Location"] == tab
    stored = Assignment.objects.get()
    assert (stored.units, getattr(stored, f"{kind}_id")) == (2, thing.pk)
    assert ("Carol" if kind == "person" else "db1") in words_of(alice.get(tab))


def test_people_and_devices_of_any_day(stage):
    """K-031: who held what on a day, of both kinds, by licence and by holder, from the first moment to the last."""
    licence = a_licence(stage.acme, 9, metric="cal", valid_from=TODAY - timedelta(days=90))
    program = program_of(stage, "alice")
    for thing, start, end in ((a_person(stage.acme), 60, 30), (a_device(stage.acme), 45, 10)):
        held = assign_units(
            actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=1,
            at=NOW - timedelta(days=start), on=TODAY - timedelta(days=start),
        )  # fmt: skip
        release_units(
            actor=stage.alice,
            assignment_id=held.pk,
            at=NOW - timedelta(days=end),
            on=TODAY - timedelta(days=end),
        )

    def holders(days_ago):
        day = (NOW - timedelta(days=days_ago)).date()
        rows = program.get(f"/api/licences/{licence.pk}/assignments/?on={day}").json()["results"]
        return sorted(row["holder_name"] for row in rows)

    assert [holders(days) for days in (61, 60, 45, 31, 29, 11, 9)] == [
        [], ["Carol"], ["Carol", "db1"], ["Carol", "db1"], ["db1"], ["db1"], [],
    ]  # fmt: skip


def test_two_tags_mean_both(stage, alice):
    """D-037: a licence with one of two tags is not found by both."""
    a_licence(stage.acme, product=a_product(stage.acme, "Draw"), tags=("audit", "core"))
    a_licence(stage.acme, product=a_product(stage.acme, "Paint"), tags=("core",))
    program = program_of(stage, "alice")

    def found(query):
        return [row["product"]["name"] for row in program.get(f"/api/licences/?{query}").json()["results"]]

    assert sorted(found("tags=core")) == ["Draw", "Paint"]
    assert found("tags=core,audit") == ["Draw"]
    page = alice.get("/licences/?tags=core,audit").content.decode()
    assert "Draw" in page
    assert ">Paint<" not in page
