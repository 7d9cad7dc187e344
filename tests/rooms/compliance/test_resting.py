"""Findings that rest: snoozed by anybody who may count, muted with a reason, in several companies at once."""

from datetime import timedelta

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_product
from tests.rooms.compliance.estates import install, run_over
from trueup.audit.models import Entry
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.compliance.finding_tables import Finding, FindingPolicy, Mute
from trueup.compliance.queries import findings_visible_to, mutes_of, mutes_visible_to
from trueup.compliance.resting import (
    NothingToMute,
    Rest,
    lift_mute,
    mute_finding,
    mute_product,
    set_over_licensed_share,
    snooze_finding,
)
from trueup.licences.models import Licence
from trueup.licences.queries import licences_visible_to

UNTIL = TODAY + timedelta(days=30)
FINE = Rest("Being replaced", UNTIL)


@pytest.fixture
def finding(stage, tmp_path):
    """Acme owns 2 of Draw and has it on 3 devices."""
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, 2, product=product)
    install(stage.acme, product, *(a_device(stage.acme, f"pc{n}") for n in range(3)))
    run_over(tmp_path)
    return Finding.objects.get()


def told(actor, on=TODAY, **more):
    return [one.pk for one in findings_visible_to(actor=actor, on=on, **more)]


def test_a_snoozed_finding_is_silent_until_its_day(stage, finding):
    with pytest.raises(NotAllowed):
        snooze_finding(actor=stage.bob, finding_id=finding.pk, until=UNTIL, on=TODAY, at=NOW)
    with pytest.raises(InvalidValue):
        snooze_finding(actor=stage.alice, finding_id=finding.pk, until=TODAY, on=TODAY, at=NOW)
    assert told(stage.bob) == [finding.pk]

    snooze_finding(actor=stage.alice, finding_id=finding.pk, until=UNTIL, on=TODAY, at=NOW)

    assert told(stage.bob) == []
    assert told(stage.bob, on=UNTIL) == told(stage.bob, muted=True) == [finding.pk]
    assert Entry.objects.get(event="compliance.finding_snoozed").subject_id == finding.pk


def test_a_mute_outlives_the_finding_and_leaves_the_licence_visible(stage, finding, tmp_path):
    """U-057: licence × company, reason, end date; the licence stays visible."""
    for wrong in (Rest(" ", UNTIL), Rest("Fine", TODAY)):
        with pytest.raises(InvalidValue):
            mute_finding(actor=stage.alice, finding_id=finding.pk, rest=wrong, on=TODAY, at=NOW)
    with pytest.raises(NotAllowed):
        mute_finding(actor=stage.bob, finding_id=finding.pk, rest=FINE, on=TODAY, at=NOW)
    assert not Mute.objects.exists()

    mute = mute_finding(actor=stage.alice, finding_id=finding.pk, rest=FINE, on=TODAY, at=NOW)

    Finding.objects.update(closed_at=NOW)
    run_over(tmp_path)
    (again,) = Finding.objects.filter(closed_at=None)
    assert again.pk != finding.pk
    assert told(stage.bob) == []
    assert told(stage.bob, on=UNTIL) == told(stage.bob, muted=True) == [again.pk]
    assert [one.reason for one in mutes_of(actor=stage.bob, finding=again, on=TODAY)] == ["Being replaced"]
    assert licences_visible_to(actor=stage.bob, on=TODAY).count() == Licence.objects.count()
    entry = Entry.objects.get(event="compliance.finding_muted")
    assert (entry.details["reason"], entry.actor) == (mute.reason, "Alice")


def test_a_mute_of_one_kind_leaves_the_others(stage, finding):
    mute_product(
        actor=stage.alice, product_id=finding.product_id, company_ids=[stage.acme.pk], kind="idle", rest=FINE,
        on=TODAY, at=NOW,
    )  # fmt: skip

    assert told(stage.bob) == [finding.pk]


def test_a_product_is_muted_for_a_group_of_companies_or_for_none(stage, finding):
    """U-057: by groups of companies; one that is not yours to decide for refuses the whole."""
    product_id = finding.product_id
    with pytest.raises(NothingToMute):
        mute_product(actor=stage.alice, product_id=product_id, company_ids=[], rest=FINE, on=TODAY, at=NOW)
    both = [stage.acme.pk, stage.globex.pk]
    with pytest.raises(NotFound):
        mute_product(actor=stage.alice, product_id=product_id, company_ids=both, rest=FINE, on=TODAY, at=NOW)
    with pytest.raises(InvalidValue):
        mute_product(
            actor=ROOT, product_id=product_id, company_ids=both[:1], kind="dull", rest=FINE, on=TODAY, at=NOW
        )
    assert not Mute.objects.exists()

    shared = type(finding.product).objects.filter(pk=product_id)
    shared.update(company=None)
    both_owner = Actor(name="Olga", roles=dict.fromkeys(both, Role.OWNER))
    made = mute_product(
        actor=both_owner, product_id=product_id, company_ids=both, rest=FINE, on=TODAY, at=NOW
    )

    assert [one.company_id for one in made] == both
    assert told(stage.bob) == []
    assert [one.company_id for one in mutes_visible_to(actor=stage.mallory)] == [stage.globex.pk]
    assert Entry.objects.filter(event="compliance.product_muted").count() == 2


def test_a_lifted_mute_is_heard_again(stage, finding):
    mute = mute_finding(actor=stage.alice, finding_id=finding.pk, rest=FINE, on=TODAY, at=NOW)
    with pytest.raises(NotFound):
        lift_mute(actor=stage.mallory, mute_id=mute.pk, at=NOW)
    with pytest.raises(NotAllowed):
        lift_mute(actor=stage.bob, mute_id=mute.pk, at=NOW)
    assert told(stage.bob) == []

    lift_mute(actor=stage.alice, mute_id=mute.pk, at=NOW)

    assert told(stage.bob) == [finding.pk]
    assert Mute.objects.get().lifted_by == "Alice"


@pytest.mark.parametrize("percent", [0, 101])
def test_a_share_is_a_share(stage, percent):
    with pytest.raises(InvalidValue):
        set_over_licensed_share(actor=stage.alice, company_id=stage.acme.pk, percent=percent, at=NOW)
    with pytest.raises(NotAllowed):
        set_over_licensed_share(actor=stage.bob, company_id=stage.acme.pk, percent=50, at=NOW)
    assert not FindingPolicy.objects.exists()
