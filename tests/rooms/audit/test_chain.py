"""What happened is chained: rewriting it shows, the database refuses it, and nobody reads another company's log."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.cast import NOW, ROOT, a_licence, a_person
from trueup.audit.actions import Happening, open_batch, record
from trueup.audit.links import link_hash
from trueup.audit.models import Chain, Entry
from trueup.audit.queries import chain_states, entries_visible_to, first_broken_link
from trueup.base.access import Role
from trueup.base.actor import Actor

AUDITOR_EVERYWHERE = Actor(name="Erin", everywhere=Role.AUDITOR)


def write_down(company_id, subject="something"):
    happening = Happening("stage.happened", "thing", 1, subject, {"on": [None, NOW.date()]})
    return record(actor=ROOT, company_id=company_id, at=NOW, happening=happening)


def behind_the_trigger(statement, *values):
    """What somebody who owns the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_written_once")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_written_once")


@pytest.fixture(params=["company", "installation"])
def chain(request, stage):
    """A chain with several entries: Acme's, and the installation's own."""
    company_id = stage.acme.pk if request.param == "company" else None
    for number in range(5):
        write_down(company_id, f"thing {number}")
    return company_id


def test_links_are_numbered_without_gaps_and_hold(chain):
    entries = list(Entry.objects.filter(company_id=chain).order_by("position"))

    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) >= 5
    assert first_broken_link(company_id=chain) is None


def test_the_hash_of_an_entry_is_what_it_always_was():
    """Chains written by earlier versions go on verifying."""
    entry = Entry(
        company_id=7, position=3, happened_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), event="people.left",
        actor="Alice", user_id=4, via="page", subject_kind="person", subject_id=9, subject="Carol",
        details={"left_on": "2026-01-02"},
    )  # fmt: skip
    assert link_hash(entry, "ab" * 32) == "1531dd7796bbcb6d40a0ee6ac3eb441a9dceb19ab545bca95e5a707d76cc2175"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET actor = 'Nobody' WHERE id = %s", "DELETE FROM audit_entry WHERE id = %s"],
)
def test_the_database_refuses_to_change_or_delete(chain, statement):
    """What happened is written once."""
    entry = Entry.objects.filter(company_id=chain).last()
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as c:
        c.execute(statement, [entry.pk])

    assert Entry.objects.get(pk=entry.pk).hash == entry.hash


@pytest.mark.parametrize("column", ["actor", "subject", "event", "via", "hash"])
def test_a_changed_entry_is_found(chain, column):
    third = Entry.objects.get(company_id=chain, position=3)
    behind_the_trigger(f"UPDATE audit_entry SET {column} = 'x' WHERE id = %s", third.pk)

    assert first_broken_link(company_id=chain) == 3


def test_a_changed_detail_is_found(chain):
    third = Entry.objects.get(company_id=chain, position=3)
    behind_the_trigger("UPDATE audit_entry SET details = '{}' WHERE id = %s", third.pk)

    assert first_broken_link(company_id=chain) == 3


def test_an_entry_taken_out_is_found(chain):
    behind_the_trigger("DELETE FROM audit_entry WHERE position = 2")

    assert first_broken_link(company_id=chain) == 2


def test_entries_cut_off_the_end_are_found(chain):
    last = Entry.objects.filter(company_id=chain).count()
    behind_the_trigger("DELETE FROM audit_entry WHERE position = %s", last)

    assert first_broken_link(company_id=chain) == last


def test_a_head_taken_away_or_back_is_found(chain):
    """So that neither the end of a chain nor the whole of it can be cut off together with its head."""
    key = chain or 0
    length = Entry.objects.filter(company_id=chain).count()
    before = Entry.objects.get(company_id=chain, position=length - 1).hash
    Chain.objects.filter(pk=key).update(length=length - 1, last_hash=before)
    assert first_broken_link(company_id=chain) == length

    Chain.objects.filter(pk=key).delete()
    assert first_broken_link(company_id=chain) == 1
    assert {state.broken_at for state in chain_states(actor=ROOT) if state.company_id == chain} == {1}


def test_an_entry_put_in_at_the_end_is_found(chain):
    last = Entry.objects.filter(company_id=chain).order_by("position").last()
    last.pk, last.position, last.hash = None, last.position + 1, "0" * 64
    Entry.objects.bulk_create([last])

    assert first_broken_link(company_id=chain) == last.position


def test_one_rewritten_chain_does_not_discredit_another(stage):
    write_down(stage.acme.pk)
    behind_the_trigger("UPDATE audit_entry SET actor = 'x' WHERE company_id = %s", stage.acme.pk)

    broken = {state.company_id: state.broken_at for state in chain_states(actor=ROOT)}
    assert broken == {None: None, stage.acme.pk: 1, stage.globex.pk: None}


def test_what_concerns_the_whole_installation_is_for_who_may_read_every_log(stage):
    """R-001: an owner of one company, and an owner of all who looks at one, see that company's log only."""
    write_down(None, "of the installation")
    write_down(stage.acme.pk, "of Acme")
    write_down(stage.globex.pk, "of Globex")

    def seen_by(actor):
        return set(
            entries_visible_to(actor=actor).filter(event="stage.happened").values_list("subject", flat=True)
        )

    assert seen_by(stage.alice) == {"of Acme"}
    assert seen_by(stage.mallory) == {"of Globex"}
    assert seen_by(stage.bob) == set(), "a viewer may not read the log"
    assert seen_by(AUDITOR_EVERYWHERE) == {"of the installation", "of Acme", "of Globex"}
    assert seen_by(AUDITOR_EVERYWHERE.narrowed_to(stage.acme.pk)) == {"of Acme"}
    assert [state.company_id for state in chain_states(actor=stage.alice)] == [stage.acme.pk]


def write_into(batch, company_id):
    happening = Happening("stage.happened", "thing", 1, "x")
    with transaction.atomic():
        record(actor=ROOT, company_id=company_id, at=NOW, happening=happening, batch_id=batch.pk)
        connection.check_constraints()


def test_an_entry_cannot_belong_to_another_companys_batch(stage):
    """R-001: the wall stands though companies are named by id alone."""
    batch = open_batch(actor=ROOT, company_id=stage.acme.pk, at=NOW, kind="import", label="x")
    for company_id in (stage.globex.pk, None):
        before = Entry.objects.count()
        with pytest.raises(IntegrityError):
            write_into(batch, company_id)
        assert Entry.objects.count() == before


def test_no_two_entries_are_the_same_link(chain):
    """Null is as good as a number here."""
    again = Entry.objects.filter(company_id=chain).order_by("position").last()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.bulk_create([again])


def test_the_actions_of_other_rooms_go_on_in_the_same_chain(stage):
    a_person(stage.acme)
    a_licence(stage.acme)

    assert first_broken_link(company_id=stage.acme.pk) is None
    assert Entry.objects.filter(company_id=stage.acme.pk, event="people.added").exists()
