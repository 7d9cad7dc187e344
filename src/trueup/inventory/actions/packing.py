"""Importing a signed pack of the library, and going back to the library that was shipped."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from recognition import LibraryError, load
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.inventory.actions.recognising import bring_library
from trueup.inventory.library import PackInUse, current_library, note_pack, pack_in_use, pack_noted
from trueup.inventory.library_packs import Pack, PackRefused, open_pack

HASH_SHOWN = 12


def import_library_pack(
    *, actor: Actor, raw: bytes, keys: Sequence[str], packs: Path, shipped: Path, at: datetime
) -> Mapping[str, int]:
    """Use a signed pack in place of the shipped library; what came into the catalogue. Titles are judged again later.

    ``packs`` is the folder packs are kept in, ``shipped`` the library of this release. A pack that is not newer than
    the one in use is refused, so that an old one sent again brings nothing back. Raises PackRefused.
    """
    actor.require_everywhere(Permission.CATALOGUE_CHANGE)
    pack = open_pack(raw, keys=keys)
    noted = pack_noted(packs)
    if noted and pack.serial <= noted.serial:
        raise PackRefused(
            _("Pack %(serial)s is not newer than pack %(known)s, which was imported before.")
            % {"serial": pack.serial, "known": noted.serial}
        )
    folder = _kept(pack, packs)
    note_pack(packs, PackInUse(folder.name, pack.serial, load(shipped).version_hash))
    counts = bring_library(actor=actor, at=at) or {}
    _write(actor, "inventory.library_pack_imported", pack.serial, at)
    return counts


def drop_library_pack(*, actor: Actor, packs: Path, shipped: Path, at: datetime) -> bool:
    """Go back to the shipped library; whether a pack was in use. An older pack is still refused afterwards."""
    actor.require_everywhere(Permission.CATALOGUE_CHANGE)
    used = pack_in_use(packs, shipped=shipped)
    if used is None:
        return False
    note_pack(packs, PackInUse("", used.serial, ""))
    bring_library(actor=actor, at=at)
    _write(actor, "inventory.library_pack_dropped", used.serial, at)
    return True


def _write(actor: Actor, event: str, serial: int, at: datetime) -> None:
    details = {"serial": serial, "library": current_library().version_hash}
    record(
        actor=actor,
        company_id=None,
        at=at,
        happening=Happening(event, "library", serial, f"pack {serial}", details),
    )


def _kept(pack: Pack, packs: Path) -> Path:
    """The folder of the unpacked library, read once as a whole before it gets its name."""
    packs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=packs) as beside:
        draft = Path(beside) / "library"
        for name, content in pack.files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            library = load(draft)
        except LibraryError as wrong:
            raise PackRefused(_("The library in the pack is faulty: %(why)s") % {"why": wrong}) from wrong
        if not library.products:
            raise PackRefused(_("The pack holds no products."))
        kept = packs / f"{pack.serial}-{library.version_hash[:HASH_SHOWN]}"
        if not kept.exists():
            shutil.move(draft, kept)
    return kept
