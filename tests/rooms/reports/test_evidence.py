"""The evidence of a run: a workbook with a tab for each side of every figure, and a pack that checks itself."""

import hashlib
import io
import json
import zipfile
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from tests.cast import NOW, TODAY, a_device, a_licence, a_product
from tests.rooms.compliance.estates import install, run_over
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.catalogue.models import Product
from trueup.compliance.actions import start_run
from trueup.compliance.queries import EvidenceGone
from trueup.documents.actions import NewFile, attach_document
from trueup.licences.lines import LineTerms
from trueup.reports.evidence.pack import elp_workbook, evidence_pack

INVOICE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TABS = ["Summary", "ELP", "Entitlement ledger", "Deployment", "Assignment", "Exemptions", "Unrecognised software",
        "Data quality", "Working", "Rules and sources", "Manifest"]  # fmt: skip


@pytest.fixture
def run(stage, tmp_path):
    """Acme owns 2 of Draw with an invoice and has it on 3 devices, beside something nobody recognised."""
    draw, other = (
        a_product(stage.acme, metric="per_device"),
        a_product(stage.acme, "Ink", "Hooli", metric="per_device"),
    )
    line = LineTerms(2, TODAY, price=Decimal(200), currency="EUR", order_number="O-7")
    licence = a_licence(stage.acme, product=draw, line=line)
    invoice = NewFile("invoice.pdf", INVOICE)
    attach_document(actor=stage.alice, licence_id=licence.pk, file=invoice, kind="invoice", at=NOW)
    machines = [a_device(stage.acme, f"pc{n}") for n in range(3)]
    install(stage.acme, draw, *machines)
    install(stage.acme, other, machines[0])
    install(stage.acme, None, machines[0])
    install(
        stage.globex, a_product(stage.globex, "Secret", metric="per_device"), a_device(stage.globex, "vault")
    )
    return run_over(tmp_path)


def workbook(actor, run, home, **more):
    content = b"".join(elp_workbook(actor=actor, run_id=run.pk, home=home, **more))
    return content, CalamineWorkbook.from_filelike(io.BytesIO(content))


def rows_of(book, name):
    head, *rows = book.get_sheet_by_name(name).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows if any(row)]


def test_the_workbook_has_every_side_of_a_figure(stage, run, tmp_path):
    """R-132, R-135: position, purchases, devices, cover, working and hashes of one day."""
    content, book = workbook(stage.alice, run, tmp_path)

    assert book.sheet_names == TABS
    (draw,) = [row for row in rows_of(book, "ELP") if row["Product"] == "Draw"]
    assert (draw["Effective entitlement"], draw["Required"], draw["Short"], draw["True-up cost"]) == (
        2,
        3,
        1,
        100,
    )
    (line,) = rows_of(book, "Entitlement ledger")
    assert (line["Product"], line["Units"], line["Order"]) == ("Draw", 2, "O-7")
    named = [row["Name"] for row in rows_of(book, "Deployment") if row["Product"] == "Draw"]
    assert named == ["pc0", "pc1", "pc2"]
    covered = {
        row["Outcome"]: row["Units"] for row in rows_of(book, "Assignment") if row["Product"] == "Draw"
    }
    assert covered == {"covered": 2, "short": 1}
    assert [row["Name"] for row in rows_of(book, "Unrecognised software")] == ["Something"]
    hashes = {row["What"]: row["SHA-256 or value"] for row in rows_of(book, "Manifest")}
    assert hashes["result hash"] == run.result_hash
    assert b"vault" not in content
    assert "Secret" not in str([rows_of(book, name) for name in TABS])
    assert workbook(stage.alice, run, tmp_path)[0] == content


def test_one_publisher_alone_and_what_must_not_be_had(stage, run, tmp_path):
    draw = Product.objects.get(name="Draw")
    _content, book = workbook(stage.alice, run, tmp_path, publisher_id=draw.publisher_id)
    assert {row["Product"] for row in rows_of(book, "ELP")} == {"Draw"}

    waiting = start_run(actor=stage.alice, company_id=stage.acme.pk, as_of=TODAY, at=NOW)
    for actor, run_id, home, problem in (
        (stage.bob, run.pk, tmp_path, NotAllowed),
        (stage.alice, 999_999, tmp_path, NotFound),
        (stage.alice, waiting.pk, tmp_path, InvalidValue),
        (stage.alice, run.pk, tmp_path / "gone", EvidenceGone),
    ):
        with pytest.raises(problem):
            elp_workbook(actor=actor, run_id=run_id, home=home)
    with pytest.raises(NotFound):
        elp_workbook(actor=stage.alice, run_id=run.pk, home=tmp_path, publisher_id=999_999)


def test_the_pack_is_checked_by_its_own_sums(stage, run, tmp_path):
    """R-133: workbook, tables, terms and proofs, each with its hash."""
    pack = b"".join(evidence_pack(actor=stage.alice, run_id=run.pk, home=tmp_path, at=NOW))

    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"
    }
    manifest = json.loads(files["manifest.json"])
    assert (manifest["run"], manifest["result_hash"]) == (run.pk, run.result_hash)
    (document,) = manifest["documents"]
    assert files[document["path"]] == INVOICE
    assert any(name.startswith("terms/") for name in files)
    assert "pc2" in files["tables/deployment.csv"].decode()
    assert "Secret" not in b"".join(files.values()).decode(errors="replace")
