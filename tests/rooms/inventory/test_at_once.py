"""The same machine reporting twice at the same moment. The first test shows that the stage has teeth."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import NOW, ROOT, set_stage
from trueup.devices.models import Device
from trueup.inventory.actions import record_snapshot, recording, store_receipt
from trueup.inventory.documents.document import Document
from trueup.inventory.models import Installation, Receipt, Title
from trueup.inventory.snapshots import DeviceFacts, Snapshot, SoftwareFacts

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


def at_once(work):
    def one(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def report(company, number):
    software = tuple(SoftwareFacts(name=f"Program {n}", version="1") for n in range(20))
    snapshot = Snapshot(
        source="glpi",
        device=DeviceFacts(hostname="pc1", serial="S-1"),
        seen_at=NOW + timedelta(seconds=number),
        sections=frozenset({"softwares"}),
        software=software,
    )
    return record_snapshot(actor=ROOT, company_id=company.pk, snapshot=snapshot, at=NOW)


def test_the_race_is_real_without_the_guard(monkeypatch):
    """K-028: if this fails, the test below proves nothing."""
    acme = set_stage().acme
    find = recording.note_sighting

    def slowly(**given):
        noted = find(**given)
        time.sleep(0.2)
        return noted

    monkeypatch.setattr(recording, "queue_up", lambda _company_id: None)
    monkeypatch.setattr(recording, "note_sighting", slowly)
    at_once(lambda number: report(acme, number))
    assert Device.objects.count() > 1


def test_one_machine_reported_by_many_hands_is_one_device_with_one_list():
    acme = set_stage().acme
    at_once(lambda number: report(acme, number))
    assert Device.objects.count() == 1
    assert Title.objects.count() == Installation.objects.filter(gone_at=None).count() == 20


def test_the_same_document_delivered_many_times_at_once_is_one_receipt():
    acme = set_stage().acme
    document = Document(form="json", deviceid="pc1", content={"softwares": [{"name": "Draw"}]})

    def deliver(number):
        return store_receipt(
            actor=ROOT, company_id=acme.pk, document=document, size_bytes=10, at=NOW, apply_later=False
        )

    assert len(set(at_once(deliver))) == 1
    assert Receipt.objects.count() == 1
