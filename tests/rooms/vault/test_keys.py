"""Keys of licences: sealed, masked, taken with the seat, replaced, looked up by those allowed, revealed with a reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import NOW, TODAY, a_device, a_licence, a_product, holder
from trueup.assignments.actions import assign_many, assign_units, release_units
from trueup.assignments.models import Assignment
from trueup.assignments.queries import keys_with_holders
from trueup.audit.models import Entry
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.licences.bulk import Scene
from trueup.licences.keys.holding import NoFreeKey
from trueup.licences.keys.reading import keys_matching, keys_of
from trueup.licences.keys.revealing import reveal_key
from trueup.licences.keys.sealing import (
    KeyMissing,
    KeyNotCurrent,
    KeySealedAlready,
    NewKey,
    create_licence_with_key,
    require_key,
    seal_key,
    seal_keys,
    set_key_terms,
    supersede_key,
)
from trueup.licences.lines import LicenceTerms
from trueup.licences.models import Licence, LicenceKey
from trueup.vault.actions import MOST_A_COMPANY, MOST_A_PERSON, TooManyReveals
from trueup.vault.envelope import SealBroken
from trueup.vault.models import Reveal, Secret
from trueup.vault.plain import Plain

KEY = "AAAAA-BBBBB-CCCCC-DDDDD-K7Q4F"
WHY = "activation of db1"


def a_key(stage, licence, text=KEY, **terms):
    return seal_key(actor=stage.alice, wanted=NewKey(licence.pk, Plain(text), **terms), at=NOW, on=TODAY)


def a_pool(stage, licence, size):
    scene = Scene(actor=stage.alice, company_id=licence.company_id, batch_id=None, at=NOW, on=TODAY)
    wanted = [NewKey(licence.pk, Plain(f"SEAT-{n:04}-{n:012}"), per_seat=True) for n in range(size)]
    return seal_keys(scene=scene, wanted=wanted)


def shown(stage, key, actor=None, reason=WHY, at=NOW):
    return reveal_key(actor=actor or stage.alice, key_id=key.pk, reason=reason, at=at).expose()


def test_a_key_is_sealed_masked_and_revealed(stage):
    """R-036, R-122, R-123: the reason stands in the log of the licence."""
    licence = a_licence(stage.acme)
    key = a_key(stage, licence)

    assert keys_of(actor=stage.bob, licence_id=licence.pk).get().tail == "7Q4F"
    assert shown(stage, key) == KEY
    entry = Entry.objects.get(event="vault.revealed")
    assert (entry.actor, entry.subject_id, entry.details["reason"]) == ("Alice", licence.pk, WHY)
    assert Entry.objects.get(event="licences.keys_sealed").details == {"keys": [key.pk]}


def test_a_reveal_needs_permission_and_reason(stage):
    """D-093: on every refusal nothing is shown, and nothing says it was."""
    key = a_key(stage, a_licence(stage.acme))

    refusals = [
        (NotAllowed, stage.bob, WHY),
        (NotFound, stage.mallory, WHY),
        (NotAllowed, replace(stage.alice, read_only=True), WHY),
        (InvalidValue, stage.alice, "  "),
        (InvalidValue, stage.alice, f"to send {KEY.lower()} to Carol"),
    ]
    for problem, actor, reason in refusals:
        with pytest.raises(problem) as refused:
            shown(stage, key, actor, reason)
        assert KEY not in str(refused.value)
    assert not Reveal.objects.exists()
    assert not Entry.objects.filter(event="vault.revealed").exists()


def test_a_handle_pasted_onto_another_key_reveals_nothing(stage):
    """C-020: the sealed row of one key does not open under another."""
    licence = a_licence(stage.acme)
    mine, other = a_key(stage, licence), a_key(stage, licence, "OTHER-" * 5)
    secrets = {key.pk: key.secret_id for key in (mine, other)}
    LicenceKey.objects.filter(pk=other.pk).delete()
    LicenceKey.objects.filter(pk=mine.pk).update(secret_id=secrets[other.pk])

    with pytest.raises(SealBroken):
        shown(stage, mine)
    assert not Entry.objects.filter(event="vault.revealed").exists()


def test_a_person_reveals_ten_a_minute(stage):
    """C-020."""
    key = a_key(stage, a_licence(stage.acme))
    for second in range(MOST_A_PERSON):
        shown(stage, key, at=NOW + timedelta(seconds=second))

    with pytest.raises(TooManyReveals) as refused:
        shown(stage, key, at=NOW + timedelta(seconds=50))
    assert refused.value.status == 429
    assert Reveal.objects.count() == MOST_A_PERSON
    assert shown(stage, key, at=NOW + timedelta(seconds=61)) == KEY


def test_a_company_is_revealed_fifty_times_a_minute(stage):
    key = a_key(stage, a_licence(stage.acme))
    people = [Actor(f"p{n}", user_id=1000 + n, roles={stage.acme.pk: Role.OWNER}) for n in range(6)]
    for n in range(MOST_A_COMPANY):
        shown(stage, key, people[n % 5])

    with pytest.raises(TooManyReveals):
        shown(stage, key, people[5])


def test_seats_take_the_next_key_and_give_it_back(stage):
    """U-017."""
    licence = a_licence(stage.acme, 3)
    keys = a_pool(stage, licence, 3)
    one, two = (
        assign_units(
            actor=stage.alice,
            licence_id=licence.pk,
            holder=holder(a_device(stage.acme, name)),
            units=1,
            at=NOW,
            on=TODAY,
        )
        for name in ("db1", "db2")
    )

    held = list(keys_with_holders(actor=stage.bob, licence_id=licence.pk).values_list("state", "holder_name"))
    assert held == [("taken", "db1"), ("taken", "db2"), ("free", None)]
    assert Entry.objects.filter(event="assignments.assigned").first().details["key_ids"] == [keys[0].pk]

    release_units(actor=stage.alice, assignment_id=one.pk, at=NOW, on=TODAY)
    assert LicenceKey.objects.get(pk=keys[0].pk).state == "free"
    set_key_terms(
        actor=stage.alice, licence_id=licence.pk, has_no_key=False, on_release="burn", at=NOW, on=TODAY
    )
    release_units(actor=stage.alice, assignment_id=two.pk, at=NOW, on=TODAY)
    burnt = keys_with_holders(actor=stage.alice, licence_id=licence.pk).get(pk=keys[1].pk)
    assert (burnt.state, burnt.holder_name) == ("burnt", "db2")  # who had it stays known


def test_seats_beyond_the_pool_are_refused_whole(stage):
    licence = a_licence(stage.acme, 5)
    a_pool(stage, licence, 2)
    holders = [(holder(a_device(stage.acme, f"db{n}")), 1) for n in range(3)]

    with pytest.raises(NoFreeKey) as refused:
        assign_many(actor=stage.alice, licence_id=licence.pk, holders=holders, at=NOW, on=TODAY)
    assert (refused.value.facts["asked"], refused.value.facts["free"]) == (3, 2)
    assert not Assignment.objects.exists()
    assert not LicenceKey.objects.exclude(state="free").exists()
    assert Licence.objects.get().held == 0


def test_an_assignment_of_two_units_has_two_keys(stage):
    licence = a_licence(stage.acme, 5)
    a_pool(stage, licence, 2)
    made = assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_device(stage.acme)),
        units=2,
        at=NOW,
        on=TODAY,
    )

    assert LicenceKey.objects.filter(assignment_id=made.pk).count() == 2


def test_a_shared_key_is_nobodys_seat(stage):
    licence = a_licence(stage.acme, 5)
    key = a_key(stage, licence)
    assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_device(stage.acme)),
        units=2,
        at=NOW,
        on=TODAY,
    )

    assert LicenceKey.objects.get(pk=key.pk).state == "free"


def test_a_replaced_key_stays_sealed_and_leaves_its_seat(stage):
    """R-087, R-155."""
    licence = a_licence(stage.acme, 3)
    old = a_pool(stage, licence, 1)[0]
    made = assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_device(stage.acme)),
        units=1,
        at=NOW,
        on=TODAY,
    )
    new = supersede_key(
        actor=stage.alice, key_id=old.pk, plain=Plain(KEY), reason="renewal 2027", at=NOW, on=TODAY
    )

    old.refresh_from_db()
    assert (old.state, old.superseded_by_id) == ("superseded", new.pk)
    assert (new.state, new.assignment_id) == ("taken", made.pk)
    assert (shown(stage, old), shown(stage, new)) == ("SEAT-0000-000000000000", KEY)
    with pytest.raises(KeyNotCurrent):
        supersede_key(actor=stage.alice, key_id=old.pk, plain=Plain("X" * 20), reason="", at=NOW, on=TODAY)


@pytest.mark.parametrize("spelling", [KEY, KEY.lower(), KEY.replace("-", ""), f"  {KEY.replace('-', ' ')} "])
def test_a_key_is_found_exactly_by_those_allowed(stage, spelling):
    """U-019, D-092."""
    key = a_key(stage, a_licence(stage.acme))

    assert [found.pk for found in keys_matching(actor=stage.alice, plains=[Plain(spelling)])] == [key.pk]
    for part in (KEY[:-1], KEY[6:], "%", f"{KEY[:10]}%", "_" * len(KEY)):
        assert not keys_matching(actor=stage.alice, plains=[Plain(part)]).exists()
    assert not keys_matching(actor=stage.mallory, plains=[Plain(KEY)]).exists()


def test_looking_up_is_no_oracle(stage):
    """D-055: refused the same whether the key is there or not."""
    a_key(stage, a_licence(stage.acme))
    answers = []
    for text in (KEY, "NOT-THERE-NOT-THERE-NOT"):
        with pytest.raises(NotAllowed) as refused:
            keys_matching(actor=stage.bob, plains=[Plain(text)])
        answers.append(str(refused.value))
    assert answers[0] == answers[1]


def test_a_key_is_sealed_once_under_a_licence(stage):
    licence = a_licence(stage.acme)
    a_key(stage, licence)

    with pytest.raises(KeySealedAlready) as refused:
        a_key(stage, licence, KEY.lower())
    assert KEY not in str(refused.value).upper()
    a_key(stage, licence, KEY, kind="serial_number")
    a_key(stage, a_licence(stage.acme, product=licence.product))  # a volume key may serve several licences
    scene = Scene(actor=stage.alice, company_id=stage.acme.pk, batch_id=None, at=NOW, on=TODAY)
    with pytest.raises(KeySealedAlready, match="place 2"):
        seal_keys(scene=scene, wanted=[NewKey(licence.pk, Plain("TWICE-TWICE-TWICE"))] * 2)
    assert Secret.objects.count() == LicenceKey.objects.count() == 3


@pytest.mark.parametrize("text", ["", "  ", "n/a", "N.A.", "none", "volume", "---"])
def test_a_placeholder_is_no_key(stage, text):
    licence = a_licence(stage.acme)
    with pytest.raises(InvalidValue):
        a_key(stage, licence, text)
    assert not Secret.objects.exists()


def test_a_label_that_tells_the_key_is_refused(stage):
    with pytest.raises(InvalidValue):
        a_key(stage, a_licence(stage.acme), label=f"Key {KEY}")
    assert not Secret.objects.exists()


def test_sealing_is_for_those_who_change_licences(stage):
    licence = a_licence(stage.acme)
    for actor, problem in ((stage.bob, NotAllowed), (stage.mallory, NotFound)):
        with pytest.raises(problem):
            seal_key(actor=actor, wanted=NewKey(licence.pk, Plain(KEY)), at=NOW, on=TODAY)
    assert not Secret.objects.exists()


def test_a_licence_has_a_key_or_the_word_that_it_has_none(stage):
    """R-036."""
    licence = a_licence(stage.acme)
    set_key_terms(
        actor=stage.alice, licence_id=licence.pk, has_no_key=True, on_release="return", at=NOW, on=TODAY
    )
    assert Licence.objects.get().has_no_key
    a_key(stage, licence)
    assert not Licence.objects.get().has_no_key
    with pytest.raises(InvalidValue):
        set_key_terms(
            actor=stage.alice, licence_id=licence.pk, has_no_key=True, on_release="return", at=NOW, on=TODAY
        )

    require_key(plain=Plain(KEY), has_no_key=False)
    require_key(plain=None, has_no_key=True)
    for plain, has_no_key in ((None, False), (Plain(KEY), True)):
        with pytest.raises(KeyMissing):
            require_key(plain=plain, has_no_key=has_no_key)


def test_a_new_licence_and_its_key_are_made_together_or_not_at_all(stage):
    """R-036: without the key and without the word, 422 and nothing stored."""
    terms = LicenceTerms(product_id=a_product(stage.acme).pk, metric="per_device")

    def made(plain, *, has_no_key):
        return create_licence_with_key(
            actor=stage.alice, company_id=stage.acme.pk, terms=terms, line=None, plain=plain, has_no_key=has_no_key,
            at=NOW, on=TODAY,
        )  # fmt: skip

    for plain in (None, Plain("n/a")):
        with pytest.raises(InvalidValue) as refused:
            made(plain, has_no_key=False)
        assert refused.value.status == 422
    assert not Licence.objects.exists()
    assert LicenceKey.objects.get(licence=made(Plain(KEY), has_no_key=False).pk).kind == "product_key"
    assert made(None, has_no_key=True).has_no_key
