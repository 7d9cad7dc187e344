"""Brings the browser's files to where they are served from, under hashed names; does nothing when none changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".collected"


def collect() -> bool:
    """Fill STATIC_ROOT; true if anything had to be done."""
    root = Path(settings.STATIC_ROOT)
    stamp, state = root / STAMP, _state()
    if stamp.exists() and stamp.read_text("ascii") == state:
        return False
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state, "ascii")
    return True


def _state() -> str:
    """A hash over name, size and time of every file there is to collect."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            found.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    return found.hexdigest()
