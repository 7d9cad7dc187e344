"""The archive for an audit: records, every attachment, a manifest whose hashes hold, and what has no proof (R-133)."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_product, holder
from tests.rooms.documents.samples import PDF, TXT, a_png
from trueup.assignments.actions import assign_units
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.base.listing import parse_listing
from trueup.base.problems import NotAllowed
from trueup.documents.actions import attach_document, remove_document, replace_document
from trueup.documents.receiving import NewFile
from trueup.licences.actions import add_purchase, retire_licence
from trueup.licences.columns import LICENCES
from trueup.licences.keys.sealing import NewKey, seal_key
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase
from trueup.reports.archive import licence_archive
from trueup.vault.plain import Plain


def archive_for(actor, **query):
    listing = parse_listing(LICENCES, query)
    stream = io.BytesIO(b"".join(licence_archive(actor=actor, listing=listing, at=NOW, on=TODAY)))
    packed = zipfile.ZipFile(stream)
    assert packed.testzip() is None
    return packed, json.loads(packed.read("manifest.json"))


def attached(stage, licence, content, name, kind="invoice", purchase_id=None):
    return attach_document(
        actor=stage.alice, licence_id=licence.pk, file=NewFile(name, content), kind=kind, at=NOW,
        purchase_id=purchase_id,
    )  # fmt: skip


def rows_of(packed, path):
    return list(csv.DictReader(io.StringIO(packed.read(path).decode())))


def test_an_archive_holds_records_attachments_and_hashes(stage):
    """R-133: every hash of the manifest is the hash of what is in the archive."""
    draw = a_licence(stage.acme)
    invoice = attached(stage, draw, PDF, "../In voice.pdf")
    newer = replace_document(
        actor=stage.alice, document_id=invoice.pk, file=NewFile("scan.png", a_png()), at=NOW
    )

    packed, manifest = archive_for(stage.alice)
    stated = {one["path"]: one for one in manifest["files"]}
    assert set(packed.namelist()) == set(stated) | {"manifest.json"}
    for path, one in stated.items():
        content = packed.read(path)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["bytes"])
    told = {one["id"]: one for one in manifest["documents"]}
    assert (told[invoice.pk]["state"], told[newer.pk]["state"]) == ("replaced", "current")
    for one, content in ((told[invoice.pk], PDF), (told[newer.pk], a_png())):
        assert packed.read(one["path"]) == content
        assert stated[one["path"]]["sha256"] == one["sha256"]
    assert told[invoice.pk]["path"] == f"attachments/{draw.pk}/{invoice.pk}-In voice.pdf"
    assert manifest["missing_proofs"] == []

    record = rows_of(packed, "records/licences.csv")[0]
    assert (record["id"], record["product"], record["purchased"]) == (str(draw.pk), "Draw", "5")
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(packed.read("records/licences.xlsx"))
    ).get_sheet_by_index(0)
    assert sheet.to_python()[1][:2] == [draw.pk, "Draw"]
    assert [row["units"] for row in rows_of(packed, "records/purchases.csv")] == ["5"]


def test_missing_proofs_are_listed(stage):
    """A proof on the licence covers it; otherwise each line that bought something needs its own."""
    covered, half, bare = (
        a_licence(stage.acme, product=a_product(stage.acme, name)) for name in ("Draw", "Paint", "Write")
    )
    attached(stage, covered, TXT, "proof.txt", kind="proof")
    attached(stage, half, PDF, "invoice.pdf", purchase_id=Purchase.objects.get(licence=half).pk)
    attached(stage, bare, PDF, "agreement.pdf", kind="agreement")
    late = add_purchase(
        actor=stage.alice, licence_id=half.pk, at=NOW, on=TODAY,
        line=LineTerms(units=2, valid_from=date(2026, 6, 1), order_number="PO-2"),
    )  # fmt: skip
    add_purchase(
        actor=stage.alice, licence_id=half.pk, at=NOW, on=TODAY,
        line=LineTerms(units=-1, valid_from=date(2026, 7, 1), kind="reduction"),
    )  # fmt: skip

    packed, manifest = archive_for(stage.alice)
    missing = {(one["product"], one["line"]) for one in manifest["missing_proofs"]}
    assert missing == {("Paint", late.pk), ("Write", Purchase.objects.get(licence=bare).pk)}
    assert [row["order_number"] for row in rows_of(packed, "missing-proofs.csv")] == ["PO-2", ""]


def test_what_is_left_out_is_named(stage, store, settings):
    """Removed, in quarantine, damaged: no bytes, and the reason; a removed invoice proves nothing."""
    licence = a_licence(stage.acme)
    removed = attached(stage, licence, PDF, "wrong.pdf")
    remove_document(actor=stage.alice, document_id=removed.pk, reason="wrong client", at=NOW)
    damaged = attached(stage, licence, a_png(), "scan.png", kind="other")
    (store / "store" / damaged.sha256[:2] / damaged.sha256).write_bytes(b"rot")
    settings.SCANNER = "/nowhere/scanner"
    held = attached(stage, licence, TXT, "note.txt", kind="other")

    packed, manifest = archive_for(stage.alice)
    reasons = {one["id"]: one["left_out"] for one in manifest["documents"]}
    assert reasons[removed.pk] == "removed: wrong client"
    assert reasons[damaged.pk].startswith("The file is damaged")
    assert reasons[held.pk].startswith("In quarantine")
    assert not [name for name in packed.namelist() if name.startswith("attachments/")]
    assert len(manifest["missing_proofs"]) == 1


def test_an_archive_has_what_the_list_shows_and_no_more(stage):
    """Filters hold; another company is not in it; retired licences are (R-091); export is a right of its own."""
    draw = a_licence(stage.acme)
    a_licence(stage.acme, product=a_product(stage.acme, "Paint"))
    theirs = a_licence(stage.globex, product=a_product(stage.globex, "Secret"))
    attach_document(
        actor=stage.mallory, licence_id=theirs.pk, file=NewFile("secret.pdf", PDF), kind="invoice", at=NOW
    )
    attached(stage, draw, PDF, "ours.pdf")
    retire_licence(actor=stage.alice, licence_id=draw.pk, at=NOW, on=TODAY)

    packed, manifest = archive_for(stage.alice, product="Draw")
    assert manifest["licences"] == 1
    assert manifest["filters"] == [["Licence", "Draw"]]
    assert [one["name"] for one in manifest["documents"]] == ["ours.pdf"]
    everything = b"".join(packed.read(name) for name in packed.namelist())
    assert b"Paint" not in everything
    packed, manifest = archive_for(stage.alice)
    assert manifest["licences"] == 2
    assert b"ecret" not in b"".join(packed.read(name) for name in packed.namelist())
    with pytest.raises(NotAllowed):
        archive_for(stage.bob)


def test_without_prices_the_archive_has_none(stage):
    technician = Actor(name="Tom", roles={stage.acme.pk: Role.TECHNICIAN})
    a_licence(stage.acme)
    packed, _ = archive_for(technician)
    assert not {"annual_cost", "total"} & {
        key for name in ("licences", "purchases") for key in rows_of(packed, f"records/{name}.csv")[0]
    }


def test_an_empty_archive_is_one(stage):
    packed, manifest = archive_for(stage.alice)
    assert manifest["licences"] == 0
    assert rows_of(packed, "records/licences.csv") == []


def test_c_048_all_licences_of_a_company_with_masked_keys_in_two_forms(stage):
    """C-048: one company's licences, lines, holders and keys, each as CSV and XLSX; of a key no more than its tail."""
    draw = a_licence(stage.acme)
    a_licence(stage.globex, product=a_product(stage.globex, "Foreign"))
    person_or_device = a_device(stage.acme)
    assign_units(actor=ROOT, licence_id=draw.pk, holder=holder(person_or_device), units=2, at=NOW, on=TODAY)
    seal_key(actor=ROOT, wanted=NewKey(draw.pk, Plain("CANARY-1111-2222-WXYZ")), at=NOW, on=TODAY)

    packed, manifest = archive_for(ROOT, company=str(stage.acme.pk))

    for name in ("licences", "purchases", "holders", "keys"):
        assert {f"records/{name}.csv", f"records/{name}.xlsx"} <= set(packed.namelist())
    assert [row["product"] for row in rows_of(packed, "records/licences.csv")] == ["Draw"]
    assert [row["units"] for row in rows_of(packed, "records/holders.csv")] == ["2"]
    (key,) = rows_of(packed, "records/keys.csv")
    assert key["key"] == "•••••WXYZ"
    assert all(b"CANARY" not in packed.read(path) for path in packed.namelist() if path.endswith(".csv"))
    assert manifest["licences"] == 1
