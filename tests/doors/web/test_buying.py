"""The form of a new licence with all it asks for, lines of every kind, and units that join or move."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, PASSWORD, ROOT, a_licence, a_product
from trueup.base.access import Role
from trueup.catalogue.models import Product
from trueup.documents.models import Document
from trueup.licences.models import Licence, LicenceKey, Purchase, PurchaseShare
from trueup.tenancy.actions import grant_role
from trueup.tenancy.models import Region

KEY = "QXZW7-KANAR-8V2JH-YELLO-B1RD9"
INVOICE = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path


@pytest.fixture
def alice(stage):
    client = Client()
    assert client.login(username="alice", password=PASSWORD)
    return client


def form_of(stage, **more):
    region = Region.objects.get(company=stage.acme)
    return {
        "kind": "purchase", "units": "10", "valid_from": "2026-01-01", "basis": "total", "metric": "per_named_user",
        "region_id": region.pk, "policy": "", "has_no_key": "on",
    } | more  # fmt: skip


def address_for(product):
    return f"{reverse('licence_new')}?product={product.pk}"


def test_the_form_asks_for_the_key_and_never_gives_it_back(stage, alice):
    """R-036, U-019: a product key and a serial number, each with a line of help; sealed; not in a refused page."""
    address = address_for(a_product(stage.acme))
    asked = alice.get(address).content.decode()
    assert "What is typed in to activate" in asked
    assert "Names the copy or the contract" in asked

    form = form_of(stage)
    form.pop("has_no_key")
    refused = alice.post(address, form)
    assert refused.status_code == 422
    assert not Licence.objects.exists()
    refused = alice.post(address, form | {"key": KEY, "units": "-5"})
    assert refused.status_code == 422
    assert "KANAR" not in refused.content.decode()
    assert not LicenceKey.objects.exists()

    done = alice.post(address, form | {"key": KEY}, follow=True).content.decode()
    assert "KANAR" not in done
    assert LicenceKey.objects.get().kind == "product_key"


def test_every_field_and_the_invoice_are_stored_by_one_form(stage, alice):
    """R-007, R-023, R-038 to R-046, R-078, R-079, R-081."""
    more = {
        "licence_type": "per_user", "provider": "Shop", "accounting_id": "AN-1", "property_of": "Leasing AG",
        "depreciation_percent": "25", "inventory_number": "INV-1", "remarks": "*hm*", "list_price": "100.00", "discount_percent": "10",
        "currency": "EUR", "order_number": "PO-1", "invoice_number": "R-1", "invoice_on": "2026-01-05", "budget": "Tools",
        "cost_shares": "CC-1 60\nCC-2 40 %", "invoice_file": SimpleUploadedFile("invoice.pdf", INVOICE),
    }  # fmt: skip
    done = alice.post(address_for(a_product(stage.acme)), form_of(stage, **more))
    assert done.status_code == 302, done.content.decode()[-3000:]

    licence, line = Licence.objects.get(), Purchase.objects.get()
    assert (licence.licence_type, licence.provider, str(licence.depreciation_percent)) == (
        "per_user",
        "Shop",
        "25.00",
    )
    assert (str(line.price), line.invoice_number, line.budget) == ("90.0000", "R-1", "Tools")
    assert [str(share.percent) for share in PurchaseShare.objects.order_by("pk")] == ["60.0000", "40.0000"]
    assert Document.objects.get().purchase_id == line.pk
    page = alice.get(f"{reverse('licence', args=[licence.pk])}purchases/").content.decode()
    assert "90" in page


def test_a_file_that_is_not_taken_stores_nothing(stage, alice):
    """R-079."""
    form = form_of(stage, invoice_file=SimpleUploadedFile("run.exe", b"MZ\x90\x00"))
    assert alice.post(address_for(a_product(stage.acme)), form).status_code == 422
    assert not Licence.objects.exists()


@pytest.mark.parametrize("shares", ["CC-1", "CC-1 sixty", "CC-1 60", "CC-1 60\nCC-1 40", "CC-1 -1\nCC-2 101"])
def test_shares_that_make_no_whole_are_refused(stage, alice, shares):
    """R-081."""
    assert (
        alice.post(address_for(a_product(stage.acme)), form_of(stage, cost_shares=shares)).status_code == 422
    )
    assert not Licence.objects.exists()


def test_a_product_is_created_in_place_without_losing_the_form(stage, alice):
    """R-033: offered by the picker, kept through a refusal, and made once."""
    picked = alice.get(f"{reverse('licence_new')}?q=Sketch").content.decode()
    assert "?new=Sketch" in picked
    address = f"{reverse('licence_new')}?new=Sketch"
    assert 'value="Sketch"' in alice.get(address).content.decode()
    form = form_of(stage, product_name="Sketch", publisher="Bohemian", order_number="PO-9")

    refused = alice.post(address, form | {"inventory_number": "INV-1", "owner": "nobody"})
    assert refused.status_code == 422
    assert 'value="PO-9"' in refused.content.decode()
    assert alice.post(address, form).status_code == 302
    assert Licence.objects.get().product.name == "Sketch"
    assert Product.objects.filter(name="Sketch").count() == 1


def test_a_sole_region_is_chosen_already(stage, alice):
    """R-035, R-076."""
    page = alice.get(address_for(a_product(stage.acme))).content.decode()
    region = Region.objects.get(company=stage.acme)
    assert f'<option value="{region.pk}" selected>Default</option>' in page


def test_a_second_licence_of_one_purchase_is_asked_to_join_the_first(stage, alice):
    """R-047: joined, kept apart, and never asked for another order."""
    product = a_product(stage.acme)
    address, form = address_for(product), form_of(stage, order_number="PO-1")
    assert alice.post(address, form).status_code == 302

    asked = alice.post(address, form)
    assert asked.status_code == 422
    assert "Add these units to Draw" in asked.content.decode()
    assert Licence.objects.count() == 1
    joined = alice.post(address, form | {"same": str(Licence.objects.get().pk)})
    assert joined.status_code == 302
    assert (Licence.objects.count(), Licence.objects.get().granted) == (1, 20)
    assert alice.post(address, form | {"same": "apart"}).status_code == 302
    assert alice.post(address, form | {"order_number": "PO-2"}).status_code == 302
    assert Licence.objects.count() == 3


def test_units_join_no_licence_of_another_company(stage, alice):
    theirs = a_licence(stage.globex, 5, metric="per_named_user")
    answer = alice.post(address_for(a_product(stage.acme)), form_of(stage, same=str(theirs.pk)))
    assert answer.status_code == 404
    assert Purchase.objects.count() == 1


def test_maintenance_is_a_line_that_covers_another(stage, alice):
    """R-080, U-009."""
    licence = a_licence(stage.acme, 5)
    address = reverse("line_new", args=[licence.pk])
    form = {
        "kind": "maintenance",
        "units": "5",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "basis": "total",
    }
    assert alice.post(address, form).status_code == 422
    covers = Purchase.objects.get().pk
    assert alice.post(address, form | {"covers": covers, "price": "10", "currency": "EUR"}).status_code == 302
    assert Licence.objects.get().granted == 5
    assert (
        "for 5 units of the line from"
        in alice.get(f"{reverse('licence', args=[licence.pk])}purchases/").content.decode()
    )


def test_units_move_to_a_company_one_may_change(stage, alice):
    ours, theirs = a_licence(stage.acme, 5), a_licence(stage.globex, 1)
    address = reverse("licence_transfer", args=[ours.pk])
    form = {"units": "2", "company": stage.globex.pk, "licence": theirs.pk, "moved_on": "2026-11-01"}
    assert alice.post(address, form).status_code == 422
    grant_role(actor=ROOT, user=stage.users["alice"], role=Role.OWNER, company=stage.globex, at=NOW)
    assert alice.post(address, form).status_code == 302
    assert sorted(Licence.objects.values_list("granted", flat=True)) == [3, 3]


def test_the_record_fields_are_changed_like_the_others(stage, alice):
    """R-045, D-047."""
    licence = a_licence(stage.acme, 5)
    form = {
        "policy": "block",
        "revision": "1",
        "provider": "Shop",
        "accounting_id": "A",
        "property_of": "B",
        "depreciation_percent": "20",
        "units_on_release": "free",
    }
    assert alice.post(reverse("licence_change", args=[licence.pk]), form).status_code == 302
    licence = Licence.objects.get()
    assert (licence.provider, licence.accounting_id, licence.property_of) == ("Shop", "A", "B")


def test_a_pool_of_keys_comes_from_a_file(stage, alice):
    """U-017: one a line, one for each seat; what is no text is refused, and the file is not kept."""
    licence = a_licence(stage.acme, 3)
    address = reverse("keys_seal", args=[licence.pk])
    form = {"kind": "product_key", "per_seat": "on"}
    for wrong in (b"\xff\xfe\x00", b"", b"\n\n", b"a\x00b"):
        assert alice.post(address, form | {"file": SimpleUploadedFile("keys.txt", wrong)}).status_code == 422
    assert alice.post(address, form).status_code == 422
    assert not LicenceKey.objects.exists()

    keys = "\ufeff" + "\r\n".join(f"SEAT-{n}-AAAA-BBBB-CCCC" for n in range(3))
    done = alice.post(address, form | {"file": SimpleUploadedFile("keys.txt", keys.encode())}, follow=True)
    assert "3 keys sealed" in done.content.decode()
    assert "AAAA" not in done.content.decode()
    assert LicenceKey.objects.filter(per_seat=True).count() == 3
    assert not Document.objects.exists()
