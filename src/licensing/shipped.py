"""Where the folders lie that come with the packages and are no code: the library and the documentation."""

import sysconfig
from pathlib import Path

SHARE = Path("share") / "trueup"
"""Under the environment's data folder, as pyproject.toml says."""


def shipped(name: str, *, source: Path | None = None, data: Path | None = None) -> Path:
    """``library`` or ``docs``: beside src in the source tree, else where the installed package put it.

    >>> shipped("library", source=Path("/nowhere"), data=Path("/usr")).as_posix()
    '/usr/share/trueup/library'
    """
    beside = (source or Path(__file__).parents[2]) / name
    return beside if beside.is_dir() else (data or Path(sysconfig.get_path("data"))) / SHARE / name
