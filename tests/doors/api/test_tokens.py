"""Tokens: hashed, scoped to reading or writing and to companies, ending by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import NOW, a_licence, a_product
from tests.doors.api.conftest import Program, program_of
from trueup.licences.models import Licence
from trueup.tenancy.models import ApiToken


def test_the_secret_is_nowhere_in_the_database(stage, alice):
    """D-069."""
    public_id, secret = alice.token.removeprefix("tru_").split(".")
    row = ApiToken.objects.values().get()

    assert row["public_id"] == public_id
    assert secret not in str(row)


def test_a_token_ends_after_ninety_days_unless_chosen_otherwise(stage, alice):
    """D-069."""
    token = ApiToken.objects.get()
    assert token.expires_at - token.created_at == timedelta(days=90)

    ApiToken.objects.update(expires_at=timezone.now())
    assert alice.get("/api/licences/").status_code == 401


@pytest.mark.parametrize("spoil", [{"revoked_at": timezone.now()}, {"public_id": "0" * 16}])
def test_a_revoked_or_unknown_token_is_nobody(stage, alice, spoil):
    ApiToken.objects.update(**spoil)

    assert alice.get("/api/licences/").status_code == 401


def test_somebody_who_may_not_sign_in_has_no_tokens_either(stage, alice):
    stage.users["alice"].__class__.objects.filter(pk=stage.users["alice"].pk).update(is_active=False)

    assert alice.get("/api/licences/").status_code == 401


def test_a_reading_token_of_an_owner_reads_and_stores_nothing(stage):
    reader = program_of(stage, "alice", can_write=False)
    a_licence(stage.acme, 5)

    assert reader.get("/api/licences/").json()["count"] == 1
    body = {"company": stage.acme.pk, "product": a_product(stage.acme, "Paint").pk, "metric": "per_device"}
    assert reader.post("/api/licences/", body).status_code == 403
    assert Licence.objects.count() == 1


def test_a_token_for_one_company_does_not_see_the_other(stage):
    """Even where its user may."""
    from tests.cast import ROOT
    from trueup.tenancy.actions import grant_role

    grant_role(actor=ROOT, user=stage.users["alice"], role="owner", company=stage.globex, at=NOW)
    theirs = a_licence(stage.globex, 5)
    narrow = program_of(stage, "alice", company_ids=[stage.acme.pk])
    wide = program_of(stage, "alice")

    assert wide.get(f"/api/licences/{theirs.pk}/").status_code == 200
    assert narrow.get(f"/api/licences/{theirs.pk}/").status_code == 404


@pytest.mark.parametrize("token", ["", "tru_", "tru_x.y", "Bearer", "tru_" + "0" * 16 + ".", "tru_é.x"])
def test_nonsense_is_refused_and_does_not_break_anything(db, token):
    assert Program(token.encode().decode("latin-1")).get("/api/licences/").status_code == 401
