"""Judges from chassis, maker and operating system what a device is used as and whether it is virtual."""

from __future__ import annotations

import re

from trueup.inventory.snapshots import DeviceKind

PORTABLE = re.compile(r"(?i)notebook|laptop|portable|convertible|detachable|hand held|tablet|docking")
STATIONARY = re.compile(r"(?i)desktop|tower|all.in.one|space.saving|lunch box|mini pc|stick pc|pizza box")
RACKED = re.compile(r"(?i)server|rack|blade|multi.system|expansion chassis|\braid\b")
SERVER_SYSTEM = re.compile(r"(?i)server|red hat|centos|rocky|alma|oracle linux|suse|esxi?\b|hyper-v|proxmox")
CLIENT_SYSTEM = re.compile(
    r"(?i)windows (xp|vista|7|8|8\.1|10|11)\b|mac ?os|linux mint|ubuntu desktop|workstation"
)
VIRTUAL_HARDWARE = re.compile(
    r"(?i)virtualbox|innotek|vmware|qemu|bochs|\bkvm\b|\bxen\b|parallels|virtual machine|virtual platform|hvm domu|"
    r"amazon ec2|google compute engine|openstack|ovirt|nutanix ahv|bhyve"
)


def kind_of_device(*, chassis: str | None, os_name: str | None) -> DeviceKind | None:
    """What the device is used as. The chassis decides, then the operating system; None when neither tells.

    >>> kind_of_device(chassis="Notebook", os_name="Debian GNU/Linux 12")
    'laptop'
    >>> kind_of_device(chassis="Other", os_name="Microsoft Windows Server 2019 Standard")
    'server'
    >>> kind_of_device(chassis=None, os_name=None) is None
    True
    """
    for pattern, text, kind in _SIGNS:
        if pattern.search((chassis if text == "chassis" else os_name) or ""):
            return kind
    return None


_SIGNS: tuple[tuple[re.Pattern[str], str, DeviceKind], ...] = (
    (PORTABLE, "chassis", "laptop"),
    (RACKED, "chassis", "server"),
    (CLIENT_SYSTEM, "system", "workstation"),
    (STATIONARY, "chassis", "workstation"),
    (SERVER_SYSTEM, "system", "server"),
)


def is_virtual_machine(*, vm_system: str | None, manufacturer: str | None, model: str | None) -> bool | None:
    """Whether the device is virtual: what the agent found out, else what the hardware calls itself.

    >>> is_virtual_machine(vm_system="Physical", manufacturer=None, model=None)
    False
    >>> is_virtual_machine(vm_system=None, manufacturer="Microsoft Corporation", model="Virtual Machine")
    True
    """
    if VIRTUAL_HARDWARE.search(f"{manufacturer or ''} {model or ''}"):
        return True
    if vm_system:
        return vm_system.casefold() != "physical"
    return False if manufacturer and model else None
