"""Who made a company, granted a role or made a token can be read afterwards, by whoever may read that log."""

from datetime import timedelta

import pytest

from tests.cast import NOW, PASSWORD, ROOT, a_person
from trueup.audit.models import Entry
from trueup.audit.queries import entries_visible_to
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.tenancy.actions import (
    add_region,
    create_company,
    create_token,
    create_user,
    ensure_cost_centres,
    ensure_departments,
    ensure_regions,
    grant_role,
    revoke_role,
    revoke_token,
    set_policy,
    set_user_password,
)
from trueup.tenancy.models import ApiToken, Department, Membership, User
from trueup.tenancy.queries import actor_of


@pytest.fixture
def written(stage):
    """What is written down after the stage was set, as (event, company, actor, subject, details)."""
    before = set(Entry.objects.values_list("pk", flat=True))

    def read():
        fields = ("event", "company_id", "actor", "subject", "details")
        return list(Entry.objects.exclude(pk__in=before).order_by("pk").values_list(*fields))

    return read


def test_a_company_begins_its_own_log(stage, written):
    made = create_company(actor=ROOT, name="Hooli", at=NOW, currency="USD")

    details = {"currency": "USD", "parent": None, "is_sample": False}
    assert written() == [("tenancy.company_created", made.pk, "the stage", "Hooli", details)]


def test_a_policy_is_written_down_with_old_and_new(stage, written):
    set_policy(actor=stage.alice, company=stage.acme, policy="warn", near_limit_percent=90, at=NOW)
    set_policy(actor=stage.alice, company=stage.acme, policy="warn", near_limit_percent=90, at=NOW)

    assert written() == [
        ("tenancy.policy_set", stage.acme.pk, "Alice", "Acme", {"policy": ["block", "warn"]})
    ]


def test_a_region_is_written_down(stage, written):
    add_region(actor=stage.alice, company=stage.acme, name=" Nordics ", at=NOW)

    assert written() == [("tenancy.region_added", stage.acme.pk, "Alice", "Nordics", {})]


@pytest.mark.parametrize(
    ("ensure", "argument", "event", "subject"),
    [
        (ensure_regions, "names", "tenancy.regions_added", "2 regions"),
        (ensure_departments, "names", "tenancy.departments_added", "2 departments"),
        (ensure_cost_centres, "codes", "tenancy.cost_centres_added", "2 cost centres"),
    ],
)
def test_many_parts_are_one_entry_and_nothing_new_is_none(stage, written, ensure, argument, event, subject):
    scene = {"actor": stage.alice, "company_id": stage.acme.pk, "at": NOW}
    first = ensure(**scene, **{argument: ["K1", "", "K2", "K1", "k2"]})
    again = ensure(**scene, **{argument: ["k1", "K2"]})

    assert {"k1", "k2"} <= first.keys()
    assert again == first
    assert [(e, c, s) for e, c, _, s, _ in written()] == [(event, stage.acme.pk, subject)]
    assert written()[0][4]["names"][0] == "K1"


def test_a_person_of_a_new_department_leaves_both_entries(stage, written):
    a_person(stage.acme, "dora", department="Assembly")
    a_person(stage.acme, "emil", department="assembly")

    assert [event for event, *_ in written()] == ["tenancy.departments_added", "people.added", "people.added"]
    assert Department.objects.filter(company=stage.acme).count() == 1


def test_users_concern_the_whole_installation(stage, written):
    made = create_user(actor=ROOT, username="frida", password=PASSWORD, at=NOW, name="Frida")
    set_user_password(actor=ROOT, user=made, password=PASSWORD + "!", at=NOW)

    assert [row[:4] for row in written()] == [
        ("tenancy.user_created", None, "the stage", "frida"),
        ("tenancy.password_set", None, "the stage", "frida"),
    ]
    assert User.objects.get(pk=made.pk).check_password(PASSWORD + "!")
    assert PASSWORD not in str(written())


def test_an_auditor_reads_who_granted_a_role(stage, written):
    """The question of every audit: who gave Bob this right, and what had he before?"""
    bob, auditor = stage.users["bob"], stage.users["mallory"]
    grant_role(actor=ROOT, user=auditor, role="auditor", company=stage.acme, at=NOW)
    grant_role(actor=stage.alice, user=bob, role="licence_manager", company=stage.acme, at=NOW)
    grant_role(actor=stage.alice, user=bob, role="licence_manager", company=stage.acme, at=NOW)
    revoke_role(actor=stage.alice, user=bob, company=stage.acme, at=NOW)
    revoke_role(actor=stage.alice, user=bob, company=stage.acme, at=NOW)

    log = entries_visible_to(actor=actor_of(user=auditor)).filter(subject="bob", event__contains="role")
    assert list(log.order_by("position").values_list("actor", "event", "details")) == [
        ("the stage", "tenancy.role_granted", {"role": [None, "viewer"]}),
        ("Alice", "tenancy.role_granted", {"role": ["viewer", "licence_manager"]}),
        ("Alice", "tenancy.role_revoked", {"role": ["licence_manager", None]}),
    ]


def test_a_role_over_all_companies_is_in_the_log_of_the_installation(stage, written):
    grant_role(actor=ROOT, user=stage.users["bob"], role="auditor", company=None, at=NOW)
    revoke_role(actor=ROOT, user=stage.users["bob"], company=None, at=NOW)

    assert [(company, details) for _, company, _, _, details in written()] == [
        (None, {"role": [None, "auditor"]}),
        (None, {"role": ["auditor", None]}),
    ]
    assert not entries_visible_to(actor=stage.alice).filter(company_id=None).exists()


def test_a_token_is_written_down_without_its_secret(stage, written):
    """D-069."""
    secret = create_token(
        actor=stage.alice, user=stage.users["alice"], name="nightly", at=NOW, can_write=True, days=30
    )
    token = ApiToken.objects.get()
    revoke_token(actor=stage.alice, token_id=token.pk, at=NOW)

    created, revoked = written()
    assert created[:4] == ("tenancy.token_created", stage.acme.pk, "Alice", "nightly")
    ends = (NOW + timedelta(days=30)).isoformat().replace("+00:00", "Z")
    assert created[4] == {"user": "alice", "scope": "write", "companies": "all of the user's", "ends": ends}
    assert revoked[:4] == ("tenancy.token_revoked", stage.acme.pk, "Alice", "nightly")
    public_id, private = secret.removeprefix("tru_").split(".")
    for part in (public_id, private, token.secret_hash):
        assert part not in str(list(Entry.objects.values()))


def test_a_token_is_in_the_log_of_each_company_it_opens_and_tells_none_of_the_other(stage, written):
    """K-021."""
    user = stage.users["alice"]
    grant_role(actor=ROOT, user=user, role="viewer", company=stage.globex, at=NOW)
    both = [stage.globex.pk, stage.acme.pk]
    create_token(actor=stage.alice, user=user, name="both", at=NOW, company_ids=both)
    create_token(actor=stage.alice, user=user, name="one", at=NOW, company_ids=[stage.acme.pk])

    tokens = [(c, s, d["companies"]) for e, c, _, s, d in written() if e == "tenancy.token_created"]
    assert tokens == [
        (stage.acme.pk, "both", [stage.acme.pk]),
        (stage.globex.pk, "both", [stage.globex.pk]),
        (stage.acme.pk, "one", [stage.acme.pk]),
    ]


def test_a_token_of_who_may_everywhere_is_in_the_log_of_the_installation(stage, written):
    user = create_user(actor=ROOT, username="gita", password=PASSWORD, at=NOW)
    grant_role(actor=ROOT, user=user, role="owner", company=None, at=NOW)
    create_token(actor=ROOT, user=user, name="all", at=NOW)
    create_token(actor=ROOT, user=user, name="acme", at=NOW, company_ids=[stage.acme.pk])

    tokens = [(c, a, s) for e, c, a, s, _ in written() if e == "tenancy.token_created"]
    assert tokens == [(None, "the stage", "all"), (stage.acme.pk, "the stage", "acme")]


def test_what_is_refused_is_neither_done_nor_written_down(stage, written):
    """R-001."""
    bob, alice = stage.users["bob"], stage.users["alice"]
    roles = list(Membership.objects.order_by("pk").values())
    owner_of_all = Actor(name="Olga", everywhere=Role.OWNER)
    refused = [
        (NotAllowed, lambda: grant_role(actor=stage.bob, user=bob, role="owner", company=stage.acme, at=NOW)),
        (NotAllowed, lambda: grant_role(actor=stage.alice, user=bob, role="owner", company=None, at=NOW)),
        (NotAllowed, lambda: revoke_role(actor=stage.mallory, user=alice, company=stage.acme, at=NOW)),
        (NotAllowed, lambda: create_token(actor=stage.mallory, user=alice, name="x", at=NOW)),
        (NotAllowed, lambda: set_user_password(actor=stage.alice, user=bob, password=PASSWORD, at=NOW)),
        (NotAllowed, lambda: create_company(actor=stage.alice, name="Hooli", at=NOW)),
        (NotAllowed, lambda: add_region(actor=stage.mallory, company=stage.acme, name="x", at=NOW)),
        (
            NotAllowed,
            lambda: ensure_departments(actor=stage.bob, company_id=stage.acme.pk, names=["x"], at=NOW),
        ),
        (NotFound, lambda: revoke_token(actor=stage.alice, token_id=1, at=NOW)),
        (Problem, lambda: add_region(actor=stage.alice, company=stage.acme, name="Default", at=NOW)),
        (Problem, lambda: grant_role(actor=owner_of_all, user=bob, role="king", company=None, at=NOW)),
        (Problem, lambda: set_user_password(actor=ROOT, user=bob, password="short", at=NOW)),
    ]
    for problem, attempt in refused:
        with pytest.raises(problem):
            attempt()

    assert written() == []
    assert list(Membership.objects.order_by("pk").values()) == roles
    assert not ApiToken.objects.exists()
    assert User.objects.get(pk=bob.pk).check_password(PASSWORD)
