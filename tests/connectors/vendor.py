"""A vendor on loopback: answers what a script says, whatever is asked, and remembers it. The outer wire, nothing of ours."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SUITCASES = Path(__file__).parents[2] / "src/trueup/connectors"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass(slots=True)
class Vendor:
    """Where it is, what it was asked, and what it answers: (status, body) or (status, body, headers)."""

    script: Callable[[Asked], tuple[Any, ...]]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


@contextmanager
def vendor(script: Callable[[Asked], tuple[Any, ...]]) -> Iterator[Vendor]:
    """Stand there until the test is over."""
    stands = Vendor(script)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query)),
                dict(self.headers),
                self.rfile.read(length),
            )
            stands.asked.append(asked)
            status, body, *more = stands.script(asked)
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stands.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stands
    finally:
        server.shutdown()
        server.server_close()


def sample(name: str) -> Any:
    """A suitcase's own sample."""
    path = SUITCASES / name
    return json.loads(path.read_text()) if path.suffix == ".json" else path.read_bytes()
