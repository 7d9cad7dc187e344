"""The pages of flexible assets: the walk-through of the document by hand, without any script."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.test import Client

from tests.cast import a_product
from tests.rooms.assets.stage import KEY, LICENCE, a_type, an_asset, software_licence
from tests.rooms.fields.test_types import DOCUMENT
from trueup.assets.models import Asset, AssetLicence
from trueup.audit.models import Entry
from trueup.fields.models import Type
from trueup.fields.queries import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(stage):
    def browse(name):
        client = Client()
        client.force_login(stage.users[name])
        return client

    return browse


def typed(**more):
    """The twelve fields as somebody types them into the rows of a new type."""
    sent = {"name": "Software License", "icon": "key-round", "description": ""}
    for place, (label, kind) in enumerate(DOCUMENT):
        sent |= {
            f"fields.{place}.label": label,
            f"fields.{place}.kind": kind,
            f"fields.{place}.in_list": "on" if kind == "number" else "",
        }
    sent["fields.2.choices"] = "Per-user, Per-device, Site, Concurrent, Subscription"
    return {name: value for name, value in (sent | more).items() if value != ""}


def filled(**more):
    sent = {f"values.{key}": value for key, value in LICENCE.items()} | {
        "values.auto_renew": "true", "values.annual_cost": "13200 EUR", "tags": "expiring-soon, audit-required",
    }  # fmt: skip
    return sent | more


def test_c_007_the_documents_own_walk_through(stage, at):
    """C-001, C-004, C-005, C-008, C-009, C-010, C-011, C-012, C-015, C-029, C-030, C-032, C-033, C-034: sidebar, new type with twelve fields, instance, list, filter, export."""
    alice = at("alice")
    assert 'href="/flexible-assets/"' in alice.get("/").content.decode()
    assert "/flexible-assets/types/new/" in alice.get("/flexible-assets/").content.decode()

    made = alice.post("/flexible-assets/types/new/", typed())
    type_ = Type.objects.get()
    assert made["Location"] == f"/flexible-assets/types/{type_.pk}/"
    assert [(field.label, field.kind) for field in fields_of(type_)] == DOCUMENT

    saved = alice.post(f"{made['Location']}new/", filled())
    asset = Asset.objects.get()
    assert saved["Location"] == f"/flexible-assets/{asset.pk}/"
    page = alice.get(saved["Location"]).content.decode()
    assert "Microsoft 365 Business Premium" in page
    assert "<strong>Bold</strong>" in page
    assert "<script>alert" not in page
    assert KEY not in page
    assert 'rel="noopener noreferrer"' in page
    assert asset.tags == ["audit-required", "expiring-soon"]

    shown = alice.get(
        f"/flexible-assets/types/{type_.pk}/?total_seats__gte=50&expiry_date__lte=2026-12-31"
    ).content.decode()
    assert "Microsoft 365 Business Premium" in shown
    assert "Microsoft 365 Business Premium" not in alice.get(f"/flexible-assets/types/{type_.pk}/?total_seats__gte=51").content.decode()  # fmt: skip
    file = b"".join(
        alice.get(f"/flexible-assets/types/{type_.pk}/?format=csv&columns=title,total_seats,license_type")
    ).decode()
    assert "50" in file
    assert KEY not in file


def test_c_006_the_template_offers_itself_when_its_name_is_typed(stage, at):
    alice = at("alice")
    answer = alice.post(
        "/flexible-assets/types/new/",
        {"name": "software license", "fields.0.label": "Id", "fields.0.kind": "text"},
    )
    assert answer.status_code == 422
    assert "template=software_license" in answer.content.decode()
    assert "taken by the product" in answer.content.decode()
    assert not Type.objects.exists()
    begun = alice.get("/flexible-assets/types/new/?template=software_license").content.decode()
    assert begun.count('name="fields.') >= 12 * 6
    assert alice.post("/flexible-assets/types/new/?template=software_license", typed()).status_code == 302
    assert {field.key: field.role for field in fields_of(Type.objects.get())}["total_seats"] == "quantity"


def test_c_005_without_the_right_there_is_no_new_type(stage, at):
    assert at("bob").get("/flexible-assets/types/new/").status_code == 403
    assert at("bob").post("/flexible-assets/types/new/", typed()).status_code == 403
    assert "/flexible-assets/types/new/" not in at("bob").get("/flexible-assets/").content.decode()
    assert not Type.objects.exists()


def test_c_031_errors_stand_at_their_fields_and_what_was_typed_stays(stage, at):
    """And the key is not sent back."""
    type_ = software_licence(stage)
    answer = at("alice").post(f"/flexible-assets/types/{type_.pk}/new/", filled(**{"values.total_seats": "12a", "values.expiry_date": "soon"}))  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    for wanted in ('id="id_values.total_seats-e"', 'value="12a"', 'value="Microsoft"'):
        assert wanted in page, wanted
    assert KEY not in page
    assert not Asset.objects.exists()
    again = at("alice").post(
        f"/flexible-assets/types/{type_.pk}/new/", filled(**{"values.expiry_date": "soon"})
    )
    assert 'id="id_values.expiry_date-e"' in again.content.decode()
    assert not Asset.objects.exists()


def test_a_change_leaves_the_sealed_value_and_refuses_a_stale_save(stage, at):
    type_ = software_licence(stage)
    asset = an_asset(stage, type_, **LICENCE)
    here = f"/flexible-assets/{asset.pk}/change/"
    assert KEY not in at("alice").get(here).content.decode()
    sent = filled(**{"values.license_key": "", "values.total_seats": "60", "revision": "1"})
    assert at("alice").post(here, sent).status_code == 302
    before = asset.values["license_key"]
    asset.refresh_from_db()
    assert (asset.values["total_seats"], asset.values["license_key"]) == ("60", before)
    assert at("alice").post(here, sent | {"values.total_seats": "61"}).status_code == 412
    assert at("bob").post(here, sent).status_code == 403
    assert at("mallory").post(here, sent).status_code == 404
    asset.refresh_from_db()
    assert asset.values["total_seats"] == "60"


def test_copy_archive_restore_and_going_back(stage, at):
    type_ = software_licence(stage)
    asset = an_asset(stage, type_, **LICENCE)
    alice, here = at("alice"), f"/flexible-assets/{asset.pk}/"
    assert alice.post(f"{here}clone/").status_code == 302
    assert alice.post(f"{here}archive/").status_code == 302
    assert alice.post(f"{here}restore/").status_code == 302
    assert alice.post(f"{here}roll-back/", {"revision": "1"}).status_code == 302
    history = alice.get(f"{here}history/").content.decode()
    assert "Back to revision 3" in history
    assert alice.post(f"{here}roll-back/", {"revision": "x"}).status_code == 404
    asset.refresh_from_db()
    assert asset.revision == 4
    assert asset.archived_at is None


def test_a_value_is_revealed_after_a_reason_and_never_kept(stage, at):
    type_ = software_licence(stage)
    asset = an_asset(stage, type_, **LICENCE)
    here = f"/flexible-assets/{asset.pk}/secrets/license_key/reveal/"
    assert KEY not in at("alice").get(here).content.decode()
    assert at("alice").post(here, {"reason": ""}).status_code == 422
    assert not Entry.objects.filter(event="vault.revealed").exists()
    shown = at("alice").post(here, {"reason": "install"})
    assert KEY in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Entry.objects.get(event="vault.revealed").details["reason"] == "install"
    assert at("bob").get(here).status_code == 403
    assert at("mallory").get(here).status_code == 404
    assert KEY not in at("alice").get(f"/flexible-assets/{asset.pk}/history/").content.decode()


def test_c_029_a_change_of_a_field_says_first_what_it_does(stage, at):
    type_ = software_licence(stage)
    an_asset(stage, type_, product_name="A")
    alice, here = at("alice"), f"/flexible-assets/types/{type_.pk}/fields/vendor/"
    form = alice.get(here).content.decode()
    sent = {
        name: value
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)
        if name != "csrfmiddlewaretoken"
    }
    sent |= {
        "kind": "text",
        "label": "Vendor",
        "required": "on",
        "in_list": "on",
        "in_api": "on",
        "role": "publisher",
    }
    told = alice.post(here, sent)
    assert told.status_code == 200
    assert "of 1 records 1 lack it" in told.content.decode()
    assert not {field.key: field for field in fields_of(type_)}["vendor"].required
    assert alice.post(here, sent | {"confirmed": "1"}).status_code == 302
    vendor = {field.key: field for field in fields_of(type_)}["vendor"]
    assert (vendor.required, vendor.role, vendor.weight) == (True, "publisher", 2)

    new = f"/flexible-assets/types/{type_.pk}/fields/new/?kind=select"
    assert alice.post(new, {"kind": "select", "label": "Tier", "choices": "Gold\nTin"}).status_code == 302
    assert alice.post(new, {"kind": "select", "label": "Id", "choices": "Gold"}).status_code == 422
    assert alice.post(f"/flexible-assets/types/{type_.pk}/fields/tier/remove/").status_code == 302
    assert "Bring back Tier" in alice.get(f"/flexible-assets/types/{type_.pk}/definition/").content.decode()
    assert alice.post(f"/flexible-assets/types/{type_.pk}/fields/tier/restore/").status_code == 302
    assert fields_of(type_)[-1].key == "tier"


def test_each_kind_has_a_control_and_a_place_on_the_page(stage, at):
    """What is sealed is on none of them."""
    kinds = "text multi_line rich_text number decimal percent money boolean date date_time url email phone ip secret".split()
    type_ = a_type(
        stage, "All", *({"label": kind.replace("_", " "), "kind": kind, "key": f"k_{kind}"} for kind in kinds),
        {"label": "one", "kind": "select", "choices": ["A", "B"]}, {"label": "many", "kind": "multi_select", "choices": ["A", "B"]},
        {"label": "who", "kind": "reference", "to": "person"}, {"label": "all of them", "kind": "references", "to": "asset"},
        {"label": "part", "kind": "heading"}, {"label": "no", "kind": "auto_number"}, {"label": "twice", "kind": "computed", "formula": "k_number * 2"},
    )  # fmt: skip
    sent = {
        "values.k_text": "t", "values.k_multi_line": "a\nb", "values.k_rich_text": "*x*", "values.k_number": "5", "values.k_decimal": "0.25",
        "values.k_percent": "12", "values.k_money": "5 CHF", "values.k_boolean": "false", "values.k_date": "2026-01-02", "values.k_date_time": "2026-01-02T03:04",
        "values.k_url": "https://a.example", "values.k_email": "a@b.example", "values.k_phone": "123 45", "values.k_ip": "10.0.0.1", "values.k_secret": "hunter22",
        "values.one": "a", "values.many": ["b", "a"],
    }  # fmt: skip
    answer = at("alice").post(f"/flexible-assets/types/{type_.pk}/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    asset = Asset.objects.get()
    assert (asset.values["twice"], asset.values["many"], asset.values["k_boolean"]) == (
        "10",
        ["a", "b"],
        False,
    )
    page = at("alice").get(answer["Location"]).content.decode()
    for words in ("hunter22",):
        assert words not in page
    assert at("alice").get(f"{answer['Location']}change/").status_code == 200
    assert (
        at("alice")
        .get(f"/flexible-assets/types/{type_.pk}/?sort=-k_number&k_date__gte=2026-01-01")
        .status_code
        == 200
    )


def test_one_table_over_all_types_one_may_see(stage, at):
    """The list counts what expires, whatever its type; a view of a type's list can be kept."""
    type_ = software_licence(stage)
    an_asset(stage, type_, **LICENCE)
    alice = at("alice")
    assert "Microsoft 365" in alice.get("/flexible-assets/?expires_on__lte=2026-12-31").content.decode()
    assert "Microsoft 365" not in at("mallory").get("/flexible-assets/").content.decode()
    kept = alice.post(f"/views/new/?list=flexible-assets-{type_.pk}&query=total_seats__gte%3D10&next=/flexible-assets/types/{type_.pk}/", {"name": "Big"})  # fmt: skip
    assert kept.status_code == 302, kept.content.decode()[-2000:]
    assert "Microsoft 365" in alice.get(kept["Location"]).content.decode()


def test_c_022_the_page_shows_recorded_assigned_and_discovered(stage, at):
    """C-002, C-017, C-018, C-027, C-028: the asset leads to its licence, and the licence to the portal and the notes."""
    product = a_product(stage.acme, "Microsoft 365 Business Premium", "Microsoft")
    asset = an_asset(stage, software_licence(stage), **LICENCE)
    page = at("alice").get(f"/flexible-assets/{asset.pk}/").content.decode()
    licence = AssetLicence.objects.get(asset=asset).licence_id
    assert f'href="/products/{product.pk}/"' in page
    assert f'href="/licences/{licence}/"' in page
    assert "differs" in page

    for address in (f"/licences/{licence}/", f"/licences/{licence}/renew/"):
        assert 'href="https://portal.example.com/x"' in at("alice").get(address).content.decode()
    terms = at("alice").get(f"/licences/{licence}/").content.decode()
    assert "<strong>Bold</strong>" in terms
    assert "<script>alert" not in terms
    archive = zipfile.ZipFile(io.BytesIO(b"".join(at("alice").get("/licences/archive/").streaming_content)))
    assert "**Bold**" in archive.read("records/terms.csv").decode()
    assert asset.title in at("alice").get("/flexible-assets/?q=Bold").content.decode()
    assert asset.title not in at("alice").get("/flexible-assets/?q=Fett").content.decode()


def test_c_002_an_asset_of_an_unknown_product_is_counted_by_hand(stage, at):
    """C-017: nothing is guessed; whoever may change licences chooses the product."""
    asset = an_asset(stage, software_licence(stage), **LICENCE | {"product_name": "The big one"})
    product = a_product(stage.acme, "Big", "Microsoft")
    page = f"/flexible-assets/{asset.pk}/"
    assert f'href="{page}count/"' in at("alice").get(page).content.decode()
    assert f'href="{page}count/"' not in at("bob").get(page).content.decode()
    assert f"?product={product.pk}" in at("alice").get(f"{page}count/").content.decode()
    assert at("bob").post(f"{page}count/?product={product.pk}").status_code == 403
    assert not AssetLicence.objects.exists()

    asked = at("alice").get(f"{page}count/?product={product.pk}").content.decode()
    assert "This becomes a licence of Big by Microsoft" in asked
    done = at("alice").post(f"{page}count/?product={product.pk}")
    assert done["Location"] == page
    assert AssetLicence.objects.get().licence.product_id == product.pk
    again = at("alice").post(f"{page}count/?product={product.pk}")
    assert again.status_code == 409
