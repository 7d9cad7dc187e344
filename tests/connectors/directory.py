"""A real slapd on loopback with the suitcase's own sample in it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ldap3 import MODIFY_REPLACE, NONE, Connection, Server

from tests.connectors.vendor import SUITCASES

SUFFIX = "dc=example,dc=com"
PEOPLE = f"ou=people,{SUFFIX}"
ADMIN = f"cn=admin,{SUFFIX}"
PASSWORD = "s3cret"
PATIENCE_SECONDS = 20
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/pid
TLSCertificateFile {home}/certificate.pem
TLSCertificateKeyFile {home}/key.pem
database mdb
suffix "{suffix}"
rootdn "{admin}"
rootpw {password}
directory {home}/rows
"""


@dataclass(frozen=True, slots=True)
class Directory:
    """Where it is, whom its certificate is signed by, and changing what is in it."""

    port: int
    home: Path

    @property
    def url(self) -> str:
        return f"ldap://localhost:{self.port}"

    @property
    def authority(self) -> str:
        return str(self.home / "certificate.pem")

    def change(self, name: str, **values: str) -> None:
        self._session().modify(
            f"uid={name},{PEOPLE}", {key: [(MODIFY_REPLACE, [value])] for key, value in values.items()}
        )

    def remove(self, name: str) -> None:
        self._session().delete(f"uid={name},{PEOPLE}")

    def put(self, name: str, **values: Any) -> None:
        whole = {"uid": name, "cn": name.title(), "sn": name.title(), **values}
        self._session().add(f"uid={name},{PEOPLE}", "inetOrgPerson", whole)

    def _session(self) -> Connection:
        server = Server("localhost", self.port, get_info=NONE)
        return Connection(server, ADMIN, PASSWORD, auto_bind=True, raise_exceptions=True)


@contextmanager
def directory() -> Iterator[Directory]:
    """Stand there until the test is over."""
    home = Path(tempfile.mkdtemp(prefix="slapd-"))
    (home / "rows").mkdir()
    _certify(home)
    words = {"home": home, "suffix": SUFFIX, "admin": ADMIN, "password": PASSWORD}
    (home / "slapd.conf").write_text(CONFIGURATION.format(**words))
    sample = SUITCASES / "ldap/samples/people.ldif"
    subprocess.run(
        ["/usr/sbin/slapadd", "-f", home / "slapd.conf", "-l", sample], check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            ["/usr/sbin/slapd", "-f", home / "slapd.conf", "-h", f"ldap://localhost:{port}", "-d", "0"],
            stdout=log,
            stderr=log,
        )
    try:
        _wait(port, home / "log")
        yield Directory(port, home)
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)
        shutil.rmtree(home)


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _certify(home: Path) -> None:
    """A certificate of localhost that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (home / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (home / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
