"""What agents hear, byte for byte, and how their messages are told apart."""

import gzip
import json
import zlib
from pathlib import Path

import pytest

from trueup.agents.wire import Head, Kind, reply_not_now, reply_to, understand

SAMPLES = Path(__file__).parents[3] / "src/trueup/connectors"
FUSION = Head(user_agent="FusionInventory-Agent_v2.6-3")
GLPI = Head(agent_id="d9788b7a-e5f1-11f1-8815-7d56f4a02a83", user_agent="GLPI-Agent_v1.12-dev")
PROLOG = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b"<REQUEST><DEVICEID>pc042-2026-03-01-09-12-44</DEVICEID><QUERY>PROLOG</QUERY><TOKEN>12345678</TOKEN></REQUEST>"
)
CONTACT = json.dumps({
    "action": "contact", "deviceid": "pc042-2026-03-01-09-12-44", "enabled-tasks": ["inventory"],
    "installed-tasks": ["inventory"], "name": "GLPI-Agent", "version": "1.12-dev", "tag": "acme",
}).encode()  # fmt: skip
FULL = (SAMPLES / "glpi/samples/full.json").read_bytes()
XML_INVENTORY = (SAMPLES / "fusioninventory/samples/windows_server.xml").read_bytes()


def sent(raw, head=FUSION, **options):
    return understand(raw, head=head, **options)


def xml_in(reply):
    assert reply.content_type == "application/x-compress-zlib"
    assert reply.body[:2] == b"\x78\x9c", "FusionInventory searches exactly these two bytes"
    return zlib.decompress(reply.body).decode()


@pytest.mark.parametrize(
    "wrap",
    [
        bytes,
        zlib.compress,
        lambda raw: zlib.compress(raw, 1),
        lambda raw: zlib.compress(raw, 9),
        gzip.compress,
    ],
)
def test_messages_are_told_apart_by_their_bytes(wrap):
    assert sent(wrap(PROLOG)).kind is Kind.PROLOG
    assert sent(wrap(CONTACT)).kind is Kind.CONTACT
    assert sent(wrap(FULL)).kind is Kind.INVENTORY
    assert sent(wrap(XML_INVENTORY)).kind is Kind.INVENTORY


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b"\x00\x00 ", b" \r\n"])
def test_marks_and_blanks_before_a_message_are_skipped(lead):
    assert sent(lead + CONTACT).kind is Kind.CONTACT
    assert sent(lead + PROLOG).kind is Kind.PROLOG


def test_prolog_and_inventory_in_xml_hear_the_exact_words():
    assert xml_in(reply_to(sent(PROLOG))) == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        "<REPLY><RESPONSE>SEND</RESPONSE><PROLOG_FREQ>24</PROLOG_FREQ></REPLY>"
    )
    assert xml_in(reply_to(sent(XML_INVENTORY))) == (
        "<?xml version='1.0' encoding='UTF-8'?>\n<REPLY><RESPONSE>no_account_update</RESPONSE></REPLY>"
    )


def test_a_glpi_agents_first_word_is_answered_so_that_it_contacts_first():
    reply = reply_to(sent(PROLOG, GLPI))
    assert (reply.status, reply.content_type, reply.body) == (
        200,
        "application/json",
        b'{"status":"pending"}',
    )


def test_a_contact_hears_which_sections_are_unwanted():
    reply = reply_to(sent(CONTACT, GLPI))
    assert reply.content_type == "application/json"
    assert json.loads(reply.body) == {
        "status": "ok", "message": "", "expiration": 24, "disabled": [],
        "tasks": {"inventory": {
            "server": "glpi", "version": "11.0.0", "no-category": "process,environment,local_user,local_group",
        }},
    }  # fmt: skip


def test_an_inventory_in_json_is_acknowledged_in_plain_json():
    assert reply_to(sent(zlib.compress(FULL), GLPI)).body == b'{"status":"ok","expiration":24}'


def test_who_sent_it_is_known_from_the_head():
    document = sent(FULL, GLPI).document
    assert (document.agent_id, document.agent) == (GLPI.agent_id, "GLPI-Agent_v1.11")


def test_needs_full_sends_the_agent_back_to_xml_whose_inventories_are_full():
    """D-089: contact refused, PROLOG answered SEND; afterwards PROLOG is answered in JSON again."""
    refused = reply_to(sent(CONTACT, GLPI), needs_full=True)
    assert json.loads(refused.body) == {"status": "error", "message": "full inventory required"}
    assert "SEND" in xml_in(reply_to(sent(PROLOG, GLPI), needs_full=True))
    assert reply_to(sent(PROLOG, GLPI)).body == b'{"status":"pending"}'


def test_a_poll_is_answered_like_the_contact_it_repeats():
    poll = sent(b"", GLPI, is_get=True)
    assert poll.kind is Kind.POLL
    assert reply_to(poll) == reply_to(sent(CONTACT, GLPI))


def test_not_now_is_said_in_seconds():
    assert reply_not_now(sent(CONTACT, GLPI)).body == b'{"status":"pending","expiration":"10s"}'
    assert reply_not_now(sent(PROLOG)).status == 503


def test_other_kinds_of_item_are_acknowledged_and_dropped():
    message = sent(b'{"itemtype": "Phone", "content": {"softwares": []}}', GLPI)
    assert (message.kind, message.document) == (Kind.OTHER_ITEM, None)
    assert json.loads(reply_to(message).body)["status"] == "ok"


@pytest.mark.parametrize(
    "body", [b'{"action": "netdiscovery"}', b'{"action": "inventory"}', b'{"content": 1}']
)
def test_json_nobody_serves_is_refused_in_json(body):
    reply = reply_to(sent(body, GLPI))
    assert (reply.status, json.loads(reply.body)["status"]) == (200, "error")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\x00", b"hello", b"<", b"<html></html>", b"{", b"[]", b"\x78\x9c", zlib.compress(PROLOG)[:20],
        b"<REQUEST><QUERY>SNMPQUERY</QUERY></REQUEST>", b"<REQUEST><QUERY></QUERY></REQUEST>", b"\x1f\x8b\x08\x00",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_plain_400(body):
    assert sent(body).kind is Kind.UNREADABLE
    assert reply_to(sent(body)).status == 400


def test_what_is_too_large_is_a_413():
    assert reply_to(sent(b"<" * (16 * 1024 * 1024 + 1))).status == 413
