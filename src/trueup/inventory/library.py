"""The library in use, loaded once a process: the one shipped with this release, or a signed pack imported since."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
from django.conf import settings

from recognition import Library, load

NOTE = "in-use.json"


class PackInUse(msgspec.Struct, frozen=True):
    """Which pack was imported last: its folder, its serial, and the hash of the shipped library it stands in for.

    An empty folder is none in use; the serial is kept, so that an older pack stays refused.
    """

    folder: str
    serial: int
    shipped: str


def current_library() -> Library:
    """The library of this installation. A release with another library of its own puts a pack out of use."""
    shipped, packs = Path(settings.LIBRARY), packs_folder(Path(settings.HOME))
    used = pack_in_use(packs, shipped=shipped)
    return _loaded(packs / used.folder if used else shipped)


def packs_folder(home: Path) -> Path:
    """Where packs are kept."""
    return home / "library-packs"


def pack_in_use(packs: Path, *, shipped: Path) -> PackInUse | None:
    """The pack that stands in for the shipped library, if one does."""
    noted = pack_noted(packs)
    if noted is None or not noted.folder or noted.shipped != _loaded(shipped).version_hash:
        return None
    return noted


def pack_noted(packs: Path) -> PackInUse | None:
    """The pack imported last, whether it is still in use or not."""
    try:
        return msgspec.json.decode((packs / NOTE).read_bytes(), type=PackInUse)
    except FileNotFoundError:
        return None


def note_pack(packs: Path, pack: PackInUse) -> None:
    """Write down which pack was imported last; other processes see it with their next title."""
    draft = packs / f"{NOTE}.new"
    draft.write_bytes(msgspec.json.encode(pack))
    draft.replace(packs / NOTE)


@lru_cache(maxsize=3)
def _loaded(folder: Path) -> Library:
    return load(folder)
