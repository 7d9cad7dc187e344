"""The shipped library of titles, loaded once a process: rules are compiled on first use."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from recognition import Library, load


def current_library() -> Library:
    """The library of this installation."""
    return _loaded(Path(settings.LIBRARY))


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> Library:
    return load(folder)
