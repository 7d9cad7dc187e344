"""The archive of a company: all of it, of one moment, with hashes that can be checked. Alice runs Acme."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import click.testing
import pytest
from django.apps import apps

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, holder
from trueup.assignments.actions import assign_units, release_units
from trueup.audit.models import Entry
from trueup.base.problems import NotAllowed, NotFound
from trueup.cli import company as door
from trueup.licences.bulk import Scene
from trueup.licences.keys.sealing import NewKey, seal_keys
from trueup.reports.moving_out import OWNED, company_archive
from trueup.vault.plain import Plain

KEY = "CANARY-KEY-0042"
STAYS = {
    "Chain", "Secret", "Reveal", "Membership", "Job", "JobRow", "EnrolmentToken", "Receipt",
    "Run", "Outcome", "Position", "PositionShape", "PositionCover", "Finding", "Standing",
    "Type", "Asset", "AssetRevision", "AssetSecret", "AssetLink", "AssetLicence", "AssetFile", "SharedList", "AssetMark", "AssetNumber",
    "Article", "ArticleVersion", "ArticleLink",
    "LicenceSet", "SetStep", "Workflow", "WorkflowStep", "ExpectedProduct", "BoundUnits",
    "Alert", "AlertPolicy", "LicenceRule", "Delivery", "Attempt", "Endpoint", "Desk", "Ticket", "Errand",
    "SavedReport", "Schedule", "ShareLink", "Review", "ReviewRow", "AuditCase", "AuditLine", "AuditPlan",
    "Source", "SourceRun", "SourcePage", "Placement", "Subscription", "Seat",
}  # fmt: skip
"""Of a company and not in its archive: the vault, access, work under way, what inventories and runs make again; and types
of one's own with their assets, whose values name things by ids inside JSON. Reviews and audits are records of one installation, read there. Saved reports name things by ids in what they are asked. What was told to whom stays with whoever told it, and a
new installation must be asked before it writes to anybody. Sources need their credentials, which stay in the vault; what they told is
told anew by their next run. Workflows are work
under way too; what they did stands in assignments and in the log.
"""


def unpacked(stage: Stage, *, actor=None) -> tuple[dict[str, bytes], dict]:
    chunks = company_archive(actor=actor or stage.alice, company_id=stage.acme.pk, at=NOW)
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return files, json.loads(files["manifest.json"])


def table(files: dict[str, bytes], name: str) -> list[dict]:
    return [json.loads(line) for line in files[f"tables/{name}.jsonl"].splitlines()]


@pytest.fixture
def estate(stage: Stage) -> Stage:
    """A licence with a key, one holder, and one who held before."""
    licence = a_licence(stage.acme, 5, metric="per_device", source="ralph", external_id="7")
    scene = Scene(actor=ROOT, company_id=stage.acme.pk, batch_id=None, at=NOW, on=TODAY)
    seal_keys(scene=scene, wanted=[NewKey(licence.pk, Plain(KEY), per_seat=False)])
    for name in ("db1", "db2"):
        made = assign_units(
            actor=ROOT, licence_id=licence.pk, holder=holder(a_device(stage.acme, name)), units=2, at=NOW, on=TODAY
        )  # fmt: skip
    release_units(
        actor=ROOT, assignment_id=made.pk, at=NOW + timedelta(hours=1, microseconds=123_456), on=TODAY
    )
    a_person(stage.acme, "carol")
    a_person(stage.globex, "grace")
    a_licence(stage.globex, 9)
    return stage


def test_everything_of_the_company_is_there_and_nothing_of_another(estate: Stage):
    files, manifest = unpacked(estate)
    assert [row["name"] for row in table(files, "company")] == ["Acme"]
    assert [row["username"] for row in table(files, "people")] == ["carol"]
    assert [(row["granted"], row["held"], row["source"]) for row in table(files, "licences")] == [
        (5, 2, "ralph")
    ]
    assert [row["released_at"] is None for row in table(files, "assignments")] == [True, False]
    owned = [row for name, _rows in OWNED for row in table(files, name)]
    assert {row["company_id"] for row in owned} == {estate.acme.pk}
    assert manifest["rows"] == {name: len(table(files, name)) for name in manifest["rows"]}
    assert (manifest["format"], manifest["schema"]) == ("trueup-company", 5)


def test_every_table_of_a_company_moves_out_or_is_said_to_stay():
    owned = {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("trueup")
        and "company_id" in {one.attname for one in model._meta.concrete_fields}
    }
    moving = {rows.model.__name__ for _name, rows in OWNED} | {"Publisher", "Product"}
    assert owned - moving - STAYS == set(), (
        "add it to OWNED and to docs/how-to/move-out.md, or to STAYS with a reason"
    )


def test_movements_add_up_to_the_balances_in_the_archive_itself(estate: Stage):
    """What moves into another system can be checked without this one."""
    files, _manifest = unpacked(estate)
    for licence in table(files, "licences"):
        moved = [row for row in table(files, "movements") if row["licence_id"] == licence["id"]]
        for account in ("granted", "held"):
            assert sum(row["units"] for row in moved if row["account"] == account) == licence[account]


def test_every_hash_of_the_manifest_holds(estate: Stage):
    files, manifest = unpacked(estate)
    told = {entry["path"]: entry for entry in manifest["files"]}
    assert told.keys() == files.keys() - {"manifest.json"}
    for path, entry in told.items():
        assert (len(files[path]), hashlib.sha256(files[path]).hexdigest()) == (
            entry["bytes"],
            entry["sha256"],
        )


def test_the_audit_chain_verifies_from_the_archive_alone(estate: Stage):
    """The recipe of docs/how-to/move-out.md, word for word."""
    files, manifest = unpacked(estate)
    entries = sorted(table(files, "audit_entries"), key=lambda row: row["position"])
    assert (
        len(entries)
        == manifest["audit_chain"]["length"]
        == Entry.objects.filter(company_id=estate.acme.pk).count()
    )
    before = ""
    for row in entries:
        content = [
            before, row["company_id"], row["position"], row["happened_at"], row["event"], row["actor"], row["user_id"],
            row["via"], row["subject_kind"], row["subject_id"], row["subject"], row["details"], row["batch_id"],
        ]  # fmt: skip
        before = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        assert before == row["hash"]
    assert before == manifest["audit_chain"]["last_hash"]


def test_no_key_is_in_it_and_the_manifest_says_so(estate: Stage):
    files, manifest = unpacked(estate)
    assert not [name for name, content in files.items() if KEY.encode() in content]
    assert "secret_id" not in table(files, "licence_keys")[0]
    assert manifest["keys"] == "sealed"


def test_who_may_not_see_all_of_it_gets_none_of_it(estate: Stage):
    with pytest.raises(NotAllowed):
        unpacked(estate, actor=estate.bob)
    with pytest.raises(NotFound):
        unpacked(estate, actor=estate.mallory)


def test_the_command_writes_a_private_file_and_touches_none_that_is_there(
    estate: Stage, tmp_path, monkeypatch
):
    monkeypatch.setattr(door.export_, "callback", door.export_.callback.__wrapped__)
    path = tmp_path / "acme.zip"
    run = click.testing.CliRunner()
    said = run.invoke(door.company, ["export", "Acme", "--to", str(path)])
    assert said.exit_code == 0, said.output
    assert path.stat().st_mode & 0o777 == 0o600
    assert zipfile.is_zipfile(path)
    assert run.invoke(door.company, ["export", "Acme", "--to", str(path)]).exit_code == 2
    assert not list(tmp_path.glob("*.part"))
