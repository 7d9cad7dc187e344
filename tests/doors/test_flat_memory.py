"""D-030: thousands of requests leave nothing behind. They go to the handler itself: a test client keeps things of its own."""

from __future__ import annotations

import gc
import io
import time
from collections.abc import Iterator
from statistics import median

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from tests.cast import Stage

ALL, LIVE_A_TURN = 2_500, 49
"""Of fifty requests one opens a list; the others only ask whether we live."""


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The end of a request would close the connection that the test's transaction is in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Asking:
    """One signed-in browser at the handler, without anything between."""

    def __init__(self, stage: Stage) -> None:
        client = Client()
        client.force_login(stage.users["alice"])
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        self.handler = WSGIHandler()

    def ask(self, path: str) -> float:
        """Milliseconds of one request, which must be answered."""
        said: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
            "HTTP_COOKIE": self.cookie, "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }  # fmt: skip
        begun = time.perf_counter()
        answer = self.handler(environ, lambda status, _headers, _error=None: said.append(status))
        for _chunk in answer:
            pass
        answer.close()
        assert said == ["200 OK"], path
        return (time.perf_counter() - begun) * 1000

    def turns(self, number: int) -> list[float]:
        """What the lists among so many requests took."""
        took = []
        for turn in range(number // (LIVE_A_TURN + 1)):
            for _live in range(LIVE_A_TURN):
                self.ask("/livez")
            took.append(self.ask("/licences/" if turn % 2 else "/people/"))
        return took


def objects() -> int:
    """What lives once the garbage is gone."""
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.usefixtures("one_connection")
def test_2500_requests_leave_no_growth(stage: Stage) -> None:
    """D-030: after the first hundred neither objects nor times grow."""
    asking = Asking(stage)
    asking.turns(200)
    before = objects()
    first = asking.turns(ALL // 5)
    middle = objects()
    last = asking.turns(ALL - ALL // 5)[-len(first) :]
    grown = objects() - middle

    assert middle - before < ALL // 5, "a request keeps objects"
    assert grown < (ALL - ALL // 5) // 10, "a request keeps objects"
    assert median(last) < 2 * median(first)
