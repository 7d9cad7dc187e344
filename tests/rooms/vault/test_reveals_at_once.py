"""Many reveals and many seats at the same moment. The first test shows that the stage has teeth."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.cast import NOW, TODAY, a_device, a_licence, holder, set_stage
from trueup.assignments.actions import assign_units
from trueup.audit.models import Entry
from trueup.licences.bulk import Scene
from trueup.licences.keys.revealing import reveal_key
from trueup.licences.keys.sealing import NewKey, seal_keys
from trueup.licences.models import LicenceKey
from trueup.vault.actions import MOST_A_PERSON, TooManyReveals
from trueup.vault.models import Reveal
from trueup.vault.plain import Plain

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 16


def at_once(work):
    def one(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


@pytest.fixture
def scene():
    stage = set_stage()
    licence = a_licence(stage.acme, HANDS)
    alice = Scene(actor=stage.alice, company_id=stage.acme.pk, batch_id=None, at=NOW, on=TODAY)
    wanted = [NewKey(licence.pk, Plain(f"SEAT-{n:04}-{n:012}"), per_seat=True) for n in range(HANDS)]
    return stage, licence, seal_keys(scene=alice, wanted=wanted)


def test_the_race_is_real_without_the_locks(scene):
    """If this fails, the next test proves nothing."""
    stage, _, keys = scene

    def count_then_write(number):
        with transaction.atomic():
            if Reveal.objects.count() < MOST_A_PERSON:
                time.sleep(0.05)
                Reveal.objects.create(
                    company=stage.acme, secret_id=keys[number].secret_id, person="?", revealed_at=NOW
                )

    at_once(count_then_write)
    assert Reveal.objects.count() > MOST_A_PERSON


def test_ten_reveals_and_no_more(scene):
    """C-020."""
    stage, _, keys = scene

    def reveal(number):
        try:
            return reveal_key(
                actor=stage.alice, key_id=keys[number].pk, reason="all at once", at=NOW
            ).expose()
        except TooManyReveals:
            return None

    shown = [text for text in at_once(reveal) if text]
    assert len(shown) == len(set(shown)) == MOST_A_PERSON
    assert Reveal.objects.count() == Entry.objects.filter(event="vault.revealed").count() == MOST_A_PERSON


def test_no_two_seats_get_one_key(scene):
    """U-017."""
    stage, licence, _ = scene
    devices = [a_device(stage.acme, f"host{n}") for n in range(HANDS)]

    at_once(
        lambda number: assign_units(
            actor=stage.alice,
            licence_id=licence.pk,
            holder=holder(devices[number]),
            units=1,
            at=NOW,
            on=TODAY,
        )
    )
    taken = list(LicenceKey.objects.filter(state="taken").values_list("assignment_id", flat=True))
    assert len(taken) == len(set(taken)) == HANDS
