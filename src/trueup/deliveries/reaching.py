"""Connections to other machines: a name is resolved once, looked at, and the connection goes to what was looked at.

A name that changes its mind in between gains nothing. Addresses of a private network are spoken to only where whoever
runs Trueup allows it; link-local ones, where clouds answer with the keys of the machine, never.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import SplitResult


class NotPublic(Exception):
    """The name leads to an address that must not be spoken to."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} is {address}")
        self.host = host
        self.address = address


def connection_to(parts: SplitResult, *, seconds: int, to_private: bool) -> http.client.HTTPConnection:
    """A connection to the address that was checked, under the name that was asked for. Raises NotPublic or OSError."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    raw = socket.create_connection((checked_ip(host, port, to_private=to_private), port), timeout=seconds)
    secure = ssl.create_default_context()
    connection.sock = secure.wrap_socket(raw, server_hostname=host) if parts.scheme == "https" else raw
    return connection


def checked_ip(host: str, port: int, *, to_private: bool) -> str:
    """The first address of a name, if all it has may be spoken to."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        ip = ipaddress.ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        may_be = not ip.is_link_local and (to_private or ip.is_global)
        if not may_be or ip.is_multicast:
            raise NotPublic(host, address)
    return found[0]
