"""The address agents post to: who is let in, what is stored, and that the answer never waits for the meaning."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import NOW, ROOT, Stage
from trueup.agents import views
from trueup.connectors.applying import apply_receipt
from trueup.devices.models import Device
from trueup.inventory.actions import issue_enrolment, retry_receipt, revoke_enrolment
from trueup.inventory.models import EnrolmentToken, Receipt
from trueup.inventory.queries import installations_visible_to, receipts_visible_to
from trueup.project.logs import mask
from trueup.tenancy.pace import Pace

SAMPLES = Path(__file__).parents[3] / "src/trueup/connectors"
FULL = (SAMPLES / "glpi/samples/full.json").read_bytes()
PARTIAL = (SAMPLES / "glpi/samples/partial_without_software.json").read_bytes()
FUSION = (SAMPLES / "fusioninventory/samples/windows_server.xml").read_bytes()
PROLOG = b"<REQUEST><DEVICEID>pc042</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>"
CONTACT = b'{"action":"contact","deviceid":"pc042","name":"GLPI-Agent","version":"1.11"}'
ZLIB = "application/x-compress-zlib"


@pytest.fixture
def address(stage: Stage) -> str:
    _, secret = issue_enrolment(actor=stage.alice, company_id=stage.acme.pk, label="Head office", at=NOW)
    return f"/agents/{secret}"


def post(client, address, body, **head):
    return client.post(address, zlib.compress(body), content_type=ZLIB, headers=head)


def work_off():
    """What the worker would do now, oldest first."""
    for receipt_id in (
        Receipt.objects.filter(state="received").order_by("received_at").values_list("pk", flat=True)
    ):
        apply_receipt(actor=ROOT, receipt_id=receipt_id, at=NOW)


def test_an_inventory_is_stored_and_asked_to_be_applied_before_the_answer(client, stage: Stage, address):
    """U-041."""
    answer = post(client, address, FULL, **{"GLPI-Agent-ID": "agent-1"})
    assert (answer.status_code, json.loads(answer.content)["status"]) == (200, "ok")
    receipt = receipts_visible_to(actor=stage.alice).get()
    assert (receipt.company, receipt.state, receipt.deviceid) == (
        stage.acme,
        "received",
        "pc042-2026-03-01-09-12-44",
    )
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("inventory.apply_receipt", {"receipt_id": receipt.pk})
    work_off()
    device = Device.objects.get()
    assert (device.hostname, device.agent_id, device.company) == ("PC042", "agent-1", stage.acme)
    assert installations_visible_to(actor=stage.alice).count() == 3
    assert receipts_visible_to(actor=stage.alice).get().state == "applied"


def test_inventory_drops_environment_and_processes(client, stage: Stage, address):
    """D-090: the canary is found in no table, and no log line carries the token."""
    for body in (FULL, FUSION):
        post(client, address, body)
    work_off()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE '%canary%'")
            assert cursor.fetchone() == (0,), table
    for receipt in Receipt.objects.all():
        assert b"canary" not in zlib.decompress(bytes(receipt.content)).lower()
    assert address.rsplit("/", 1)[-1] not in mask(f"POST {address}")


@pytest.mark.parametrize("habit", ["", "/", "/front/inventory.php", "/ocsinventory"])
@pytest.mark.parametrize("prefix", ["agents", "inventory"])
def test_the_address_has_the_endings_agents_are_used_to(client, address, prefix, habit):
    where = address.replace("/agents/", f"/{prefix}/") + habit
    assert zlib.decompress(post(client, where, PROLOG).content).endswith(b"</REPLY>")


def test_strangers_and_revoked_tokens_hear_404_and_store_nothing(client, stage: Stage, address):
    unknown = post(client, f"/agents/{'x' * 43}", FULL)
    revoke_enrolment(actor=stage.alice, token_id=EnrolmentToken.objects.get().pk, at=NOW)
    revoked = post(client, address, FULL)
    assert (
        (unknown.status_code, unknown.content)
        == (revoked.status_code, revoked.content)
        == (404, b"not found\n")
    )
    assert not Receipt.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_the_same_document_twice_is_one_receipt_and_read_once(client, stage: Stage, address):
    post(client, address, FULL)
    work_off()
    jobs = ProcrastinateJob.objects.count()
    post(client, address, FULL)
    receipt = Receipt.objects.get()
    assert (receipt.times_received, receipt.state) == (2, "applied")
    assert ProcrastinateJob.objects.count() == jobs
    work_off()
    assert Device.objects.count() == 1
    assert installations_visible_to(actor=stage.alice).count() == 3


def test_a_state_that_comes_back_is_applied_again(client, stage: Stage, address):
    """Draw is removed and installed again: the third document equals the first, and must not be taken for old."""

    def listing(*names):
        software = [{"name": name} for name in names]
        return json.dumps({"content": {"hardware": {"name": "pc1"}, "softwares": software}}).encode()

    for names in (("Draw", "Write"), ("Write",), ("Draw", "Write")):
        post(client, address, listing(*names))
        work_off()
    assert {row.title.name for row in installations_visible_to(actor=stage.alice)} == {"Draw", "Write"}


def test_a_partial_first_inventory_is_followed_by_a_full_one(client, stage: Stage, address):
    """D-089: contact is refused, PROLOG answered SEND, and after the XML inventory all is as usual."""
    agent = {"GLPI-Agent-ID": "agent-1"}
    post(client, address, PARTIAL, **agent)
    work_off()
    assert Device.objects.get().needs_full
    assert json.loads(post(client, address, CONTACT, **agent).content)["status"] == "error"
    assert b"SEND" in zlib.decompress(post(client, address, PROLOG, **agent).content)
    in_xml = (
        b"<REQUEST><CONTENT><VERSIONCLIENT>GLPI-Agent_v1.11</VERSIONCLIENT><BIOS><SSN>5CG0000042</SSN></BIOS>"
        b"<SOFTWARES><NAME>Draw</NAME></SOFTWARES></CONTENT><QUERY>INVENTORY</QUERY></REQUEST>"
    )
    post(client, address, in_xml, **agent)
    work_off()
    assert not Device.objects.get().needs_full
    assert json.loads(post(client, address, CONTACT, **agent).content)["status"] == "ok"
    assert post(client, address, PROLOG, **agent).content == b'{"status":"pending"}'


def test_a_poll_hears_the_contacts_answer(client, address):
    answer = client.get(address, headers={"GLPI-Agent-ID": "agent-1"})
    assert json.loads(answer.content)["tasks"]["inventory"]["server"] == "glpi"


def test_too_fast_is_not_now_and_stores_nothing(client, address, monkeypatch):
    monkeypatch.setattr(views, "PACE", Pace(a_minute=1, clock=lambda: 0.0))
    assert post(client, address, PROLOG).status_code == 200
    assert post(client, address, FULL).status_code == 503
    assert not Receipt.objects.exists()


def test_a_body_beyond_the_limit_is_refused_unread(client, address):
    answer = client.post(address, b"x", content_type=ZLIB, headers={"Content-Length": str(17 * 1024 * 1024)})
    assert answer.status_code == 413


def test_other_methods_are_refused(client, address):
    assert client.put(address).status_code == 405


def test_trouble_stays_on_the_receipt_and_can_be_tried_again(client, stage: Stage, address):
    post(client, address, FULL)
    work_off()
    clash = FULL.replace(b"7C2E6F10", b"00000001").replace(b"2026.1", b"2026.2")
    assert post(client, address, clash).status_code == 200
    work_off()
    failed = receipts_visible_to(actor=stage.alice).get(state="failed")
    assert "do not agree" in failed.trouble
    Device.objects.update(system_uuid="")
    retry_receipt(actor=stage.alice, receipt_id=failed.pk, at=NOW)
    work_off()
    assert not receipts_visible_to(actor=stage.alice).filter(state="failed").exists()


def test_mallory_sees_no_receipt_of_acme(client, stage: Stage, address):
    post(client, address, FULL)
    assert not receipts_visible_to(actor=stage.mallory).exists()


def test_the_door_stays_in_its_budget(client, address, django_assert_max_num_queries):
    post(client, address, PROLOG)
    with django_assert_max_num_queries(1):
        post(client, address, PROLOG)
    with django_assert_max_num_queries(10):
        post(client, address, FULL)
