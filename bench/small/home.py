"""A company with people and licences, on a server of its own that answers pages and the API as people run it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

PEOPLE, LICENCES = 60_000, 1_001
UNITS = 10_000_000
PATIENCE_SECONDS = 180
FILL_PEOPLE = """
    INSERT INTO people_person (company_id, username, name, email, employee_number, region_id, is_active, source,
        external_id, revision)
    SELECT %s, 'p' || n, 'Person ' || n, '', '', %s, true, '', '', 1 FROM generate_series(1, %s) AS n ORDER BY n
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is measured, and who does it."""

    address: str
    port: int
    token: str
    actor: Any
    company: int
    licences: list[int]
    list_licence: int
    first_person: int
    people: Iterator[int]


@contextmanager
def small_company() -> Iterator[Place]:
    """One worker process behind the API; this process on the same database."""
    folder = Path(tempfile.mkdtemp(prefix="trueup-bench-"))
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in [name for name in os.environ if name.startswith("TRUEUP_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ.update(
        TRUEUP_HOME=str(folder / "home"), TRUEUP_BIND=f"127.0.0.1:{port}", TRUEUP_API_REQUESTS_PER_MINUTE="0",
        DJANGO_SETTINGS_MODULE="trueup.project.settings",
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "trueup", "serve"], stdout=log, stderr=log)
    try:
        _wait(port, server)
        yield _filled(port)
    finally:
        from django.db import connections

        connections.close_all()
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return
        time.sleep(0.2)
    raise SystemExit("The server did not come up.")


def _filled(port: int) -> Place:
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.catalogue.actions import create_product
    from trueup.licences.bulk import NewLicence, Scene, create_licences
    from trueup.licences.lines import LicenceTerms, LineTerms
    from trueup.people.queries import people_visible_to
    from trueup.tenancy.actions import create_company, create_token, create_user, grant_role
    from trueup.tenancy.queries import actor_of, region_in

    root, at, on = system("bench"), timezone.now(), timezone.localdate()
    company = create_company(actor=root, name="Bench", at=at)
    user = create_user(actor=root, username="bench", password="only for measuring", at=at)
    grant_role(actor=root, user=user, role="owner", company=company, at=at)
    region = region_in(company_id=company.pk, region_id=None)
    with connection.cursor() as cursor:
        cursor.execute(FILL_PEOPLE, [company.pk, region.pk, PEOPLE])
    product = create_product(actor=root, company_id=company.pk, publisher="Initech", name="Draw", at=at)
    new = NewLicence(
        LicenceTerms(product_id=product.pk, metric="per_named_user"), (LineTerms(units=UNITS, valid_from=on),)
    )
    scene = Scene(actor=root, company_id=company.pk, batch_id=None, at=at, on=on)
    licences = create_licences(scene=scene, wanted=[new] * (LICENCES + 1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    first = people_visible_to(actor=root).order_by("pk").values_list("pk", flat=True)[0]
    token = create_token(actor=actor_of(user=user), user=user, name="bench", at=at, can_write=True)
    facts = connection.settings_dict
    told = {
        "host": facts["HOST"],
        "port": facts["PORT"],
        "user": facts["USER"],
        "password": facts["PASSWORD"],
        "dbname": facts["NAME"],
    }
    address = " ".join(f"{name}={value}" for name, value in told.items() if value)
    return Place(
        address=address, port=port, token=token, actor=actor_of(user=user), company=company.pk,
        licences=licences[:-1], list_licence=licences[-1], first_person=first, people=count(),
    )  # fmt: skip
