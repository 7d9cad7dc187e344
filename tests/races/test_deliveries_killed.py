"""Kill -9 of the worker amid 1,000 deliveries: all arrive, each exactly once by its id."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.conf import settings as django_settings
from django.db import connection

from tests.cast import NOW, Stage, set_stage
from tests.rooms.deliveries.post import PostOffice, post_office
from trueup.deliveries.actions import Message, owe_mail
from trueup.deliveries.models import Delivery

MAILS, KILLED_AFTER, PATIENCE_SECONDS = 1000, 300, 120
pytestmark = pytest.mark.django_db(transaction=True)
WORKER = """
import json, os, sys
import tests.settings as ours
ours.DATABASES["default"].update(json.loads(os.environ["DATABASE_OF_TEST"]))
ours.SMTP_URL = os.environ["SMTP_OF_TEST"]
import django
django.setup()
from django.utils import timezone
from trueup.deliveries.sending import send_due
send_due(clock=timezone.now)
"""


def a_worker(office: PostOffice) -> subprocess.Popen[bytes]:
    """The sending part of a worker, in a process of its own, on the database of this test."""
    known = {name: connection.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    environ = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_OF_TEST": json.dumps(known),
        "SMTP_OF_TEST": office.url, "PYTHONPATH": os.pathsep.join(["src", "."]),
    }  # fmt: skip
    root = django_settings.SOURCE.parents[1]
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environ, cwd=root)


def wait_for(office: PostOffice, many: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while len(office.mails) < many:
        assert time.monotonic() < until, len(office.mails)
        time.sleep(0.005)


def owe(stage: Stage) -> set[str]:
    for number in range(MAILS):
        owe_mail(
            company_id=stage.acme.pk, recipient=f"p{number}@example.com", topic="test",
            message=Message(f"Number {number}", "x"), at=NOW,
        )  # fmt: skip
    return {f"<{uid}@trueup>" for uid in Delivery.objects.values_list("uid", flat=True)}


def test_a_killed_worker_loses_nothing_and_sends_nothing_under_two_ids():
    """R-137 D-063. At most the one in hand at the kill is handed over again, under the id it had."""
    expected = owe(set_stage())
    with post_office() as office:
        first = a_worker(office)
        wait_for(office, KILLED_AFTER)
        first.send_signal(signal.SIGKILL)
        first.wait()
        sent = Delivery.objects.filter(state="sent").count()
        assert KILLED_AFTER - 1 <= sent < MAILS, "it was killed too late to prove anything"
        workers = [a_worker(office), a_worker(office)]
        assert [worker.wait(PATIENCE_SECONDS) for worker in workers] == [0, 0]
    counts = Counter(office.ids)
    assert set(counts) == expected
    assert sum(counts.values()) - MAILS <= 1
    assert Delivery.objects.filter(state="sent").count() == MAILS
