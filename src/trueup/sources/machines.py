"""From what a system says of one machine to a sighting of it: the same for every system that manages devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.inventory.identity import trusted_macs, trusted_serial, trusted_uuid
from trueup.inventory.snapshots import DeviceFacts, Snapshot, SoftwareFacts
from trueup.sources.cells import words
from trueup.sources.findings import Page, Rejected, Sighted

MACOS_SUFFIX = ".app"


def sighting_from(
    *,
    source: str,
    seen_at: datetime,
    software: Iterable[SoftwareFacts],
    hostname: Any,
    serial: Any = None,
    uuid: Any = None,
    observed_at: datetime | None = None,
    outside: str = "",
    macs: Iterable[str | None] = (),
    os_name: Any = None,
    manufacturer: Any = None,
    model: Any = None,
) -> Sighted:
    """A machine with its list of software, which goes by the name of its source. A look from the future is from now."""
    device = DeviceFacts(
        hostname=words(hostname, most=200) or None,
        serial=trusted_serial(words(serial, most=200)),
        uuid=trusted_uuid(words(uuid, most=64)),
        macs=trusted_macs(macs),
        os_name=words(os_name, most=200) or None,
        manufacturer=words(manufacturer, most=200) or None,
        model=words(model, most=200) or None,
    )
    section = f"softwares/{source}"
    snapshot = Snapshot(
        source=source,
        device=device,
        seen_at=min(observed_at or seen_at, seen_at),
        sections=frozenset({section}),
        software=tuple(software),
        software_section=section,
    )
    return Sighted(snapshot, outside)


def mac_name(name: str) -> str:
    """The name of a program of macOS as other systems tell it: without the ending of its folder.

    >>> mac_name("Example Draw.app"), mac_name("Draw")
    ('Example Draw', 'Draw')
    """
    return name.removesuffix(MACOS_SUFFIX)


def sound_rows(
    pages: Sequence[Page], kind: str, needed: Mapping[str, type | tuple[type, ...]], rejected: list[Rejected]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Rows of a kind that have what is needed, each with what its page is about; the others are noted as rejected."""
    for page in pages:
        for row in page.rows if page.kind == kind else ():
            lacks = [name for name, kinds in needed.items() if not _has(row, name, kinds)]
            if lacks:
                rejected.append(Rejected(str(row)[:200], f"{kind}: no {', '.join(lacks)}"))
            else:
                yield row, page.about


def _has(row: Any, name: str, kinds: type | tuple[type, ...]) -> bool:
    value = row.get(name) if isinstance(row, dict) else None
    return isinstance(value, kinds) and value != ""
