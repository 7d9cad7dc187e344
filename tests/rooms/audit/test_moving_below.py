"""The migration that put audit below companies keeps every row, hash and refusal of what was there before."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.cast import a_person, set_stage
from trueup.audit.models import Chain, Entry
from trueup.audit.queries import first_broken_link

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = ("audit", "0002_written_once"), ("audit", "0003_below_tenancy")
TODAYS = ("audit", "0004_origin")


def go_to(*states):
    executor = MigrationExecutor(connection)
    executor.migrate(list(states) or executor.loader.graph.leaf_nodes())


@pytest.fixture
def old_form():
    """A database with a history, of the form before; brought to today's form again at the end."""
    stage = set_stage()
    a_person(stage.acme)
    with connection.cursor() as cursor:  # what no earlier version could have written
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_written_once")
        cursor.execute("DELETE FROM audit_entry WHERE company_id IS NULL")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_written_once")
        cursor.execute("DELETE FROM audit_chain WHERE company_id = 0")
    go_to(BEFORE)
    yield stage
    go_to()  # every room that stands on audit went back with it


def keys_to_companies():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND confrelid = 'tenancy_company'::regclass "
            "AND conrelid IN ('audit_entry'::regclass, 'audit_batch'::regclass, 'audit_chain'::regclass)"
        )
        return cursor.fetchone()[0]


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        names = [column.name for column in cursor.description]
        return sorted(sorted(zip(names, map(str, row), strict=True)) for row in cursor.fetchall())


def test_rows_hashes_and_refusals_stay(old_form):
    before = {table: rows_of(table) for table in ("audit_entry", "audit_chain", "audit_batch")}
    assert before["audit_entry"]
    assert keys_to_companies() == 3

    go_to(AFTER)

    assert {table: rows_of(table) for table in before} == before
    assert keys_to_companies() == 0

    go_to(TODAYS)  # the form that today's code reads

    assert {first_broken_link(company_id=pk) for pk in Chain.objects.values_list("pk", flat=True)} == {None}
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Entry.objects.update(actor="x")
    twin = Entry.objects.first()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.bulk_create([twin])
