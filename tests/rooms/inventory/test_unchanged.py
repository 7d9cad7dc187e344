"""The same inventory again: as of now without being read again, and read again as soon as anything was in between."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import NOW, ROOT, Stage, set_stage
from trueup.audit.models import Entry
from trueup.connectors.applying import apply_receipt
from trueup.devices.models import Device
from trueup.inventory.actions import confirming, store_receipt
from trueup.inventory.actions.recording import LOCK
from trueup.inventory.documents.reading import read_document
from trueup.inventory.models import DeviceSection, Receipt

LATER = NOW + timedelta(hours=1)


def document(*names: str, agent: str = "GLPI-Agent_v1.11"):
    software = ",".join(f'{{"name": "{name}"}}' for name in names)
    hardware = '{"name": "pc1", "uuid": "4C4C4544-0034-3010-8048-B6C04F503739"}'
    return read_document(
        f'{{"deviceid": "pc1-{agent}", "content": {{"versionclient": "{agent}", "hardware": {hardware}, "softwares": [{software}]}}}}'.encode()
    )


def post(stage: Stage, *names: str, at=NOW, **more: str) -> Receipt:
    pk = store_receipt(
        actor=ROOT, company_id=stage.acme.pk, document=document(*names, **more), size_bytes=9, at=at
    )
    return Receipt.objects.get(pk=pk)


def posted_and_read(stage: Stage, *names: str, at=NOW, **more: str) -> Receipt:
    receipt = post(stage, *names, at=at, **more)
    apply_receipt(actor=ROOT, receipt_id=receipt.pk, at=at)
    ProcrastinateJob.objects.filter(status="todo").delete()
    return receipt


def test_what_says_nothing_new_is_as_of_now_and_costs_no_job_and_no_entry(stage: Stage):
    posted_and_read(stage, "Draw")
    entries = Entry.objects.count()
    again = post(stage, "Draw", at=LATER)
    assert (again.state, again.times_received, again.received_at) == ("applied", 2, LATER)
    assert Device.objects.get().last_seen_at == LATER
    assert set(DeviceSection.objects.values_list("received_at", flat=True)) == {LATER}
    assert not ProcrastinateJob.objects.filter(status="todo").exists()
    assert Entry.objects.count() == entries
    third = post(stage, "Draw", at=LATER + timedelta(hours=1))
    assert (third.state, third.times_received) == ("applied", 3)


def test_what_another_state_or_another_agent_came_between_is_read_again(stage: Stage):
    posted_and_read(stage, "Draw")
    posted_and_read(stage, "Write", at=LATER)
    assert post(stage, "Draw", at=LATER + timedelta(minutes=1)).state == "received"
    posted_and_read(stage, "Draw", at=LATER + timedelta(minutes=2))
    posted_and_read(stage, "Draw", "Paint", at=LATER + timedelta(minutes=3), agent="GLPI-Agent_v1.12")
    assert post(stage, "Draw", at=LATER + timedelta(minutes=4)).state == "received"


def test_what_is_in_trouble_or_waits_is_read_again(stage: Stage):
    receipt = post(stage, "Draw")
    assert post(stage, "Draw", at=LATER).state == "received"
    Receipt.objects.filter(pk=receipt.pk).update(state="failed")
    assert post(stage, "Draw", at=LATER).state == "received"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_while_a_snapshot_of_the_company_is_recorded_it_is_left_to_the_worker(is_guarded: bool, monkeypatch):
    """What is recorded just then may be older and of the same device. Without the guard the repeat would be lost."""
    stage = set_stage()
    posted_and_read(stage, "Draw")
    if not is_guarded:
        monkeypatch.setattr(confirming, "is_nobody_recording", lambda _company_id: True)
    given = connection.get_connection_params()
    words = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}
    with psycopg.connect(**words) as recorder:
        recorder.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, stage.acme.pk % 2**31])
        with transaction.atomic():
            again = post(stage, "Draw", at=LATER)
    assert again.state == ("received" if is_guarded else "applied")
