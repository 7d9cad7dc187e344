"""Programs of the cast: each speaks to the API with a token of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from tests.rooms.assets.stage import something
from trueup.assignments.actions import assign_units
from trueup.audit_cases.actions import CaseTerms, open_audit
from trueup.audit_cases.carrying_out import CARRY_OUT
from trueup.reports.actions import ReportTerms, save_report
from trueup.reviews.actions import open_review
from trueup.tenancy.actions import create_token

SECRET = "Zebrafish"


@dataclass(frozen=True)
class Program:
    """Speaks JSON with a token."""

    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return Client().generic(
            method,
            path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.ask("POST", path, body if body is not None else {})


def program_of(stage: Stage, name: str, **scope: Any) -> Program:
    scope.setdefault("can_write", True)
    actor, user = getattr(stage, name), stage.users[name]
    return Program(create_token(actor=actor, user=user, name="tests", at=timezone.now(), **scope))


@pytest.fixture
def alice(stage: Stage) -> Program:
    return program_of(stage, "alice")


@pytest.fixture
def bob(stage: Stage) -> Program:
    return program_of(stage, "bob")


@pytest.fixture
def mallory(stage: Stage) -> Program:
    return program_of(stage, "mallory")


def _saved_report(stage):
    terms = ReportTerms(SECRET, "utilisation", is_shared=True)
    return save_report(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW, on=TODAY).pk


def _audit(stage):
    terms = CaseTerms(TODAY, name=SECRET)
    return open_audit(actor=stage.alice, company_id=stage.acme.pk, terms=terms, deed=CARRY_OUT, at=NOW).pk


def _review(stage):
    return open_review(actor=stage.alice, company_id=stage.acme.pk, name=SECRET, at=NOW, on=TODAY).pk


@pytest.fixture
def scene(stage):
    """Something of everything in Acme, named so that it would be recognised anywhere."""
    product = a_product(stage.acme, SECRET, publisher=f"{SECRET} Works")
    licence = a_licence(stage.acme, 5, product=product, remarks=SECRET, external_id=SECRET, source="x")
    device = a_device(stage.acme, SECRET.lower(), serial=SECRET)
    person = a_person(stage.acme, SECRET.lower())
    held = assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=1, at=NOW, on=TODAY
    )
    return {
        "licence_id": licence.pk,
        "product_id": product.pk,
        "device_id": device.pk,
        "person_id": person.pk,
        "assignment_id": held.pk,
        "company_id": stage.acme.pk,
        "saved_id": _saved_report(stage),
        "review_id": _review(stage),
        "case_id": _audit(stage),
        **something(stage, SECRET),
    }
