"""Finding and noting the device an inventory speaks of: matched by what identifies it, never merged on a doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy

from trueup.base.problems import Conflict
from trueup.devices.models import Device, Environment, Kind
from trueup.tenancy.queries import region_in

MOST_CANDIDATES = 50


class IdentityConflict(Conflict):
    """What identifies the machine points at several devices, or contradicts the one it points at."""

    title = gettext_lazy("Which device is this?")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an inventory says of one device. ``None`` and empty are "not reported" and leave what is known alone.

    ``other_uuid`` is ``system_uuid`` in the other byte order: agents do not agree on it. ``is_server`` says where a
    device that is new to the company most likely stands.
    """

    hostname: str = ""
    agent_id: str = ""
    serial: str = ""
    system_uuid: str = ""
    other_uuid: str = ""
    mac_addresses: tuple[str, ...] = ()
    kind: str = ""
    is_server: bool = False
    is_virtual: bool | None = None
    manufacturer: str = ""
    model: str = ""
    processors: int | None = None
    cores: int | None = None
    cores_per_processor: int | None = None
    threads_per_core: int | None = None
    processor_name: str = ""
    operating_system: str = ""


NOT_COLUMNS = frozenset({"other_uuid", "is_server", "kind"})


@dataclass(frozen=True, slots=True)
class Noted:
    """The device after a sighting; ``changes`` are its old and new values."""

    device: Device
    is_new: bool
    changes: Mapping[str, list[Any]]


def note_sighting(*, company_id: int, sighting: Sighting, at: datetime) -> Noted:
    """The device of a sighting with its facts written down; made where the company has none like it.

    Belongs into the transaction, and under the lock, of the action that has more to say about the device.
    Raises IdentityConflict.
    """
    sighting = _fitted(sighting)
    device = _device_of(company_id, sighting)
    if device is None:
        return Noted(device=_made(company_id, sighting, at), is_new=True, changes={})
    reported = _columns(sighting)
    if device.kind == Kind.OTHER and sighting.kind:
        reported["kind"] = sighting.kind
    changes = {
        name: [getattr(device, name), new] for name, new in reported.items() if getattr(device, name) != new
    }
    for name, (_, new) in changes.items():
        setattr(device, name, new)
    device.last_seen_at = at
    moved = {"revision": F("revision") + 1} if changes else {}
    new_values = {name: new for name, (_, new) in changes.items()}
    Device.objects.filter(pk=device.pk).update(**new_values, **moved, last_seen_at=at)
    return Noted(device=device, is_new=False, changes=changes)


def note_seen_again(*, device_id: int, at: datetime) -> None:
    """A device said once more what it said last."""
    Device.objects.filter(pk=device_id).update(last_seen_at=at)


def set_needs_full(*, device: Device, needs_full: bool) -> None:
    """Whether the agent of the device owes a complete inventory."""
    if device.needs_full != needs_full:
        Device.objects.filter(pk=device.pk).update(needs_full=needs_full)
        device.needs_full = needs_full


def place_guests(*, company_id: int, host_id: int, uuids: Iterable[str]) -> int:
    """Note which devices of the company run on a host; how many were moved there."""
    guests = Device.objects.filter(company_id=company_id, system_uuid__in=list(uuids)).exclude(pk=host_id)
    moved: int = guests.exclude(host_id=host_id).update(
        host_id=host_id, is_virtual=True, revision=F("revision") + 1
    )
    return moved


def _fitted(sighting: Sighting) -> Sighting:
    """With every text cut to its column's width."""
    columns = Device._meta.fields  # noqa: SLF001  # how Django names its own public interface
    widths = {column.name: column.max_length for column in columns if column.max_length}
    texts = {f.name: getattr(sighting, f.name) for f in fields(sighting) if f.name in widths}
    return replace(sighting, **{name: text[: widths[name]] for name, text in texts.items()})


def _columns(sighting: Sighting) -> dict[str, Any]:
    """What was reported, by column."""
    reported = {f.name: getattr(sighting, f.name) for f in fields(sighting) if f.name not in NOT_COLUMNS}
    reported["mac_addresses"] = list(sighting.mac_addresses)
    return {name: value for name, value in reported.items() if value is not None and value not in ("", [])}


def _made(company_id: int, sighting: Sighting, at: datetime) -> Device:
    columns = {"hostname": "unnamed", "is_virtual": False, **_columns(sighting)}
    device: Device = Device.objects.create(
        company_id=company_id,
        region=region_in(company_id=company_id, region_id=None),
        kind=sighting.kind or Kind.OTHER,
        environment=Environment.DATA_CENTRE if sighting.is_server else Environment.BACK_OFFICE,
        created_at=at,
        last_seen_at=at,
        **columns,
    )
    return device


def _device_of(company_id: int, sighting: Sighting) -> Device | None:
    """The one device a sighting means, or none; by serial and UUID first, then agent, addresses and name."""
    candidates = _candidates(company_id, sighting)
    strong = [
        device for device in candidates if _same_serial(device, sighting) or _same_uuid(device, sighting)
    ]
    if strong:
        return _agreeing(strong, sighting)
    possible = [device for device in candidates if not _contradicts(device, sighting)]
    signs = (
        [device for device in possible if sighting.agent_id and device.agent_id == sighting.agent_id],
        [device for device in possible if set(device.mac_addresses) & set(sighting.mac_addresses)],
        [device for device in possible if device.hostname.casefold() == sighting.hostname.casefold()],
    )
    chosen = next((found for found in signs if found), [])
    if len(chosen) > 1:
        raise IdentityConflict(
            gettext(
                "%(chosen)s all fit %(hostname)s, which reports neither a serial number nor a system "
                "UUID. Give them their serial numbers, or decommission all but one, then try again."
            )
            % {"chosen": _several(chosen), "hostname": sighting.hostname or "this inventory"}
        )
    return chosen[0] if chosen else None


def _agreeing(strong: Sequence[Device], sighting: Sighting) -> Device:
    """The device that serial and UUID agree on."""
    agreed = [device for device in strong if not _contradicts(device, sighting)]
    if len(strong) == 1 and agreed:
        return agreed[0]
    both = [device for device in agreed if _same_serial(device, sighting) and _same_uuid(device, sighting)]
    if len(both) == 1 and len(agreed) == len(strong):
        return both[0]
    raise IdentityConflict(
        gettext(
            "The serial number “%(serial)s” and the system UUID “%(system_uuid)s” of %(hostname)s do "
            "not agree on one device: %(strong)s. Correct the device that is wrong, then try again."
        )
        % {
            "serial": sighting.serial,
            "system_uuid": sighting.system_uuid,
            "hostname": sighting.hostname,
            "strong": _several(strong),
        }
    )


def _candidates(company_id: int, sighting: Sighting) -> list[Device]:
    known = Device.objects.filter(company_id=company_id)
    signs = Q(pk=None)
    if sighting.agent_id:
        signs |= Q(agent_id=sighting.agent_id)
    if sighting.serial:
        signs |= Q(serial=sighting.serial)
    if sighting.system_uuid:
        signs |= Q(system_uuid__in={sighting.system_uuid, sighting.other_uuid})
    if sighting.hostname:
        name = sighting.hostname
        signs |= Q(hostname__in={name, name.lower(), name.upper()})
    found = list(known.filter(signs)[:MOST_CANDIDATES])
    if not found and sighting.mac_addresses:
        found = list(known.filter(mac_addresses__overlap=list(sighting.mac_addresses))[:MOST_CANDIDATES])
    return found


def _same_serial(device: Device, sighting: Sighting) -> bool:
    if not sighting.serial or device.serial != sighting.serial:
        return False
    makers = (device.manufacturer, sighting.manufacturer)
    return not all(makers) or len({maker.casefold().split()[0] for maker in makers}) == 1


def _same_uuid(device: Device, sighting: Sighting) -> bool:
    return bool(sighting.system_uuid) and device.system_uuid in {sighting.system_uuid, sighting.other_uuid}


def _contradicts(device: Device, sighting: Sighting) -> bool:
    other_serial = bool(device.serial and sighting.serial and device.serial != sighting.serial)
    other_uuid = bool(device.system_uuid and sighting.system_uuid and not _same_uuid(device, sighting))
    return other_serial or other_uuid


def _several(devices: Sequence[Device]) -> str:
    return " and ".join(
        f"{device.hostname} (device {device.pk}, serial “{device.serial}”)" for device in devices[:5]
    )
