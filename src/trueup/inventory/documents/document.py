"""An agent's message as it may be kept: only the sections and cells that Trueup reads, and no secret or private one.

What is listed here is kept and everything else is never even built in memory: environment variables, command
lines, registry dumps, accounts, printers, networks' names and product keys cannot leak from what does not exist.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from trueup.inventory.documents.cells import Cell

Row = dict[str, Cell]

KEPT: dict[str, frozenset[str]] = {
    "bios": frozenset({"ssn", "smanufacturer", "smodel", "mmanufacturer", "bmanufacturer", "assettag", "type"}),
    "cpus": frozenset({
        "arch", "core", "corecount", "cores", "cpuarch", "logical_cpus", "name", "thread", "threads", "type",
    }),
    "databases_services": frozenset({"name", "version", "manufacturer", "type", "port", "is_active"}),
    "hardware": frozenset({
        "chassis_type", "memory", "name", "oscomments", "osname", "osversion", "uuid", "vmsystem", "winprodid",
        "workgroup",
    }),
    "licenseinfos": frozenset({
        "activation_date", "components", "fullname", "name", "oem", "productid", "trial", "update",
    }),
    "networks": frozenset({"mac", "macaddr", "type", "virtualdev"}),
    "operatingsystem": frozenset({
        "arch", "fqdn", "full_name", "install_date", "kernel_name", "kernel_version", "name", "service_pack", "version",
    }),
    "softwares": frozenset({
        "arch", "architecture", "filesize", "from", "guid", "install_date", "installdate", "name", "publisher",
        "release_type", "system_category", "version",
    }),
    "virtualmachines": frozenset({"memory", "name", "status", "subsystem", "uuid", "vcpu", "vmtype"}),
}  # fmt: skip
"""Section to the cells that are kept of it."""

USER_CELLS: dict[str, frozenset[str]] = {"hardware": frozenset({"lastloggeduser"})}
"""Kept as well when the company turned it on."""

MOST_ROWS = 250_000
MOST_INFLATED_BYTES = 128 * 1024 * 1024


class UnreadableDocumentError(ValueError):
    """The message is not an inventory this program can read; the text says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """One filtered inventory message, whatever it was written in. ``content`` maps a section to its rows."""

    form: str
    deviceid: str | None = None
    agent: str | None = None
    agent_id: str | None = None
    tag: str | None = None
    item_type: str | None = None
    partial: bool = False
    content: dict[str, list[Row]] = field(default_factory=dict)


def kept_cells(section: str, *, keep_users: bool) -> frozenset[str]:
    """The cells kept of a section; none when the section is not listed at all."""
    cells = KEPT.get(section, frozenset())
    return cells | USER_CELLS.get(section, frozenset()) if keep_users else cells


def filtered_document(document: Document) -> bytes:
    """The document as it may be stored for replay: canonical JSON, deflated."""
    return zlib.compress(_canonical(document))


def stored_document(stored: bytes) -> Document:
    """The document that ``filtered_document`` stored."""
    inflated = zlib.decompressobj().decompress(stored, MOST_INFLATED_BYTES)
    return msgspec.json.decode(inflated, type=Document)


def digest(document: Document) -> str:
    """SHA-256 of the filtered content in hexadecimal: the same inventory twice has the same digest."""
    return hashlib.sha256(_canonical(document)).hexdigest()


def from_agent(document: Document, *, agent: str | None, agent_id: str | None) -> Document:
    """The document with what the message's head says of its sender, where the body does not say it."""
    return replace(document, agent=document.agent or agent, agent_id=agent_id or document.agent_id)


def _canonical(document: Document) -> bytes:
    plain: dict[str, Any] = msgspec.to_builtins(document)
    return msgspec.json.encode(plain, order="sorted")
