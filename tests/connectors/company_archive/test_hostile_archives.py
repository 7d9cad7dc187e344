"""Archives that somebody made or changed: refused with the reason, and nothing stored, not even a draft."""

import hashlib
import io
import json
import shutil
import struct
import zipfile
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from tests.cast import NOW, set_stage
from tests.connectors.company_archive.estate import fill, packed, table, taken_in, unpacked, written
from trueup.audit.models import Batch, Entry
from trueup.base.problems import NotAllowed
from trueup.catalogue.models import Product
from trueup.connectors.company_archive.opening import ArchiveRefused, open_archive
from trueup.connectors.company_archive.restoring import Wanted, restore_company
from trueup.licences.models import Licence
from trueup.tenancy.models import Company
from trueup.vault.models import Secret


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker, tmp_path_factory):
    """An archive, made once: nothing of its company has to be there for it to come in."""
    folder = tmp_path_factory.mktemp("whole")
    with django_db_blocker.unblock(), override_settings(HOME=folder, SCANNER=""), transaction.atomic():
        stage = set_stage()
        fill(stage)
        path = written(stage.acme, folder / "acme.zip", passphrase=None)
        transaction.set_rollback(True)
    return path


@pytest.fixture
def archive(whole, db, settings, tmp_path):
    settings.HOME, settings.SCANNER = tmp_path, ""
    return Path(shutil.copy(whole, tmp_path))


def stored():
    return [model.objects.count() for model in (Company, Licence, Product, Secret, Entry, Batch)]


def refused(path, words, tmp_path):
    before = stored()
    with pytest.raises(ArchiveRefused) as why:
        taken_in(path, passphrase=None, owner="")
    assert words in why.value.detail
    assert stored() == before
    drafts = tmp_path / "documents" / "drafts"
    assert not drafts.exists() or not list(drafts.iterdir())


def changed(archive, name, change, row=0):
    """The archive with one record of a table changed, and a manifest that fits."""
    files = unpacked(archive)
    rows = table(files, name)
    rows[row] = change(rows[row])
    files[f"tables/{name}.jsonl"] = b"".join(json.dumps(one).encode() + b"\n" for one in rows)
    return packed(files, archive)


def with_parts(archive, *parts):
    """The archive with more parts than its manifest names."""
    with zipfile.ZipFile(archive, "a") as file:
        for name, content in parts:
            file.writestr(name, content, zipfile.ZIP_DEFLATED)
    return archive


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "files/../../x", "tables\\x.jsonl", "run.py"]
)
def test_a_part_that_leads_elsewhere_is_refused(archive, tmp_path, name):
    refused(with_parts(archive, (name, b"x")), "which no archive of a company does", tmp_path)
    assert not (tmp_path / "x").exists()


def test_a_part_the_manifest_does_not_name_is_refused(archive, tmp_path):
    refused(with_parts(archive, ("tables/users.jsonl", b"{}")), "does not name the parts", tmp_path)


def test_a_part_that_is_there_twice_is_refused(archive, tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        with_parts(archive, ("tables/people.jsonl", b"{}"))
    refused(archive, "two parts of one name", tmp_path)


def test_a_bomb_is_refused_before_it_is_unpacked(archive, tmp_path):
    refused(with_parts(archive, ("files/" + "0" * 64, b"\0" * 20_000_000)), "far more than it is", tmp_path)


def test_parts_that_lie_over_each_other_are_refused(tmp_path, archive):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as file:
        file.writestr("files/" + "a" * 64, b"x" * 5000)
        file.writestr("files/" + "b" * 64, b"x")
    content = bytearray(stream.getvalue())
    second = content.rindex(b"PK\x01\x02")
    content[second + 20 : second + 28] = struct.pack("<II", 5000, 5000)
    archive.write_bytes(content)
    refused(archive, "far more than it is", tmp_path)


def test_bytes_that_changed_are_refused(archive, tmp_path):
    """The manifest keeps the hash of each part."""
    files = unpacked(archive)
    files["tables/people.jsonl"] = files["tables/people.jsonl"].replace(b"carol", b"caril")
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    refused(archive, "“tables/people.jsonl” is not what was written", tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no zip at all", "no ZIP file"), (b"", "no ZIP file")],
)
def test_what_is_no_archive_is_refused(archive, tmp_path, content, words):
    archive.write_bytes(content)
    refused(archive, words, tmp_path)


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ({"format": "else"}, "not that of a company"),
        ({"schema": 1}, "form 1"),
        ({"schema": True, "format": "trueup-company"}, "form True"),
        ({"rows": {}}, "as many records"),
        ({"audit_chain": {"length": 1, "last_hash": ""}}, "does not end where"),
    ],
)
def test_another_manifest_is_refused(archive, tmp_path, manifest, words):
    files = unpacked(archive)
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | manifest).encode()
    refused(packed(files, archive), words, tmp_path)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("people", {"is_admin": True}, "unknown is_admin"),
        ("people", {"company_id": 2**40}, "of “company”"),
        ("people", {"region_id": 2**40}, "of “regions”"),
        ("people", {"id": "1; DROP TABLE"}, "has none"),
        ("people", {"name": "x" * 201}, "longer than 200"),
        ("people", {"name": "a\0b"}, "NUL"),
        ("people", {"is_active": "yes"}, "is_active cannot be"),
        ("people", {"left_on": "yesterday"}, "left_on cannot be"),
        ("licences", {"policy": "anything"}, "policy cannot be"),
        ("licences", {"held": -1}, "held cannot be"),
        ("licences", {"held": 2**80}, "held cannot be"),
        ("licences", {"created_at": "2026-01-01T00:00:00"}, "time zone"),
        ("purchases", {"price": "NaN"}, "price cannot be"),
        ("contracts", {"portal_url": "javascript:alert(1)"}, "portal_url cannot be"),
        ("licences", {"granted": 500, "excess": 0}, "do not add up"),
        ("movements", {"units": 3}, "do not add up"),
        ("purchases", {"valid_until": "2020-01-01"}, "contradict each other"),
        ("documents", {"media_type": "text/html"}, "not the type of file"),
        ("audit_entries", {"actor": "Somebody else"}, "was rewritten"),
        ("audit_entries", {"origin": {"company_id": 1}}, "where it is from"),
        ("batches", {"undo": {"licence": 2**40, "assignments": []}}, "of “licences”"),
        ("device_sections", {"facts": {"a": "\0"}}, "contradict each other"),
    ],
)
def test_a_record_that_does_not_belong_is_refused(archive, tmp_path, name, change, words):
    """Unknown fields, foreign ids, values no column takes, sums that do not add up, a history that was rewritten."""
    refused(changed(archive, name, lambda row: row | change), words, tmp_path)


def test_a_record_without_a_field_is_refused(archive, tmp_path):
    changed(archive, "people", lambda row: {key: value for key, value in row.items() if key != "email"})
    refused(archive, "missing email", tmp_path)


def test_two_records_of_one_id_are_refused(archive, tmp_path):
    first = table(unpacked(archive), "people")[0]["id"]
    refused(changed(archive, "people", lambda row: row | {"id": first}, row=1), "one id", tmp_path)


def test_a_line_that_is_no_record_is_refused(archive, tmp_path):
    refused(changed(archive, "people", lambda _row: ["no", "record"]), "", tmp_path)
    files = unpacked(archive)
    files["tables/people.jsonl"] = b'{"id": 1, "name": NaN}\n' + b"[" * 100_000 + b"\n"
    refused(packed(files, archive), "cannot be read", tmp_path)


def test_an_archive_of_two_companies_is_refused(archive, tmp_path):
    files = unpacked(archive)
    files["tables/company.jsonl"] *= 2
    refused(packed(files, archive), "not of one company", tmp_path)


def test_bytes_that_no_document_names_are_refused(archive, tmp_path):
    files = unpacked(archive)
    files[f"files/{hashlib.sha256(b'stray').hexdigest()}"] = b"stray"
    refused(packed(files, archive), "is of no document", tmp_path)


def test_no_archive_makes_a_row_of_the_shared_catalogue(archive):
    """A product that says it is shared, under a key nobody has here, becomes the company's own."""
    shared = Product.objects.filter(company=None).count()
    path = changed(
        archive, "products", lambda row: row | {"company_id": None, "library_key": "evil", "name": "Evil"}
    )
    done = taken_in(path, passphrase=None, owner="")
    assert Product.objects.filter(company=None).count() == shared
    assert Product.objects.get(name="Evil").company_id == done.company_id


def test_an_archive_is_closed_again_when_it_is_refused(archive, tmp_path):
    archive.write_bytes(b"PK")
    with pytest.raises(ArchiveRefused):
        open_archive(archive)
    archive.unlink()


def test_who_may_not_manage_every_company_brings_none_in(stage, archive):
    before = stored()
    opened = open_archive(archive)
    with opened.zip, pytest.raises(NotAllowed):
        restore_company(actor=stage.alice, archive=opened, wanted=Wanted(name="Mine"), at=NOW)
    assert stored() == before
