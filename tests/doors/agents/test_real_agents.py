"""The real agents on a real server: what they send arrives, what they must not send is found nowhere.

FusionInventory needs root, because its state lies in a fixed folder. Both exit cleanly even when the server
failed, so only the server is asked what came.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import trueup
from trueup.project.embedded import running

SOURCE = Path(trueup.__file__).parents[1]
FUSION_STATE = Path("/var/lib/fusioninventory-agent")
PATIENCE_SECONDS = 60
CANARY = "CANARY-OF-THE-ENVIRONMENT"

pytestmark = pytest.mark.server


class Site:
    """A running Trueup with one company, and the address its agents post to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.with_suffix(".log")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TRUEUP_", "DATABASE_URL"))
        }
        self.environ = kept | {"TRUEUP_HOME": str(home), "PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1"}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.environ["TRUEUP_BIND"] = f"127.0.0.1:{free.getsockname()[1]}"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "trueup", "serve"], env=self.environ, stdout=log, stderr=log
            )

    def enrol(self) -> str:
        wait_until(lambda: "Trueup is ready at" in self.log.read_text() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()
        self.command("company", "create", "Acme")
        return self.command("inventory", "enrol", "--company", "Acme", "--label", "Test").strip()

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "trueup", *words],
            env=self.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def query(self, text: str) -> list[tuple]:
        with running(self.home) as address, psycopg.connect(**address.conninfo()) as connection:
            return connection.execute(text).fetchall()

    def applied(self) -> int:
        return self.query("SELECT count(*) FROM inventory_receipt WHERE state = 'applied'")[0][0]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)


def wait_until(happened) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.2)


@pytest.fixture
def site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="trueup-"))
    folder.chmod(0o755)
    found = Site(folder / "home")
    yield found
    found.stop()
    shutil.rmtree(folder, ignore_errors=True)


def run_fusion(address: str, environ: dict[str, str]) -> None:
    words = ["--tasks=inventory", "--no-httpd", "--logger=stderr", "--tag=acme"]
    subprocess.run(
        ["fusioninventory-agent", f"--server={address}", *words],
        env=environ,
        check=False,
        capture_output=True,
    )
    shutil.rmtree(FUSION_STATE / address.replace("//", "__").replace("/", "_"), ignore_errors=True)


def run_ocs(address: str, environ: dict[str, str], state: Path) -> None:
    words = ["--nolocal", f"--basevardir={state}", "--tag=acme"]
    subprocess.run(
        ["ocsinventory-agent", f"--server={address}", *words], env=environ, check=False, capture_output=True
    )


def test_real_agents_report_this_machine_once_and_no_secret(site: Site):
    """U-041, D-090, FORMATS 1.11."""
    for agent in ("fusioninventory-agent", "ocsinventory-agent"):
        assert shutil.which(agent), f"{agent} is not installed; install it to run this test"
    address = site.enrol()
    environ = {"PATH": os.environ["PATH"], "HOME": "/root", "LC_ALL": "C", "SECRET_OF_TEST": CANARY}
    run_fusion(address, environ)
    wait_until(lambda: site.applied() == 1)
    run_ocs(address, environ, site.home.with_name("ocs"))
    wait_until(lambda: site.applied() == 2)
    _one_device_with_one_list(site)
    _no_canary(site, address)


def _one_device_with_one_list(site: Site) -> None:
    sources = {source for (source,) in site.query("SELECT source FROM inventory_receipt")}
    assert sources == {"fusioninventory", "ocs"}
    assert site.query("SELECT count(*) FROM devices_device") == [(1,)]
    version = subprocess.run(
        ["dpkg-query", "-W", "-f=${Version}", "dpkg"], capture_output=True, text=True, check=True
    ).stdout
    installed = site.query(
        "SELECT t.version FROM inventory_installation i JOIN inventory_title t ON t.id = i.title_id "
        "WHERE t.name = 'dpkg' AND i.gone_at IS NULL"
    )
    assert installed == [(version,)]
    report = json.loads(site.command("inventory", "report", "--company", "Acme", "--json"))
    packages = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Abbrev}\n"], capture_output=True, text=True, check=True
    ).stdout
    assert abs(report["installations"] - packages.count("ii")) < 10


def _no_canary(site: Site, address: str) -> None:
    tables = site.query(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"
    )
    for (table,) in tables:
        found = site.query(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%{CANARY}%'")
        assert found == [(0,)], table
    said = site.log.read_text()
    assert CANARY not in said
    assert address.rsplit("/", 1)[-1] not in said
