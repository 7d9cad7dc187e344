"""Many writers of one chain at the same moment. The first test shows that the stage has teeth."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import NOW, ROOT, set_stage
from trueup.audit.actions import Happening, record
from trueup.audit.links import link_hash
from trueup.audit.models import Chain, Entry
from trueup.audit.queries import first_broken_link

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 12


def at_once(work):
    def one(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def test_the_race_is_real_without_the_lock():
    """If this fails, the next test proves nothing."""
    company_id = set_stage().acme.pk

    def read_then_write(number):
        chain = Chain.objects.get(pk=company_id)
        time.sleep(0.05)
        entry = Entry(
            company_id=company_id, position=chain.length + 1, happened_at=NOW, event="x", subject=str(number)
        )
        entry.hash = link_hash(entry, chain.last_hash)
        try:
            with transaction.atomic():
                Entry.objects.bulk_create([entry])
        except IntegrityError:
            return False
        Chain.objects.filter(pk=company_id).update(length=entry.position, last_hash=entry.hash)
        return True

    assert at_once(read_then_write).count(False) > 0


@pytest.mark.parametrize("of_company", [True, False])
def test_writers_of_one_chain_stand_in_line(of_company):
    company_id = set_stage().acme.pk if of_company else None

    def write(number):
        with transaction.atomic():
            record(
                actor=ROOT,
                company_id=company_id,
                at=NOW,
                happening=Happening("stage.x", "thing", number, "x"),
            )

    at_once(write)
    positions = list(
        Entry.objects.filter(company_id=company_id).order_by("id").values_list("position", flat=True)
    )
    assert sorted(positions) == list(range(1, len(positions) + 1))
    assert Entry.objects.filter(event="stage.x").count() == HANDS
    assert first_broken_link(company_id=company_id) is None


def test_verifying_while_others_write_raises_no_false_alarm():
    company_id = set_stage().acme.pk

    def write_or_verify(number):
        if number % 3 == 0:
            return [first_broken_link(company_id=company_id) for _ in range(20)]
        for _ in range(10):
            record_one(company_id)
        return []

    def record_one(company_id):
        with transaction.atomic():
            record(actor=ROOT, company_id=company_id, at=NOW, happening=Happening("stage.x", "thing", 1, "x"))

    found = [broken for answers in at_once(write_or_verify) for broken in answers]
    assert len(found) == 80
    assert set(found) == {None}
