"""Ticket systems to speak to: a real Roundup in a process of its own, and a server that answers as Request Tracker documents
its REST 2 interface, which can be told to be down, slow or lying.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PASSWORD = "CANARY-desk-password"
PATIENCE_SECONDS = 20
TOKEN = "CANARY-1-14-rt-token"
SERVER = """
import sys
from wsgiref.simple_server import make_server
from roundup.cgi.wsgi_handler import RequestDispatcher
make_server("127.0.0.1", int(sys.argv[2]), RequestDispatcher(sys.argv[1])).serve_forever()
"""
"""Roundup's own WSGI application; its server refuses to run for whoever builds as root."""


@contextmanager
def roundup_tracker(folder: Path) -> Iterator[str]:
    """A tracker of Roundup's classic template on this machine; its address."""
    tools, home = Path(sys.executable).parent, folder / "tracker"

    def admin(*words: str) -> None:
        subprocess.run([tools / "roundup-admin", "-i", home, *words], check=True, capture_output=True)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    admin("install", "classic", "anydbm")
    config = home / "config.ini"
    text = re.sub(r"^#?web = .*$", f"web = {url}/", config.read_text(), flags=re.MULTILINE)
    text = re.sub(r"^#?domain = .*$", "domain = example.com", text, flags=re.MULTILINE)
    text = re.sub(r"^#?host = NO DEFAULT$", "host = localhost", text, flags=re.MULTILINE)
    config.write_text(text)
    admin("initialise", PASSWORD)
    command = [sys.executable, "-c", SERVER, str(home), str(port)]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(port, folder / "server.log")
        yield url
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        else:
            return


SAYS: dict[str, tuple[int, Any]] = {
    "down": (503, {"message": "down for maintenance"}),
    "refusing": (403, {"message": "No permission"}),
    "lying": (200, "<html>Welcome</html>"),
}


@dataclass
class Tracker:
    """Tickets as Request Tracker keeps them. ``mood`` is how it answers the next requests: well, down, slow, lying,
    refusing, or dying (what is asked is done, and the answer never comes).
    """

    url: str = ""
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    mood: str = "well"
    asked: list[tuple[str, str]] = field(default_factory=list)
    signed: set[str] = field(default_factory=set)

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        """As the documentation of REST 2 says."""
        if path == "/REST/2.0/tickets":
            return 200, {"items": self._found(query["query"][0])}
        if path == "/REST/2.0/ticket":
            number = len(self.tickets) + 1
            self.tickets[number] = {"Subject": body["Subject"], "Queue": body["Queue"], "Status": "new", "notes": [body["Content"]]}  # fmt: skip
            return 201, {"id": str(number), "type": "ticket", "_url": "http://169.254.169.254/ticket/1"}
        parts = path.removeprefix("/REST/2.0/ticket/").split("/")
        found = self.tickets.get(int(parts[0]))
        if found is None:
            return 404, {"message": "Ticket does not exist"}
        if parts[1:] == ["comment"]:
            found["notes"].append(body["Content"])
            return 201, ["Comments added"]
        if method == "PUT":
            found["Status"] = body["Status"]
            return 200, ["Status changed"]
        return 200, {"id": int(parts[0]), "Subject": found["Subject"], "Status": found["Status"]}

    def _found(self, query: str) -> list[dict[str, Any]]:
        words = re.search(r"Subject LIKE '([^']*)'", query)
        assert words is not None
        assert "Status = '__Active__'" in query
        return [
            {"id": str(number), "Subject": one["Subject"], "Status": one["Status"]}
            for number, one in self.tickets.items()
            if words[1] in one["Subject"] and one["Status"] not in {"resolved", "rejected", "deleted"}
        ]


@contextmanager
def request_tracker() -> Iterator[Tracker]:
    """A server of that shape on this machine."""
    tracker = Tracker()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            parts = urlsplit(self.path)
            tracker.asked.append((self.command, parts.path))
            tracker.signed.add(self.headers["Authorization"])
            if tracker.mood in SAYS:
                self._say(*SAYS[tracker.mood])
                return
            time.sleep(tracker.mood == "slow")
            status, answer = tracker.answer(self.command, parts.path, parse_qs(parts.query), body)
            if tracker.mood == "dying" and self.command == "POST":
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self._say(status, answer)

        do_GET = do_POST = do_PUT = _do  # noqa: N815 - the server's names

        def _say(self, status: int, answer: Any) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *said: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        tracker.url = f"http://127.0.0.1:{server.server_port}"
        yield tracker
    finally:
        server.shutdown()
        server.server_close()


def in_roundup(url: str, path: str) -> Any:
    """What the tracker itself says, asked without our client."""
    pair = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    heads = {"Authorization": f"Basic {pair}", "Accept": "application/json", "X-Requested-With": "rest"}
    connection.request("GET", f"/rest/data/{path}", headers=heads)
    try:
        return json.load(connection.getresponse())["data"]
    finally:
        connection.close()
