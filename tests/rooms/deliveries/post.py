"""A real mail server and a real receiver of webhooks, on this machine, that can be told to refuse."""

from __future__ import annotations

import email
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.cast import NOW
from trueup.deliveries.sending import send_due


@dataclass
class PostOffice:
    """Keeps what it takes; ``refuses`` are answers by recipient, ``*`` for everybody."""

    mails: list[Message] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    url: str = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        refusal = self.refuses.get(address) or self.refuses.get("*")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        self.mails.append(
            email.message_from_bytes(content if isinstance(content, bytes) else (content or "").encode())
        )
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


@contextmanager
def post_office() -> Iterator[PostOffice]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office = PostOffice(url=f"smtp://127.0.0.1:{port}")
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


@dataclass
class Receiver:
    """Keeps the requests it gets; ``answer`` is the status it gives."""

    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: int = 200
    url: str = ""


@contextmanager
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.answer)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()

        def log_message(self, *said: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        kept.url = f"http://127.0.0.1:{server.server_port}/hook?a=1"
        yield kept
    finally:
        server.shutdown()
        server.server_close()


def send(**after: float) -> int:
    """Send what is due so long after the stage's moment."""
    return send_due(clock=lambda: NOW + timedelta(**after))
