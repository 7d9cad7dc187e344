"""U-041: GLPI Agent, FusionInventory and OCS on one machine are one device with one list."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.cast import NOW, ROOT, Stage
from trueup.connectors.applying import import_document
from trueup.devices.models import Device
from trueup.inventory.queries import installations_visible_to

PACKAGES = {"zlib1g": "1:1.2.13", "adduser": "3.134", "example-cad": "26.1"}
IDENTITY = "<HARDWARE><NAME>box1</NAME></HARDWARE><BIOS><SSN>B-42</SSN></BIOS>"


def in_xml(packages: str, version: str) -> bytes:
    return f"<REQUEST><CONTENT>{version}{IDENTITY}{packages}</CONTENT><QUERY>INVENTORY</QUERY></REQUEST>".encode()


def by_fusion() -> bytes:
    rows = "".join(
        f"<SOFTWARES><NAME>{name}</NAME><VERSION>{version}</VERSION><PUBLISHER>Debian</PUBLISHER><FROM>deb</FROM></SOFTWARES>"
        for name, version in PACKAGES.items()
    )
    return in_xml(rows, "<VERSIONCLIENT>FusionInventory-Agent_v2.6</VERSIONCLIENT>")


def by_ocs() -> bytes:
    rows = "".join(
        f"<SOFTWARES><NAME>{name}:amd64</NAME><VERSION>{version}</VERSION><ARCHITECTURE>amd64</ARCHITECTURE>"
        f"<PUBLISHER>https://{name}.example/</PUBLISHER><FROM>deb</FROM></SOFTWARES>"
        for name, version in PACKAGES.items()
    )
    return in_xml(rows, "")


def by_glpi() -> bytes:
    rows = [{"name": name, "version": version, "from": "deb"} for name, version in PACKAGES.items()]
    content = {
        "versionclient": "GLPI-Agent_v1.11",
        "hardware": {"name": "box1"},
        "bios": {"ssn": "B-42"},
        "softwares": rows,
    }
    return json.dumps({"itemtype": "Computer", "content": content}).encode()


def test_three_agents_one_device_one_list(stage: Stage):
    outcomes = [
        import_document(actor=ROOT, company_id=stage.acme.pk, raw=raw, at=NOW + timedelta(minutes=minute))
        for minute, raw in enumerate((by_fusion(), by_ocs(), by_glpi()))
    ]
    assert [(outcome.opened, outcome.closed) for outcome in outcomes] == [(3, 0), (0, 0), (0, 0)]
    assert Device.objects.count() == 1
    assert {row.title.name for row in installations_visible_to(actor=stage.alice)} == set(PACKAGES)
