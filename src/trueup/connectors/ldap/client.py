"""Asks a directory for its people, page by page, at the very address that was checked.

TLS is spoken from the first word (ldaps) or after StartTLS; the certificate must be of the name that was given.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from ldap3 import NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPBindError, LDAPException, LDAPInvalidCredentialsResult

from trueup.deliveries.reaching import NotPublic, checked_ip
from trueup.sources.asking import Opening, SourceShut, SourceUnreadable
from trueup.sources.findings import Page

SECONDS = 30
A_PAGE = 500
UUID_BYTES = 16
NAMES = ("login", "id", "name", "mail", "employee", "department", "manager")
"""Options that name an attribute each."""
STATES = ("userAccountControl", "nsAccountLock")


def read_ldap(opening: Opening) -> Iterator[Page]:
    """Everybody the filter finds."""
    attributes = {name: opening.option(f"{name}_attribute") for name in NAMES}
    try:
        with _connection(opening) as session:
            found = session.extend.standard.paged_search(
                opening.option("base"), opening.option("filter"), search_scope=SUBTREE,
                attributes=[*filter(None, attributes.values()), *STATES], paged_size=A_PAGE, generator=True,
            )  # fmt: skip
            rows: list[Any] = []
            for entry in found:
                if entry.get("type") != "searchResEntry":
                    continue
                rows.append(_told(entry, attributes))
                if len(rows) == A_PAGE:
                    yield Page("people", rows)
                    rows = []
            yield Page("people", rows)
    except (LDAPBindError, LDAPInvalidCredentialsResult) as refused:
        raise SourceShut(_("The directory refuses the credentials. Enter new ones.")) from refused
    except LDAPException as fault:
        raise SourceUnreadable(
            _("The directory does not answer as it should (%(fault)s).") % {"fault": type(fault).__name__}
        ) from fault


def _connection(opening: Opening) -> Connection:
    """A session, signed in."""
    parts = urlsplit(opening.url)
    host, is_secure = parts.hostname or "", parts.scheme == "ldaps"
    port = parts.port or (636 if is_secure else 389)
    try:
        address = checked_ip(host, port, to_private=settings.PRIVATE_SOURCES)
    except NotPublic as private:
        raise SourceUnreadable(
            _(
                "%(host)s is %(address)s, which is no address of the public internet. TRUEUP_SOURCES_IN_PRIVATE=1 allows it."
            )
            % {"host": private.host, "address": private.address}
        ) from private
    except socket.gaierror as fault:
        raise SourceUnreadable(_("%(host)s is not known. Check the address.") % {"host": host}) from fault
    tls = Tls(validate=ssl.CERT_REQUIRED, valid_names=[host], sni=host)
    server = Server(address, port, use_ssl=is_secure, tls=tls, get_info=NONE, connect_timeout=SECONDS)
    session = Connection(
        server, user=opening.option("user") or None, password=opening.secret("password") or None,
        raise_exceptions=True, receive_timeout=SECONDS, return_empty_attributes=True, check_names=False, read_only=True,
    )  # fmt: skip
    session.open()
    if not is_secure and opening.option("start_tls") != "no":
        session.start_tls()
    session.bind()
    return session


def _told(entry: Any, attributes: dict[str, str]) -> dict[str, Any]:
    """What an entry tells under our names; the first of several values."""
    raw = {name.casefold(): values for name, values in entry["raw_attributes"].items()}
    told = {
        name: _first(raw.get(attribute.casefold())) for name, attribute in attributes.items() if attribute
    }
    states = {name: _first(raw.get(name.casefold())) for name in STATES}
    return {"dn": entry["dn"], **told, **states}


def _first(values: Any) -> str:
    if not values:
        return ""
    value = values[0] if isinstance(values, list) else values
    if not isinstance(value, bytes):
        return str(value)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return str(UUID(bytes_le=value)) if len(value) == UUID_BYTES else ""
