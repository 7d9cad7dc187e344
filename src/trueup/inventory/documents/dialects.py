"""Turns a filtered document into a Snapshot. What differs from agent to agent is its Dialect, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from trueup.inventory.documents.cells import day_in, flag_in, text_in, whole_in
from trueup.inventory.documents.document import Document, Row
from trueup.inventory.documents.kinds import is_virtual_machine, kind_of_device
from trueup.inventory.identity import trusted_macs, trusted_serial, trusted_uuid
from trueup.inventory.processors import ProcessorEntry, count_processors
from trueup.inventory.snapshots import (
    DatabaseFacts,
    DeviceFacts,
    GuestFacts,
    OperatingSystemFacts,
    ProcessorFacts,
    Snapshot,
    SoftwareFacts,
    SuiteFacts,
)

SYSTEM_CATEGORIES = frozenset({"system_component", "update", "security_update", "hotfix"})
MULTIARCH_SUFFIX = re.compile(r":[a-z0-9-]{2,12}$")
WEB_ADDRESS = re.compile(r"(?i)https?://|www\.")
NOT_OF_THE_MACHINE = frozenset({"loopback", "bridge", "alias", "dialup"})


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one agent writes what all agents say.

    ``threads_are_total``: its thread count is of the whole processor, not of one core.
    ``publisher_is_homepage``: its publisher column holds a web address more often than a name.
    """

    source: str
    threads_are_total: bool
    publisher_is_homepage: bool = False


def snapshot_of(document: Document, *, dialect: Dialect, seen_at: datetime) -> Snapshot:
    """What the document says, in the language every source speaks."""
    content = document.content
    return Snapshot(
        source=dialect.source,
        agent_version=document.agent,
        device=_device(document, dialect),
        sections=frozenset(content),
        partial=document.partial,
        software=_software(content["softwares"], dialect) if "softwares" in content else None,
        operating_system=_operating_system(content),
        virtual_machines=_guests(content["virtualmachines"]) if "virtualmachines" in content else None,
        licences=_suites(content["licenseinfos"]) if "licenseinfos" in content else None,
        databases=_databases(content["databases_services"]) if "databases_services" in content else None,
        seen_at=seen_at,
        tag=document.tag,
    )


def _first(content: dict[str, list[Row]], section: str) -> Row:
    rows = content.get(section)
    return rows[0] if rows else {}


def _text(row: Row, *keys: str) -> str | None:
    return next((text for key in keys if (text := text_in(row.get(key)))), None)


def _device(document: Document, dialect: Dialect) -> DeviceFacts:
    content = document.content
    bios, hardware = _first(content, "bios"), _first(content, "hardware")
    maker, model = _text(bios, "smanufacturer", "mmanufacturer"), _text(bios, "smodel", "mmodel")
    chassis, vm_system = _text(hardware, "chassis_type") or _text(bios, "type"), _text(hardware, "vmsystem")
    system = _operating_system(content)
    os_name = (system.full_name or system.name) if system else None
    processors = asdict(_processors(content, dialect))
    return DeviceFacts(
        agent_id=document.agent_id,
        deviceid=document.deviceid,
        hostname=_text(hardware, "name"),
        serial=trusted_serial(_text(bios, "ssn")),
        uuid=trusted_uuid(_text(hardware, "uuid")),
        manufacturer=maker,
        model=model,
        asset_tag=trusted_serial(_text(bios, "assettag")),
        chassis_type=chassis,
        kind=kind_of_device(chassis=chassis, os_name=os_name),
        is_virtual=is_virtual_machine(vm_system=vm_system, manufacturer=maker, model=model),
        vm_system=vm_system,
        **processors,
        processor_name=_text(_first(content, "cpus"), "name", "type"),
        memory_mib=whole_in(hardware.get("memory")),
        macs=trusted_macs(_addresses(content.get("networks", []))),
        os_name=os_name,
        os_version=system.version if system else None,
        workgroup=_text(hardware, "workgroup"),
        user=_text(hardware, "lastloggeduser"),
        tag=document.tag,
    )


def _processors(content: dict[str, list[Row]], dialect: Dialect) -> ProcessorFacts:
    return count_processors(
        [
            ProcessorEntry(
                cores=next(
                    (n for key in ("corecount", "core", "cores") if (n := whole_in(row.get(key)))), None
                ),
                threads=next((n for key in ("thread", "threads") if (n := whole_in(row.get(key)))), None),
                threads_are_total=dialect.threads_are_total,
            )
            for row in content.get("cpus", [])
        ]
    )


def _addresses(rows: Iterable[Row]) -> Iterable[str | None]:
    for row in rows:
        if (
            not flag_in(row.get("virtualdev"))
            and (_text(row, "type") or "").casefold() not in NOT_OF_THE_MACHINE
        ):
            yield _text(row, "mac", "macaddr")


def _operating_system(content: dict[str, list[Row]]) -> OperatingSystemFacts | None:
    """Its own section, or in older documents what the hardware section says of it."""
    hardware, row = _first(content, "hardware"), _first(content, "operatingsystem")
    named = _text(hardware, "osname")
    if not row and not named:
        return None
    return OperatingSystemFacts(
        name=_text(row, "name") or named,
        full_name=_text(row, "full_name") or named,
        version=_system_version(row) or _text(hardware, "osversion"),
        arch=_text(row, "arch"),
        service_pack=_text(row, "service_pack"),
        installed_on=day_in(row.get("install_date")),
        product_id=_text(hardware, "winprodid"),
    )


def _system_version(row: Row) -> str | None:
    """On Windows the kernel's number, for its "version" is a release name that stopped moving in 2020."""
    windows = (_text(row, "kernel_name") or "").casefold().startswith("mswin")
    return _text(row, *(("kernel_version", "version") if windows else ("version", "kernel_version")))


def _software(rows: Iterable[Row], dialect: Dialect) -> tuple[SoftwareFacts, ...]:
    """One entry for each distinct (name, version, architecture); the first of them is kept."""
    distinct: dict[tuple[str, str | None, str | None], SoftwareFacts] = {}
    for row in rows:
        if found := _program(row, dialect):
            distinct.setdefault((found.name, found.version, found.arch), found)
    return tuple(distinct.values())


def _program(row: Row, dialect: Dialect) -> SoftwareFacts | None:
    name, origin = _text(row, "name"), _text(row, "from")
    if not name:
        return None
    return SoftwareFacts(
        name=MULTIARCH_SUFFIX.sub("", name) if origin == "deb" else name,
        publisher=_publisher(row, dialect),
        version=_text(row, "version"),
        arch=_text(row, "arch", "architecture"),
        origin=origin,
        is_system=_is_system(row, origin),
        installed_on=day_in(row.get("install_date") or row.get("installdate")),
        identifier=_text(row, "guid"),
        size_bytes=whole_in(row.get("filesize")),
    )


def _publisher(row: Row, dialect: Dialect) -> str | None:
    publisher = _text(row, "publisher")
    if publisher and dialect.publisher_is_homepage and WEB_ADDRESS.match(publisher):
        return None
    return publisher


def _is_system(row: Row, origin: str | None) -> bool | None:
    category = (_text(row, "system_category") or "").casefold()
    if origin == "WMI" or category in SYSTEM_CATEGORIES:
        return True
    return False if category == "application" else None


def _guests(rows: Iterable[Row]) -> tuple[GuestFacts, ...]:
    return tuple(
        GuestFacts(
            name=name,
            uuid=trusted_uuid(_text(row, "uuid")),
            vcpus=whole_in(row.get("vcpu")),
            memory_mib=whole_in(row.get("memory")),
            status=_text(row, "status"),
            platform=_text(row, "vmtype"),
            subsystem=_text(row, "subsystem"),
        )
        for row in rows
        if (name := _text(row, "name"))
    )


def _suites(rows: Iterable[Row]) -> tuple[SuiteFacts, ...]:
    return tuple(
        SuiteFacts(
            name=name,
            full_name=_text(row, "fullname"),
            components=tuple(part for part in (_text(row, "components") or "").split("/") if part),
            product_id=_text(row, "productid"),
            is_trial=flag_in(row.get("trial")),
            is_oem=flag_in(row.get("oem")),
            update=_text(row, "update"),
            activated_on=day_in(row.get("activation_date")),
        )
        for row in rows
        if (name := _text(row, "name", "fullname"))
    )


def _databases(rows: Iterable[Row]) -> tuple[DatabaseFacts, ...]:
    return tuple(
        DatabaseFacts(
            name=name,
            version=_text(row, "version"),
            manufacturer=_text(row, "manufacturer"),
            type=_text(row, "type"),
            port=whole_in(row.get("port")),
            is_active=flag_in(row.get("is_active")),
        )
        for row in rows
        if (name := _text(row, "name"))
    )
