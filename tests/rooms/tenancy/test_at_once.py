"""Many owners at the same moment: what the log says was before is what was before."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import connection

from tests.cast import NOW, set_stage
from trueup.audit.models import Entry
from trueup.audit.queries import first_broken_link
from trueup.base.access import Role
from trueup.tenancy.actions import ensure_departments, grant_role
from trueup.tenancy.models import Department, Membership

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 10


def at_once(work):
    def one(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def test_each_new_role_follows_from_the_one_before():
    stage = set_stage()
    bob, roles = stage.users["bob"], list(Role)

    at_once(
        lambda number: grant_role(
            actor=stage.alice, user=bob, role=roles[number % len(roles)], company=stage.acme, at=NOW
        )
    )
    entries = Entry.objects.filter(event="tenancy.role_granted", subject="bob").order_by("position")
    changes = [entry.details["role"] for entry in entries]
    assert changes[0] == [None, "viewer"]
    assert all(before[1] == after[0] for before, after in pairwise(changes))
    assert Membership.objects.get(user=bob).role == changes[-1][1]
    assert first_broken_link(company_id=stage.acme.pk) is None


def test_a_department_made_at_once_is_made_and_claimed_by_one():
    stage = set_stage()

    found = at_once(
        lambda number: ensure_departments(
            actor=stage.alice, company_id=stage.acme.pk, names=["Assembly", f"Hall {number}"], at=NOW
        )
    )
    assert len({ids["assembly"] for ids in found}) == 1
    assert Department.objects.filter(company=stage.acme).count() == HANDS + 1
    claims = Entry.objects.filter(event="tenancy.departments_added", details__names__contains=["Assembly"])
    assert claims.count() == 1
