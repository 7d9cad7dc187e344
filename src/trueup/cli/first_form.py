"""The form of a new database as one script: a migrated database written down once, when Trueup is set up.

Taking every migration costs seconds; a new embedded database reads this script in a tenth of that. It is only used
when it was made from exactly the migrations at hand, and only on the server it was made by.
`python -m trueup.cli.first_form` makes it.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import trueup
from trueup.project.embedded import Server, given_address

SCRIPT = Path(trueup.__file__).parent / "project" / "first_form.sql"
FOR_PSQL_ONLY = "\\"


def fingerprint() -> str:
    """A hash of every migration at hand, of ours and of the packages we use."""
    from trueup.cli.migrate import migration_files

    digest = hashlib.sha256()
    for path in sorted(migration_files()):
        digest.update(path.read_bytes())
    return f"-- {digest.hexdigest()}"


def read_first_form() -> str | None:
    """The script, if there is one for these migrations and the embedded server is used."""
    if given_address(os.environ) or not SCRIPT.is_file():
        return None
    mark, _, script = SCRIPT.read_text(encoding="utf-8").partition("\n")
    return script if mark == fingerprint() else None


def make_first_form() -> bool:
    """Write the script from a database made for the purpose; False when it is there already."""
    with tempfile.TemporaryDirectory(prefix="trueup-form-") as folder:
        Path(folder).chmod(0o711)
        os.environ["TRUEUP_HOME"] = str(Path(folder) / "home")
        os.environ["TRUEUP_SECRET_KEY"] = "made for a moment"  # noqa: S105 - signs nothing
        os.environ.pop("DATABASE_URL", None)
        from trueup.cli.database import set_up_django

        set_up_django()
        if read_first_form() is not None:
            return False
        server = Server(Path(folder) / "home", durable=False)
        server.start()
        try:
            _write(_dumped(server))
        finally:
            server.stop()
    return True


def _dumped(server: Server) -> str:
    from django.db import connections

    from trueup.cli.migrate import apply_migrations

    apply_migrations()
    connections.close_all()
    address = server.address
    command = [server.program("pg_dump"), "--no-owner", "--no-privileges", "--inserts", "--no-comments"]
    command += [
        "--host",
        address.host,
        "--port",
        str(address.port),
        "--username",
        address.user,
        address.dbname,
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words


def _write(dump: str) -> None:
    lines = [line for line in dump.splitlines() if not line.startswith(FOR_PSQL_ONLY)]
    draft = SCRIPT.with_suffix(".new")
    draft.write_text("\n".join([fingerprint(), *lines, ""]), encoding="utf-8")
    draft.replace(SCRIPT)


if __name__ == "__main__":
    made = make_first_form()
    sys.stdout.write(f"{SCRIPT}: {'made' if made else 'already there'}\n")
