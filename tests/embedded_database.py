"""A pytest plugin, loaded before Django's settings: the suite's own embedded server, in a folder of its own.

With ``DATABASE_URL`` set the suite runs on that server instead; everything else stays the same.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


def _start() -> None:
    for name in [name for name in os.environ if name.startswith("TRUEUP_") and not IS_WORKER]:
        del os.environ[name]
    if not IS_WORKER:
        home = Path(tempfile.mkdtemp(prefix="trueup-test-"))
        os.environ["TRUEUP_HOME"] = str(home)
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    if not os.environ.get("DATABASE_URL"):
        _take_share()
    (Path(os.environ["TRUEUP_HOME"]) / "static").mkdir(exist_ok=True)


def _take_share() -> None:
    from trueup.project.embedded import Server

    server = Server(Path(os.environ["TRUEUP_HOME"]), durable=False)
    server.start()
    atexit.register(server.stop)


_start()
