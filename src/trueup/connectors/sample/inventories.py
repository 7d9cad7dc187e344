"""The documents the agents of the invented machines would send."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from trueup.connectors.sample.fleet import Machine

FUSION_EVERY = 5


def document_of(machine: Machine, *, number: int, at: datetime) -> bytes:
    """An inventory as GLPI Agent (JSON) or, for every fifth machine, FusionInventory (XML) writes it."""
    if number % FUSION_EVERY == FUSION_EVERY - 1 and not machine.guests:
        return _fusion(machine, at)
    return json.dumps(_glpi(machine, at)).encode()


def _glpi(machine: Machine, at: datetime) -> dict[str, Any]:
    content: dict[str, Any] = {
        "versionclient": "GLPI-Agent_v1.11",
        "hardware": {
            "name": machine.hostname,
            "uuid": machine.uuid,
            "chassis_type": machine.chassis,
            "vmsystem": "VMware" if machine.is_virtual else "Physical",
            "memory": 16384,
        },
        "bios": {"ssn": machine.serial, "smanufacturer": machine.manufacturer, "smodel": machine.model},
        "operatingsystem": {"full_name": machine.system, "name": machine.system.split()[0], "arch": "x86_64"},
        "cpus": [_cpu(machine) for _ in range(machine.processors)],
        "softwares": [
            {
                "name": p.name,
                "publisher": p.publisher,
                "version": p.version,
                "arch": "x86_64",
                "from": machine.origin,
            }
            for p in machine.programs
        ],
        "accesslog": {"logdate": at.strftime("%Y-%m-%d %H:%M:%S")},
    }
    if machine.guests:
        content["virtualmachines"] = [
            {
                "name": name,
                "uuid": uuid,
                "status": "running",
                "vmtype": "VMware",
                **({"vcpu": cores} if cores else {}),
            }
            for name, uuid, cores in machine.guests
        ]
    return {
        "action": "inventory",
        "deviceid": _deviceid(machine, at),
        "itemtype": "Computer",
        "content": content,
    }


def _deviceid(machine: Machine, at: datetime) -> str:
    return f"{machine.hostname}-{at.year - 1}-03-01-09-12-44"


def _cpu(machine: Machine) -> dict[str, Any]:
    name = (
        "Intel(R) Xeon(R) Gold 6430"
        if machine.kind in {"server", "virtual"}
        else "Intel(R) Core(TM) Ultra 7 165U"
    )
    cores = {"core": machine.cores, "thread": 1 if machine.is_virtual else 2} if machine.cores else {}
    return {"name": name, "manufacturer": "Intel", "arch": "x86_64", "speed": 2100, **cores}


def _fusion(machine: Machine, at: datetime) -> bytes:
    rows = "".join(
        f"<SOFTWARES><NAME>{escape(p.name)}</NAME><VERSION>{escape(p.version)}</VERSION>"
        f"<PUBLISHER>{escape(p.publisher)}</PUBLISHER><FROM>{machine.origin}</FROM><ARCH>x86_64</ARCH></SOFTWARES>"
        for p in machine.programs
    )
    cores = f"<CORE>{machine.cores}</CORE><THREAD>{machine.cores * 2}</THREAD>" if machine.cores else ""
    cpus = f"<CPUS><NAME>{_cpu(machine)['name']}</NAME>{cores}</CPUS>" * machine.processors
    return (
        f'<?xml version="1.0" encoding="UTF-8" ?><REQUEST><CONTENT>'
        f"<BIOS><SSN>{machine.serial}</SSN><SMANUFACTURER>{machine.manufacturer}</SMANUFACTURER>"
        f"<SMODEL>{machine.model}</SMODEL></BIOS>{cpus}"
        f"<HARDWARE><NAME>{machine.hostname}</NAME><UUID>{machine.uuid}</UUID>"
        f"<CHASSIS_TYPE>{machine.chassis}</CHASSIS_TYPE>"
        f"<VMSYSTEM>{'VMware' if machine.is_virtual else 'Physical'}</VMSYSTEM></HARDWARE>"
        f"<OPERATINGSYSTEM><FULL_NAME>{escape(machine.system)}</FULL_NAME></OPERATINGSYSTEM>{rows}"
        f"<VERSIONCLIENT>FusionInventory-Agent_v2.6</VERSIONCLIENT></CONTENT>"
        f"<DEVICEID>{_deviceid(machine, at)}</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>"
    ).encode()
