"""What was found on one device at one moment. Every source, whatever it speaks, ends up in this language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

DeviceKind = Literal["workstation", "laptop", "server"]
"""What the device is used as; whether it is virtual is a fact of its own (``DeviceFacts.is_virtual``)."""


@dataclass(frozen=True, slots=True)
class ProcessorFacts:
    """Sockets and cores as reported. None means "not reported", never "none".

    ``core_count_uncertain`` says that the number of cores was inferred from the number of entries.
    """

    processors: int | None = None
    cores: int | None = None
    cores_per_processor: int | None = None
    threads_per_core: int | None = None
    core_count_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """One machine: what identifies it and what licences are counted by.

    ``serial`` and ``uuid`` are None when the machine reported a placeholder; ``memory_mib`` is in MiB.
    """

    agent_id: str | None = None
    deviceid: str | None = None
    hostname: str | None = None
    serial: str | None = None
    uuid: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    asset_tag: str | None = None
    chassis_type: str | None = None
    kind: DeviceKind | None = None
    is_virtual: bool | None = None
    vm_system: str | None = None
    processors: int | None = None
    cores: int | None = None
    cores_per_processor: int | None = None
    threads_per_core: int | None = None
    core_count_uncertain: bool = False
    processor_name: str | None = None
    memory_mib: int | None = None
    macs: tuple[str, ...] = ()
    os_name: str | None = None
    os_version: str | None = None
    workgroup: str | None = None
    user: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class SoftwareFacts:
    """One installed program, its name exactly as sent; recognition works on copies.

    ``use_is_reported`` with no ``last_used_at`` means never used; without it nothing is known of its use.
    """

    name: str
    publisher: str | None = None
    version: str | None = None
    arch: str | None = None
    origin: str | None = None
    is_system: bool | None = None
    installed_on: date | None = None
    identifier: str | None = None
    size_bytes: int | None = None
    last_used_at: datetime | None = None
    use_is_reported: bool = False


@dataclass(frozen=True, slots=True)
class OperatingSystemFacts:
    """The operating system of the device, which is licensable software too."""

    name: str | None = None
    full_name: str | None = None
    version: str | None = None
    arch: str | None = None
    service_pack: str | None = None
    installed_on: date | None = None
    product_id: str | None = None


@dataclass(frozen=True, slots=True)
class GuestFacts:
    """A virtual machine or container seen by its host: what virtualisation rights are counted by."""

    name: str
    uuid: str | None = None
    vcpus: int | None = None
    memory_mib: int | None = None
    status: str | None = None
    platform: str | None = None
    subsystem: str | None = None


@dataclass(frozen=True, slots=True)
class SuiteFacts:
    """A suite as its own activation reports it: one product for many list entries. The key is never kept."""

    name: str
    full_name: str | None = None
    components: tuple[str, ...] = ()
    product_id: str | None = None
    is_trial: bool | None = None
    is_oem: bool | None = None
    update: str | None = None
    activated_on: date | None = None


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """A database server running on the device."""

    name: str
    version: str | None = None
    manufacturer: str | None = None
    type: str | None = None
    port: int | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One inventory of one device.

    ``sections`` names what the source spoke of. A list is None when its section was not mentioned: that
    says nothing about what is installed, and must never close anything. An empty tuple is an empty list.
    ``software_section`` is the name its software list goes by: what one source does not see is not gone for another.
    ``is_whole`` is false for a list that may be short: it adds, and closes nothing.
    """

    source: str
    device: DeviceFacts
    seen_at: datetime
    agent_version: str | None = None
    sections: frozenset[str] = frozenset()
    partial: bool = False
    software: tuple[SoftwareFacts, ...] | None = None
    operating_system: OperatingSystemFacts | None = None
    virtual_machines: tuple[GuestFacts, ...] | None = None
    licences: tuple[SuiteFacts, ...] | None = None
    databases: tuple[DatabaseFacts, ...] | None = None
    tag: str | None = None
    software_section: str = "softwares"
    is_whole: bool = True
