"""A company that comes back from its archive has the same records, the same positions and the same history."""

import json

import click.testing
import pytest
from django.db import connection

from tests.cast import NOW, ROOT, TODAY
from tests.connectors.company_archive.estate import (
    KEYS,
    PASSPHRASE,
    fill,
    table,
    taken_in,
    told,
    unpacked,
    written,
)
from tests.rooms.compliance.estates import run_over
from trueup.assignments.actions import Holder, assign_units
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment
from trueup.assignments.undoing import undo_batch
from trueup.audit.models import Batch, Entry
from trueup.audit.queries import chain_states, entries_of, first_broken_link
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.catalogue.models import Product
from trueup.cli import company as door
from trueup.compliance.models import Position
from trueup.connectors.company_archive.numbering import TABLES
from trueup.documents.models import Document
from trueup.documents.queries import content_for
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.keys.reading import place_of_key
from trueup.licences.models import Licence, LicenceKey
from trueup.reports.moving_out import OWNED
from trueup.tenancy.actions import NameTaken
from trueup.tenancy.models import Company, Membership
from trueup.vault.envelope import open_envelope
from trueup.vault.keys import key_provider
from trueup.vault.plain import Plain
from trueup.vault.queries import envelope_of
from trueup.vault.travelling import WrongPassphrase


@pytest.fixture
def estate(stage, settings, tmp_path):
    settings.HOME, settings.SCANNER = tmp_path, ""
    fill(stage)
    return stage


@pytest.fixture
def archive(estate, tmp_path):
    return written(estate.acme, tmp_path / "acme.zip")


def test_the_estate_has_something_in_every_table(archive):
    """Else a table could stay behind and nobody would see it."""
    files = unpacked(archive)
    assert [name for name in TABLES if not table(files, name)] == []


def test_record_by_record_it_is_the_same_company(archive, tmp_path):
    done = taken_in(archive)
    again = written(Company.objects.get(pk=done.company_id), tmp_path / "again.zip")
    before, after = told(unpacked(archive)), told(unpacked(again))
    came_back = len(before["audit_entries"])
    assert [row["event"] for row in after["audit_entries"][came_back:]] == [
        "tenancy.company_restored", "tenancy.role_granted", "vault.secrets_moved_out",
    ]  # fmt: skip
    after["audit_entries"] = after["audit_entries"][:came_back]
    for name, rows in before.items():
        assert after[name] == rows, name
    assert done.rows == {name: len(before[name]) for name, _rows in OWNED}
    assert done.remarks == ()


def test_its_positions_counted_again_are_the_same(estate, archive, tmp_path):
    def positions(company):
        run = run_over(tmp_path, company)
        fields = (
            "product__name",
            "metric",
            "state",
            "entitled",
            "required_point",
            "short",
            "spare",
            "installations",
        )
        return sorted(Position.objects.filter(run=run).values_list(*fields), key=str)

    before = positions(estate.acme)
    restored = Company.objects.get(pk=taken_in(archive).company_id)
    assert positions(restored) == before
    assert {row[0] for row in before} == {"Sharpdraw", "Own tool", "Draw", "Together"}
    assert ledger_faults(actor=ROOT) == ()


def test_its_history_is_unbroken_and_stands_beside_the_same_things(estate, archive):
    done = taken_in(archive)
    states = {state.company_id: state for state in chain_states(actor=ROOT)}
    assert states[done.company_id].broken_at is None
    assert done.entries == states[estate.acme.pk].length
    old = Licence.objects.filter(company=estate.acme).earliest("pk")
    new = Licence.objects.filter(company_id=done.company_id).earliest("pk")
    history = [
        [(row.event, row.actor, row.details) for row in entries_of(
            actor=ROOT, view=Permission.LICENCES_VIEW, subject_kind="licence", subject_id=licence.pk
        )]
        for licence in (old, new)
    ]  # fmt: skip
    assert history[0] == history[1]
    assert not Entry.objects.filter(company_id=done.company_id, user_id__isnull=False).exists()


@pytest.mark.parametrize("column", ["subject_id", "batch_id", "actor"])
def test_who_rewrites_what_came_along_is_found_out(archive, column):
    """Also by moving an entry to another thing, which its own hash does not cover."""
    done = taken_in(archive)
    entry = Entry.objects.filter(company_id=done.company_id, subject_kind="licence").earliest("pk")
    value = {
        "actor": "Mallory",
        "subject_id": 999,
        "batch_id": Batch.objects.filter(company_id=done.company_id).first().pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_written_once")
        cursor.execute(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", [value[column], entry.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_written_once")
    assert first_broken_link(company_id=done.company_id) is not None


def test_it_moves_twice_and_the_first_history_still_holds(archive, tmp_path):
    once = Company.objects.get(pk=taken_in(archive).company_id)
    twice = taken_in(written(once, tmp_path / "twice.zip"), name="Acme thrice")
    assert first_broken_link(company_id=twice.company_id) is None
    assert Entry.objects.filter(company_id=twice.company_id, event="tenancy.company_restored").count() == 2


def test_keys_are_sealed_anew_and_open_for_nobody_else(estate, archive):
    done = taken_in(archive)
    keys = LicenceKey.objects.filter(company_id=done.company_id).select_related("secret").order_by("pk")
    texts = [
        open_envelope(
            envelope_of(secret=key.secret),
            place=place_of_key(key=key),
            form=key.secret.form,
            keys=key_provider(),
        ).expose()
        for key in keys
    ]
    assert texts == list(KEYS)
    assert not any(text.encode() in archive.read_bytes() for text in KEYS)
    assert Entry.objects.filter(company_id=estate.acme.pk, event="vault.secrets_moved_out").count() == 1


def test_without_the_passphrase_all_but_the_keys_comes_in_and_it_is_said(archive):
    done = taken_in(archive, passphrase=None)
    assert done.rows["licence_keys"] == 0
    assert "2 licence keys did not come along" in done.remarks[0]
    assert not LicenceKey.objects.filter(company_id=done.company_id).exists()


def test_another_passphrase_stores_nothing(archive):
    with pytest.raises(WrongPassphrase):
        taken_in(archive, passphrase=Plain("four words somebody says"))
    assert not Company.objects.filter(name="Acme again").exists()


def test_a_short_passphrase_is_refused_before_a_key_is_opened(estate, tmp_path):
    with pytest.raises(InvalidValue):
        written(estate.acme, tmp_path / "weak.zip", Plain("short"))
    assert not Entry.objects.filter(event="vault.secrets_moved_out").exists()


def test_documents_come_with_every_version(archive):
    done = taken_in(archive)
    rows = Document.objects.filter(company_id=done.company_id).order_by("pk")
    assert [(row.name, row.version, row.replaced_at is None) for row in rows] == [
        ("invoice.pdf", 1, False), ("mail.eml", 2, True),
    ]  # fmt: skip
    assert all(len(content_for(document=row)) == row.size_bytes for row in rows)


def test_a_batch_that_came_along_can_still_be_taken_back(archive):
    done = taken_in(archive)
    batch = Batch.objects.get(company_id=done.company_id, kind="assignments.assign_list")
    undone = undo_batch(actor=ROOT, batch_id=batch.pk, at=NOW.replace(hour=23), on=TODAY)
    assert (undone.units, undone.left) == (1, 0)
    assert Assignment.objects.get(pk=batch.undo["assignments"][0]).company_id == done.company_id


def test_units_that_came_along_are_guarded_like_any_others(archive):
    done = taken_in(archive)
    licence = Licence.objects.filter(company_id=done.company_id).earliest("pk")
    person = (
        licence.company_id
        and Assignment.objects.filter(licence=licence, released_at__isnull=False).get().person_id
    )
    with pytest.raises(NotEnoughUnits):
        assign_units(
            actor=ROOT, licence_id=licence.pk, holder=Holder("person", person), units=4, at=NOW, on=TODAY
        )
    licence.refresh_from_db()
    assert (licence.granted, licence.held) == (4, 1)


def test_a_product_the_library_here_lacks_comes_in_as_the_companys_own(archive):
    """No archive adds to what other companies see."""
    Product.objects.filter(library_key="sharpdraw").update(library_key="elsewhere", name="Elsewhere")
    done = taken_in(archive)
    copied = Product.objects.get(company_id=done.company_id, name="Sharpdraw")
    assert copied.library_key is None
    assert "Sharpdraw" in done.remarks[-1]
    assert Product.objects.filter(company=None).count() == 1


def test_a_look_stores_nothing(archive, tmp_path):
    done = taken_in(archive, dry_run=True)
    assert done.rows["licences"] == 3
    assert not Company.objects.filter(name="Acme again").exists()
    assert not list((tmp_path / "documents" / "drafts").iterdir())


def test_a_name_that_is_taken_is_refused(archive):
    with pytest.raises(NameTaken):
        taken_in(archive, name="")
    assert Company.objects.count() == 2


def test_the_owner_owns_it_and_others_see_nothing(estate, archive):
    done = taken_in(archive)
    assert [row.user.username for row in Membership.objects.filter(company_id=done.company_id)] == ["alice"]
    assert not Licence.objects.visible_to(estate.mallory, Permission.LICENCES_VIEW).filter(
        company_id=done.company_id
    )


def test_the_commands_write_and_read_it(estate, tmp_path, monkeypatch):
    for name in ("export_", "import_"):
        command = getattr(door, name)
        monkeypatch.setattr(command, "callback", command.callback.__wrapped__)
    path, words, run = tmp_path / "out.zip", tmp_path / "words", click.testing.CliRunner()
    words.write_text(f"{PASSPHRASE.expose()}\n")
    keys = ["--passphrase-file", str(words)]
    assert run.invoke(door.company, ["export", "Acme", "--to", str(path), *keys]).exit_code == 0
    said = run.invoke(door.company, ["import", str(path), "--as", "Acme again", "--dry-run", *keys])
    assert (said.exit_code, "Nothing was stored" in said.output) == (0, True), said.output
    said = run.invoke(door.company, ["import", str(path), "--as", "Acme again", *keys])
    assert (said.exit_code, "“Acme again” is in." in said.output) == (0, True), said.output
    last = json.loads(unpacked(path)["manifest.json"])["audit_chain"]["last_hash"]
    assert last in said.output
