"""What was discovered, in the browser: a decision becomes a rule after its preview, and the device says what it reported."""

from __future__ import annotations

import json
import zlib

import pytest
from django.test import Client

from tests.cast import NOW, Stage, a_product
from trueup.connectors.applying import apply_receipt
from trueup.inventory.actions import issue_enrolment, record_snapshot
from trueup.inventory.models import Receipt, Title, TitleRule
from trueup.inventory.snapshots import DeviceFacts, Snapshot, SoftwareFacts

KEY = "CANARY-ABCDE-FGHIJ-KLMNO-PQRST"
OFFICE = {
    "deviceid": "pc7-2026",
    "itemtype": "Computer",
    "content": {
        "versionclient": "GLPI-Agent_v1.11",
        "hardware": {"name": "pc7", "uuid": "4C4C4544-0034-3010-8048-B6C04F503739"},
        "licenseinfos": [
            {
                "name": "Example Office", "fullname": "Example Office Professional Plus 2019", "key": KEY,
                "components": "Word/Excel", "productid": "00414-50000-00000-AA123", "trial": 1,
            }
        ],
    },
}  # fmt: skip


def client_of(stage: Stage, name: str) -> Client:
    client = Client()
    client.force_login(stage.users[name])
    return client


@pytest.fixture
def title(stage: Stage) -> Title:
    rows = (("Zorblatt Pro 1.0", "1.0"), ("Zorblatt Pro 2.0 (64-bit)", "2.0"))
    software = tuple(SoftwareFacts(name=name, publisher="Nobody", version=version) for name, version in rows)
    snapshot = Snapshot(
        source="glpi",
        device=DeviceFacts(hostname="pc1"),
        seen_at=NOW,
        sections=frozenset({"softwares"}),
        software=software,
    )
    record_snapshot(actor=stage.alice, company_id=stage.acme.pk, snapshot=snapshot, at=NOW)
    return Title.objects.get(version="1.0")


def test_the_page_names_what_a_rule_would_change(stage: Stage, title: Title):
    page = client_of(stage, "alice").get(f"/discovered/{title.pk}/").content.decode()
    assert "Zorblatt Pro 2.0 (64-bit)" in page
    assert "all 2 titles of this name and publisher" in page
    assert not TitleRule.objects.exists()


def test_a_rule_is_made_and_revoked_from_the_page(stage: Stage, title: Title):
    alice = client_of(stage, "alice")
    product = a_product(stage.acme, "Zorblatt")
    alice.post(f"/discovered/{title.pk}/decide/", {"product": product.pk, "scope": "all"})
    assert {one.product_id for one in Title.objects.all()} == {product.pk}
    assert "Zorblatt Pro 1.0" in alice.get("/discovered/rules/").content.decode()
    alice.post(f"/discovered/rules/{TitleRule.objects.get().pk}/revoke/")
    assert {one.product_id for one in Title.objects.all()} == {None}
    assert "Zorblatt Pro 1.0" not in alice.get("/discovered/rules/").content.decode()


def test_one_title_alone_is_still_decided_alone(stage: Stage, title: Title):
    product = a_product(stage.acme, "Zorblatt")
    client_of(stage, "alice").post(f"/discovered/{title.pk}/decide/", {"product": product.pk, "scope": "one"})
    assert Title.objects.get(version="2.0").product_id is None
    assert not TitleRule.objects.exists()


def test_a_reader_and_a_stranger_make_no_rule(stage: Stage, title: Title):
    for who in ("bob", "mallory"):
        answer = client_of(stage, who).post(
            f"/discovered/{title.pk}/decide/", {"scope": "all", "product": ""}
        )
        assert answer.status_code in {403, 404}
        assert not TitleRule.objects.exists()


def test_office_licence_section_is_kept(stage: Stage, client: Client):
    """D-085: what an activated suite says of itself reaches the device's page; its key is kept nowhere, not even sealed."""
    _, secret = issue_enrolment(actor=stage.alice, company_id=stage.acme.pk, label="Head office", at=NOW)
    body = zlib.compress(json.dumps(OFFICE).encode())
    assert (
        client.post(f"/agents/{secret}", body, content_type="application/x-compress-zlib").status_code == 200
    )
    receipt = Receipt.objects.get()
    apply_receipt(actor=stage.alice, receipt_id=receipt.pk, at=NOW)
    receipt.refresh_from_db()
    page = client_of(stage, "alice").get(f"/devices/{receipt.device_id}/").content.decode()
    for words in ("Example Office Professional Plus 2019", "Word, Excel", "00414-50000-00000-AA123", "Trial"):
        assert words in page
    assert "CANARY" not in page
    assert b"CANARY" not in zlib.decompress(bytes(receipt.content))
