"""What arrives in batches and archives, with many hands at once: never beyond what a licence gives, never half."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import ROOT, a_device, a_licence, set_stage
from tests.connectors.company_archive.estate import fill, taken_in, written
from tests.races.test_assigning_at_once import HANDS, at_once
from trueup.assignments.ledger import ledger_faults
from trueup.audit.queries import first_broken_link
from trueup.base.problems import Problem
from trueup.licences.models import Licence
from trueup.tenancy.actions import create_token
from trueup.tenancy.models import Company

pytestmark = pytest.mark.django_db(transaction=True)
UNITS = 20
ARCHIVES = 4


def test_forty_hands_reduce_in_batches_and_assign():
    """U-006, D-003: reductions of `/api/purchases/batch/` against single assignments of the same units."""
    stage = set_stage()
    licence = a_licence(stage.acme, UNITS)
    devices = [a_device(stage.acme, f"host{n}") for n in range(HANDS)]
    token = create_token(
        actor=stage.alice, user=stage.users["alice"], name="race", can_write=True, at=timezone.now()
    )

    def send(path, body):
        return Client().post(
            path,
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    def one(number):
        if number % 2:
            body = {"holder": {"kind": "device", "id": devices[number].pk}}
            return "assigned", send(f"/api/licences/{licence.pk}/assignments/", body).status_code
        line = {"licence": licence.pk, "units": -1, "kind": "reduction", "valid_from": "2026-01-02"}
        return "reduced", send("/api/purchases/batch/", {"items": [line, line]}).status_code

    came = Counter(at_once(one))

    licence.refresh_from_db()
    assert set(came) <= {("assigned", 201), ("assigned", 409), ("reduced", 200), ("reduced", 409)}
    assert licence.held == came["assigned", 201] <= licence.granted
    assert licence.granted == UNITS - 2 * came["reduced", 200]
    assert licence.granted - licence.held < 2, "hands were refused while there was room"
    assert ledger_faults(actor=ROOT) == ()
    assert first_broken_link(company_id=stage.acme.pk) is None


def test_forty_hands_make_the_same_people_in_batches():
    """D-008: each name once, whatever order the batches have; nobody gets an error of ours."""
    stage = set_stage()
    token = create_token(
        actor=stage.alice, user=stage.users["alice"], name="race", can_write=True, at=timezone.now()
    )
    names = [f"p{n}" for n in range(4)]

    def one(number):
        turned = names[number % 4 :] + names[: number % 4]
        items = [{"company": stage.acme.pk, "username": name, "name": name} for name in turned]
        return Client().post(
            "/api/people/batch/",
            json.dumps({"items": items, "mode": "fill"}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    answers = at_once(one)
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["done"] for answer in answers) == len(names)


def test_one_archive_comes_in_once_however_many_bring_it(settings, tmp_path):
    """Under one name one company, whole; the others are refused and leave nothing."""
    settings.HOME, settings.SCANNER = tmp_path, ""
    stage = set_stage()
    fill(stage)
    path = written(stage.acme, tmp_path / "acme.zip", passphrase=None)
    licences = Licence.objects.filter(company=stage.acme).count()

    def one(_number):
        try:
            return taken_in(path, passphrase=None).company_id
        except Problem as refused:
            return refused.name

    came = at_once(one, hands=ARCHIVES)

    (company,) = Company.objects.filter(name="Acme again")
    assert [made for made in came if made == company.pk] == [company.pk]
    assert {made for made in came if made != company.pk} <= {"NameTaken", "ArchiveRefused"}
    assert Licence.objects.exclude(company=stage.acme).count() == licences
    assert first_broken_link(company_id=company.pk) is None
    assert ledger_faults(actor=ROOT) == ()
