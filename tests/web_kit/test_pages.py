"""The pages as people use them: Alice runs Acme, Bob reads Acme, Mallory belongs to Globex. No script is needed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.cast import ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.assignments.models import Assignment
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Purchase
from trueup.people.models import Person
from trueup.tenancy.models import ApiToken, Region

EVIL = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    """Pages read the clock; here it stands on the stage's day."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


@pytest.fixture
def acme(stage):
    """Acme with a licence for people, one for devices, and who may hold them."""
    line = LineTerms(
        units=5, valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1), price=Decimal(100), currency="EUR"
    )
    return {
        "licence": a_licence(
            stage.acme, metric="per_named_user", product=a_product(stage.acme, "Draw"), line=line
        ),
        "servers": a_licence(stage.acme, product=a_product(stage.acme, "Store")),
        "person": a_person(stage.acme, "carol", name="Carol Core"),
        "device": a_device(stage.acme, "db1"),
    }


@pytest.fixture
def alice(client, stage):
    client.force_login(stage.users["alice"])
    return client


def sign_in_as(client, stage, name):
    client.force_login(stage.users[name])
    return client


LISTS = (
    "overview",
    "licences",
    "purchases",
    "people",
    "devices",
    "products",
    "positions",
    "titles",
    "receipts",
    "settings",
    "account",
)
CHANGING = ("licence_new", "person_new", "device_new", "product_new", "company_new", "user_new", "role_new")


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_for_who_may(alice, acme, name):
    assert alice.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_nobody_sees_anything_before_signing_in(client, stage, name):
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


@pytest.mark.parametrize("name", CHANGING)
def test_bob_reads_and_is_told_what_he_lacks(client, stage, name):
    response = sign_in_as(client, stage, "bob").get(reverse(name))

    assert response.status_code == 403
    assert b"permission" in response.content


@pytest.mark.parametrize(
    "page", ["licence", "licence_change", "line_new", "person", "person_change", "device", "device_change"]
)
def test_what_belongs_to_acme_is_not_found_for_mallory(client, stage, acme, page):
    thing = {"licence": "licence", "line": "licence"}.get(page.split("_")[0], page.split("_")[0])

    assert sign_in_as(client, stage, "mallory").get(reverse(page, args=[acme[thing].pk])).status_code == 404


def test_mallory_sees_nothing_of_acme_in_lists_search_and_pick_lists(client, stage, acme):
    mallory = sign_in_as(client, stage, "mallory")

    for address in (reverse("licences"), reverse("people"), reverse("devices"), reverse("purchases"), "/search/?q=carol",
                    f"/pick/people/?company={stage.acme.pk}&q=carol"):  # fmt: skip
        page = mallory.get(address).content.decode()
        assert "Carol Core" not in page
        assert "Draw" not in page
        assert "db1" not in page


@pytest.mark.parametrize("tab", ["devices", "position", "purchases", "keys", "history"])
def test_each_tab_of_a_licence_has_an_address(alice, acme, tab):
    assert alice.get(reverse("licence_tab", args=[acme["servers"].pk, tab])).status_code == 200


def test_units_are_assigned_and_released_by_plain_forms(alice, acme):
    """U-006: the page says who holds units, and frees them with a reason."""
    address = reverse("assign", args=[acme["licence"].pk, "person"])
    done = alice.post(address, {"holder": acme["person"].pk, "units": "2"}, follow=True)
    held = Assignment.objects.get()

    assert held.units == 2
    assert "Carol Core" in done.content.decode()
    alice.post(reverse("release", args=[held.pk]), {"reason": "moved"})
    held.refresh_from_db()
    assert held.release_reason == "moved"
    assert Licence.objects.get(pk=acme["licence"].pk).held == 0


def test_a_refusal_names_the_free_units_keeps_what_was_typed_and_stores_nothing(alice, acme):
    """D-001: more than there is."""
    answer = alice.post(
        reverse("assign", args=[acme["licence"].pk, "person"]),
        {"holder": acme["person"].pk, "units": "9", "q": "car"},
    )
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "5 free of 5" in page
    assert 'value="9"' in page
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("units", ["", "two", "-1", "1.5"])
def test_units_that_are_no_number_are_refused(alice, acme, units):
    answer = alice.post(
        reverse("assign", args=[acme["licence"].pk, "person"]), {"holder": acme["person"].pk, "units": units}
    )

    assert answer.status_code == 422
    assert not Assignment.objects.exists()


def test_several_holders_are_released_together(alice, acme, stage):
    for username in ("dora", "emil"):
        assign_units(
            actor=ROOT,
            licence_id=acme["licence"].pk,
            holder=holder(a_person(stage.acme, username)),
            units=1,
            at=stage.acme.created_at,
            on=TODAY,
        )
    ids = list(Assignment.objects.values_list("pk", flat=True))

    alice.post(reverse("release_selected", args=[acme["licence"].pk]), {"selected": ids})
    assert not Assignment.objects.filter(released_at=None).exists()


def test_going_back_leads_to_our_own_pages_only(alice, acme, stage):
    assign_units(
        actor=ROOT,
        licence_id=acme["licence"].pk,
        holder=holder(acme["person"]),
        units=1,
        at=stage.acme.created_at,
        on=TODAY,
    )
    held = Assignment.objects.get()

    answer = alice.post(
        reverse("release_selected", args=[acme["licence"].pk]),
        {"selected": held.pk, "next": "https://evil.example/"},
    )
    assert answer["Location"] == reverse("licence", args=[acme["licence"].pk])


def licence_form(product, company, **changes):
    form = {"kind": "purchase", "units": "10", "valid_from": "2026-01-01", "basis": "total", "metric": "per_named_user",
            "region_id": Region.objects.get(company=company).pk, "policy": "", "has_no_key": "on"}  # fmt: skip
    return f"{reverse('licence_new')}?product={product.pk}&company={company.pk}", form | changes


def test_a_licence_and_its_first_line_are_written_down_in_one_form(alice, stage):
    """R-078."""
    address, form = licence_form(
        a_product(stage.acme), stage.acme, valid_to="2026-12-31", price="99.50", currency="EUR"
    )

    done = alice.post(address, form)
    line = Purchase.objects.get()
    assert done.status_code == 302
    assert (line.units, line.valid_until, line.price) == (10, date(2027, 1, 1), Decimal("99.5"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": "ten"},
        {"valid_to": "2025-01-01"},
        {"price": "-1", "currency": "EUR"},
        {"owner": "nobody"},
        {"units": ""},
    ],
)
def test_a_wrong_value_is_named_at_its_field_and_nothing_is_stored(alice, stage, wrong):
    address, form = licence_form(a_product(stage.acme), stage.acme, **wrong)

    answer = alice.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert 'class="errsum' in page
    assert not Licence.objects.exists()


def test_a_stale_save_is_refused(alice, acme):
    form = {
        "owner": "carol",
        "policy": "warn",
        "inventory_number": "",
        "tags": "a, b",
        "units_on_release": "free",
        "remarks": "",
        "revision": "1",
    }
    address = reverse("licence_change", args=[acme["licence"].pk])

    assert alice.post(address, form).status_code == 302
    assert alice.post(address, form | {"policy": "allow"}).status_code == 412
    changed = Licence.objects.get(pk=acme["licence"].pk)
    assert (changed.policy, changed.tags, changed.owner_id) == ("warn", ["a", "b"], acme["person"].pk)


def test_a_licence_that_is_held_cannot_be_retired(alice, acme, stage):
    assign_units(
        actor=ROOT,
        licence_id=acme["licence"].pk,
        holder=holder(acme["person"]),
        units=1,
        at=stage.acme.created_at,
        on=TODAY,
    )

    assert alice.post(reverse("licence_retire", args=[acme["licence"].pk])).status_code == 409
    assert Licence.objects.get(pk=acme["licence"].pk).retired_at is None


def test_every_state_of_a_list_is_an_address(alice, acme):
    page = alice.get(
        reverse("licences"), {"q": "draw", "state": "free", "sort": "-product", "columns": "product,owner"}
    ).content.decode()

    assert "Draw" in page
    assert "Store" not in page
    assert "Remove filter" in page
    assert 'aria-sort="descending"' in page
    assert "Annual cost</a>" not in page.split("<thead>")[1]


def test_an_unknown_filter_is_named_and_never_ignored(alice, acme):
    answer = alice.get(reverse("licences"), {"colour": "red"})

    assert answer.status_code == 422
    assert "colour" in answer.content.decode()


def test_an_export_is_what_the_page_shows(alice, acme):
    answer = alice.get(reverse("licences"), {"format": "csv", "q": "draw", "columns": "product,purchased"})

    head, row = b"".join(answer.streaming_content).decode().splitlines()
    assert head == "id,product,purchased"
    assert row == f"{acme['licence'].pk},Draw,5"
    assert alice.get(reverse("licences"), {"format": "xlsx"})["Content-Type"].endswith("spreadsheetml.sheet")


def test_bob_sees_no_price_anywhere(client, stage, acme):
    """Prices are a right of their own."""
    bob = sign_in_as(client, stage, "bob")

    for address in (reverse("licences"), reverse("purchases"), reverse("licence", args=[acme["licence"].pk]), reverse("overview"),
                    reverse("licence_tab", args=[acme["licence"].pk, "purchases"])):  # fmt: skip
        assert "€" not in bob.get(address).content.decode()
    assert bob.get(reverse("licences"), {"sort": "annual_cost"}).status_code == 422


def test_names_that_look_like_markup_stay_text(alice, stage):
    person = a_person(stage.acme, "mark", name=EVIL)
    licence = a_licence(stage.acme, metric="per_named_user", product=a_product(stage.acme, EVIL, EVIL))
    assign_units(
        actor=ROOT, licence_id=licence.pk, holder=holder(person), units=1, at=stage.acme.created_at, on=TODAY
    )

    for address in (reverse("licences"), reverse("licence", args=[licence.pk]), reverse("people"), reverse("person", args=[person.pk]),
                    reverse("overview"), "/search/?q=script", f"/licences/{licence.pk}/history/", f"/licences/{licence.pk}/assign/person/"):  # fmt: skip
        assert EVIL not in alice.get(address).content.decode(), address


def test_a_leaver_keeps_units_until_they_are_released_and_the_page_says_so(alice, acme, stage):
    """R-148."""
    assign_units(
        actor=ROOT,
        licence_id=acme["licence"].pk,
        holder=holder(acme["person"]),
        units=1,
        at=stage.acme.created_at,
        on=TODAY,
    )

    alice.post(reverse("person_left", args=[acme["person"].pk]), {"left_on": "2026-11-20"})
    page = alice.get(reverse("person", args=[acme["person"].pk])).content.decode()
    assert not Person.objects.get(pk=acme["person"].pk).is_active
    assert "has left and still holds a licence" in page


def test_people_devices_and_products_are_added_and_changed(alice, stage):
    region = Region.objects.get(company=stage.acme).pk
    alice.post(
        reverse("person_new"),
        {"name": "Dora", "username": "dora", "region_id": region, "department": "Design"},
    )
    alice.post(
        reverse("device_new"),
        {
            "hostname": "web1",
            "kind": "server",
            "environment": "data_centre",
            "status": "deployed",
            "region_id": region,
        },
    )
    alice.post(reverse("product_new"), {"publisher": "Initech", "name": "Paint", "asset_class": "all"})

    for name, words in (("people", "Dora"), ("devices", "web1"), ("products", "Paint")):
        assert words in alice.get(reverse(name)).content.decode()


def test_a_token_is_shown_once_and_ends_when_revoked(alice, stage):
    page = alice.post(reverse("account"), {"name": "import", "days": "30"}).content.decode()
    token = ApiToken.objects.get()

    assert "tru_" in page
    assert "tru_" not in alice.get(reverse("account")).content.decode()
    alice.post(reverse("token_revoke", args=[token.pk]))
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_mallory_cannot_end_alices_token(client, stage):
    sign_in_as(client, stage, "alice").post(reverse("account"), {"name": "import", "days": "30"})
    token = ApiToken.objects.get()

    assert (
        sign_in_as(client, stage, "mallory").post(reverse("token_revoke", args=[token.pk])).status_code == 404
    )
    token.refresh_from_db()
    assert token.revoked_at is None


def test_roles_are_granted_within_ones_own_companies_only(alice, stage):
    form = {"username": "bob", "role": "technician", "company": str(stage.globex.pk)}

    assert alice.post(reverse("role_new"), form).status_code == 422
    assert alice.post(reverse("role_new"), form | {"company": str(stage.acme.pk)}).status_code == 302


def test_pages_declare_a_permission_and_forbid_inline_script(alice, acme):
    answer = alice.get(reverse("licences"))

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    page = answer.content.decode()
    assert " style=" not in page
    assert " onclick=" not in page
    assert "hx-on" not in page


def test_the_list_asks_no_more_questions_for_more_rows(alice, stage, django_assert_max_num_queries):
    for number in range(12):
        a_licence(stage.acme, product=a_product(stage.acme, f"Tool {number}"))

    alice.get(reverse("licences"))
    with django_assert_max_num_queries(16):
        alice.get(reverse("licences"))


@pytest.mark.parametrize("code", [404, 403, 500])
def test_error_pages_stand_alone(code):
    from django.template.loader import render_to_string

    page = render_to_string(f"{code}.html", {"request_id": "7f3a91c2"})
    assert "<h1>" in page
    assert code != 500 or "7f3a91c2" in page
