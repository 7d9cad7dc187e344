"""Plans and renewals: the line that follows joins the one before, and the old key stays sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.cast import NOW, TODAY, a_licence, a_person
from tests.rooms.contracts.test_contracts import TERMS, a_contract
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Stale
from trueup.contracts.actions import TermsNotJoined
from trueup.licences.covering import licences_under, link_licences
from trueup.licences.keys.reading import keys_of
from trueup.licences.keys.sealing import NewKey, seal_key
from trueup.licences.lines import LineTerms
from trueup.licences.models import LicenceKey, Purchase, RenewalPlan
from trueup.licences.planning import PlanDone, PlannedAlready, PlanTerms, change_plan, plan_renewal
from trueup.licences.renewing import NewKeyOfTerm, renew_contract, renew_licence, renewable_lines
from trueup.vault.plain import Plain

NEXT = LineTerms(units=4, valid_from=date(2027, 1, 1), valid_until=date(2028, 1, 1))


@pytest.fixture
def licence(stage):
    return a_licence(stage.acme, 5, valid_until=date(2027, 1, 1))


def renew(stage, licence, line=NEXT, **more):
    return renew_licence(actor=stage.alice, licence_id=licence.pk, line=line, at=NOW, on=TODAY, **more)


def plan(stage, licence, **terms):
    wanted = PlanTerms(**{"kind": "renew", "units": 4, **terms})
    return plan_renewal(actor=stage.alice, licence_id=licence.pk, terms=wanted, at=NOW)


@pytest.mark.parametrize("start", [date(2026, 12, 31), date(2027, 1, 2)])
def test_r_154_the_new_line_joins_the_old(stage, licence, start):
    """R-154: neither gap nor overlap unless confirmed."""
    with pytest.raises(TermsNotJoined):
        renew(stage, licence, replace(NEXT, valid_from=start))
    assert Purchase.objects.count() == 1

    made = renew(stage, licence, replace(NEXT, valid_from=start), confirmed=True)
    assert made.valid_from == start


def test_u_002_the_chain_since_the_first_purchase(stage, licence):
    """U-002, R-085: each renewal names the line it follows; a line is renewed once."""
    first = Purchase.objects.get()
    second = renew(stage, licence)
    third = renew(stage, licence, replace(NEXT, valid_from=date(2028, 1, 1), valid_until=None))

    assert (second.kind, second.renews_id, third.renews_id) == ("renewal", first.pk, second.pk)
    assert [one.pk for one in renewable_lines(actor=stage.alice, licence_id=licence.pk)] == [third.pk]
    with pytest.raises(NotFound):
        renew(stage, licence, replace(NEXT, renews_id=first.pk), confirmed=True)
    assert Purchase.objects.count() == 3


def test_r_087_a_new_key_supersedes_the_old_one(stage, licence):
    """R-087, R-155: the old key is kept, superseded and still sealed; without a new key it carries on."""
    old = seal_key(actor=stage.alice, wanted=NewKey(licence.pk, Plain("AAAA-BBBB-CCCC")), at=NOW, on=TODAY)
    renew(stage, licence)
    assert LicenceKey.objects.get().state == "free"

    later = replace(NEXT, valid_from=date(2028, 1, 1), valid_until=date(2029, 1, 1))
    renew(stage, licence, later, key=NewKeyOfTerm(Plain("DDDD-EEEE-FFFF")))
    kept = LicenceKey.objects.get(pk=old.pk)
    assert (kept.state, kept.secret_id) == ("superseded", old.secret_id)
    assert kept.superseded_by is not None
    assert kept.superseded_by.state == "free"


def test_of_several_keys_one_is_named(stage, licence):
    """The renewal as a whole is refused, so no line is stored either."""
    for text in ("AAAA-BBBB-CCCC", "AAAA-BBBB-DDDD"):
        seal_key(actor=stage.alice, wanted=NewKey(licence.pk, Plain(text)), at=NOW, on=TODAY)
    key = NewKeyOfTerm(Plain("DDDD-EEEE-FFFF"))

    with pytest.raises(InvalidValue, match="several keys"):
        renew(stage, licence, key=key)
    assert (Purchase.objects.count(), LicenceKey.objects.count()) == (1, 2)
    second = keys_of(actor=stage.alice, licence_id=licence.pk).last()
    renew(stage, licence, key=replace(key, instead_of=second.pk))
    assert LicenceKey.objects.get(pk=second.pk).state == "superseded"


def test_r_153_a_plan_becomes_the_line(stage, licence):
    """R-153: owner and state; carried out it names its line and is history."""
    owner = a_person(stage.acme)
    made = plan(stage, licence, owner_id=owner.pk, due_on=date(2026, 12, 1), note="Ask for 10 %")
    decided = change_plan(
        actor=stage.alice, plan_id=made.pk, changes={"state": "decided"}, revision=1, at=NOW
    )
    line = renew(stage, licence, plan_id=decided.pk)

    done = RenewalPlan.objects.get()
    assert (done.state, done.line_id, done.owner_id) == ("done", line.pk, owner.pk)
    with pytest.raises(PlanDone):
        change_plan(actor=stage.alice, plan_id=made.pk, changes={"kind": "drop"}, revision=None, at=NOW)
    later = replace(NEXT, valid_from=date(2028, 1, 1), valid_until=None)
    with pytest.raises(PlanDone):
        renew(stage, licence, later, plan_id=made.pk)
    assert Purchase.objects.count() == 2


def test_plans_are_checked_and_one_at_a_time(stage, licence):
    made = plan(stage, licence)
    with pytest.raises(PlannedAlready):
        plan(stage, licence, kind="drop")
    for wrong in ({"kind": "sell"}, {"state": "maybe"}, {"units": -1}):
        with pytest.raises(InvalidValue):
            change_plan(actor=stage.alice, plan_id=made.pk, changes=wrong, revision=None, at=NOW)
    with pytest.raises(Stale):
        change_plan(actor=stage.alice, plan_id=made.pk, changes={"note": "x"}, revision=7, at=NOW)
    assert RenewalPlan.objects.values_list("kind", "state", "note").get() == ("renew", "open", "")


def test_plans_of_others_are_not_found(stage, licence):
    made = plan(stage, licence)
    with pytest.raises(NotAllowed):
        change_plan(actor=stage.bob, plan_id=made.pk, changes={"note": "x"}, revision=None, at=NOW)
    with pytest.raises(NotFound):
        change_plan(actor=stage.mallory, plan_id=made.pk, changes={"note": "x"}, revision=None, at=NOW)
    with pytest.raises(NotFound):
        renew_licence(actor=stage.mallory, licence_id=licence.pk, line=NEXT, at=NOW, on=TODAY)
    other = a_licence(stage.globex, 5, valid_until=date(2027, 1, 1))
    with pytest.raises(NotFound):
        renew_licence(actor=stage.mallory, licence_id=other.pk, line=NEXT, at=NOW, on=TODAY, plan_id=made.pk)
    assert RenewalPlan.objects.values_list("note", "state").get() == ("", "open")
    assert Purchase.objects.count() == 2


def test_a_renewed_contract_takes_its_licences_along(stage, licence):
    old = a_contract(stage)
    link_licences(actor=stage.alice, contract_id=old.pk, licence_ids=[licence.pk], at=NOW)
    wanted = plan_renewal(actor=stage.alice, contract_id=old.pk, terms=PlanTerms("renew"), at=NOW)
    terms = replace(TERMS, valid_from=date(2027, 1, 1), valid_until=date(2028, 1, 1))
    new = renew_contract(actor=stage.alice, contract_id=old.pk, terms=terms, at=NOW, plan_id=wanted.pk)

    assert [one.pk for one in licences_under(actor=stage.bob, contract_id=new.pk, on=TODAY)] == [licence.pk]
    assert RenewalPlan.objects.get().state == "done"
