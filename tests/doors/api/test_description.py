"""The API against its own description: generated requests of every operation get answers that the description names,
never a 500."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from trueup.project.wsgi import application

EXAMPLES = 5
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
schema.config.phases.coverage.enabled = False  # hundreds of requests an operation, most of them to be refused
pytestmark = pytest.mark.django_db


@pytest.fixture
def one_connection():
    """The requests run on the test's own connection, as those of Django's own client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_it_is_described(case, scene, alice, one_connection):
    """What the path names is there, so that the operation itself is reached."""
    case.path_parameters = {
        name: scene.get(name, value) for name, value in (case.path_parameters or {}).items()
    }
    case.call_and_validate(headers={"Authorization": f"Bearer {alice.token}"}, checks=CHECKS)
