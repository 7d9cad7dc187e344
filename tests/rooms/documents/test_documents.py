"""Documents: attached, listed, replaced, removed, scanned; kept whole, and handed out only as they came."""

import hashlib
from dataclasses import replace

import pytest

from tests.cast import NOW, TODAY, a_licence, a_product
from tests.rooms.documents.samples import EML, PDF, TXT, a_png
from trueup.audit.models import Entry
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.documents.actions import (
    DocumentAttachedAlready,
    DocumentNotCurrent,
    attach_document,
    remove_document,
    replace_document,
    scan_document,
)
from trueup.documents.models import Document
from trueup.documents.queries import InQuarantine, content_for, document_for, documents_of
from trueup.documents.receiving import FileInfected, NewFile
from trueup.documents.store import DocumentDamaged
from trueup.licences.actions import retire_licence
from trueup.licences.models import Purchase


def attached(stage, licence, content=PDF, name="frame.pdf", kind="agreement", **more):
    actor = more.pop("actor", stage.alice)
    return attach_document(
        actor=actor, licence_id=licence.pk, file=NewFile(name, content), kind=kind, at=NOW, **more
    )


def files_in(store):
    return sorted(str(path.relative_to(store)) for path in store.rglob("*") if path.is_file())


def test_a_document_is_kept_listed_and_read(stage, store):
    """R-131: kind, date, hash; the bytes lie outside the database under their hash."""
    licence = a_licence(stage.acme)
    made = attached(stage, licence)

    digest = hashlib.sha256(PDF).hexdigest()
    listed = documents_of(actor=stage.bob, licence_id=licence.pk).get()
    assert (listed.name, listed.kind, listed.added_at, listed.sha256) == (
        "frame.pdf",
        "agreement",
        NOW,
        digest,
    )
    assert (listed.media_type, listed.size_bytes, listed.scan) == ("application/pdf", len(PDF), "unscanned")
    assert content_for(document=document_for(actor=stage.bob, document_id=made.pk)) == PDF
    assert files_in(store) == [f"store/{digest[:2]}/{digest}"]
    assert (store / "store" / digest[:2] / digest).stat().st_mode & 0o077 == 0
    entry = Entry.objects.filter(subject_kind="licence", subject_id=licence.pk).latest("position")
    assert (entry.event, entry.details["sha256"]) == ("documents.document_attached", digest)


def test_an_invoice_belongs_to_its_line(stage):
    """R-079; a line of another licence is refused."""
    licence, other = a_licence(stage.acme), a_licence(stage.acme, product=a_product(stage.acme, "Paint"))
    line = Purchase.objects.get(licence=licence)
    theirs = Purchase.objects.get(licence=other)

    assert attached(stage, licence, purchase_id=line.pk).subject == "purchase"
    with pytest.raises(InvalidValue, match="no purchase line"):
        attached(stage, licence, content=TXT, purchase_id=theirs.pk)
    assert Document.objects.count() == 1


def test_without_sight_of_the_licence_there_is_nothing(stage, store):
    """D-022, K-033: another company's is not found; reading does not allow to add or remove; nothing is stored."""
    licence = a_licence(stage.acme)
    made = attached(stage, licence)
    blind = replace(stage.bob, roles={})
    before = files_in(store)

    for stranger in (stage.mallory, blind):
        with pytest.raises(NotFound):
            documents_of(actor=stranger, licence_id=licence.pk)
        with pytest.raises(NotFound):
            document_for(actor=stranger, document_id=made.pk)
        with pytest.raises(NotFound):
            attached(stage, licence, content=TXT, actor=stranger)
        with pytest.raises(NotFound):
            remove_document(actor=stranger, document_id=made.pk, reason="x", at=NOW)
    technician = Actor(name="Tom", roles={stage.acme.pk: Role.TECHNICIAN})
    for reader in (stage.bob, technician, replace(stage.alice, read_only=True)):
        with pytest.raises(NotAllowed):
            attached(stage, licence, content=TXT, actor=reader)
        with pytest.raises(NotAllowed):
            replace_document(actor=reader, document_id=made.pk, file=NewFile("a.txt", TXT), at=NOW)
        with pytest.raises(NotAllowed):
            remove_document(actor=reader, document_id=made.pk, reason="x", at=NOW)
        with pytest.raises(NotAllowed):
            scan_document(actor=reader, document_id=made.pk, at=NOW)
    assert Document.objects.values_list("pk", "removed_at", "replaced_at").get() == (made.pk, None, None)
    assert files_in(store) == before


def test_a_newer_version_keeps_the_older_one(stage):
    licence = a_licence(stage.acme)
    old = attached(stage, licence)
    new = replace_document(actor=stage.alice, document_id=old.pk, file=NewFile("scan.png", a_png()), at=NOW)

    assert (new.version, new.replaces_id, new.kind) == (2, old.pk, "agreement")
    assert [one.pk for one in documents_of(actor=stage.bob, licence_id=licence.pk)] == [new.pk, old.pk]
    assert content_for(document=document_for(actor=stage.bob, document_id=old.pk)) == PDF
    with pytest.raises(DocumentNotCurrent):
        replace_document(actor=stage.alice, document_id=old.pk, file=NewFile("a.txt", TXT), at=NOW)
    with pytest.raises(DocumentAttachedAlready):
        replace_document(actor=stage.alice, document_id=new.pk, file=NewFile("b.png", a_png()), at=NOW)
    assert Document.objects.filter(replaced_at=None).get().pk == new.pk


def test_the_same_file_is_attached_once_a_subject(stage):
    licence = a_licence(stage.acme)
    attached(stage, licence)
    with pytest.raises(DocumentAttachedAlready):
        attached(stage, licence, name="again.pdf")
    attached(stage, licence, purchase_id=Purchase.objects.get(licence=licence).pk)
    assert Document.objects.count() == 2


def test_what_is_removed_is_not_erased(stage):
    """It leaves the lists of readers with all its versions; a reason is needed; it can be attached again."""
    licence = a_licence(stage.acme)
    old = attached(stage, licence)
    new = replace_document(actor=stage.alice, document_id=old.pk, file=NewFile("a.txt", TXT), at=NOW)

    with pytest.raises(InvalidValue, match="why"):
        remove_document(actor=stage.alice, document_id=new.pk, reason="  ", at=NOW)
    with pytest.raises(DocumentNotCurrent):
        remove_document(actor=stage.alice, document_id=old.pk, reason="wrong", at=NOW)
    remove_document(actor=stage.alice, document_id=new.pk, reason="another client's invoice", at=NOW)

    assert not documents_of(actor=stage.bob, licence_id=licence.pk).exists()
    with pytest.raises(NotFound):
        document_for(actor=stage.bob, document_id=old.pk)
    kept = documents_of(actor=stage.alice, licence_id=licence.pk)
    assert {one.removal_reason for one in kept} == {"another client's invoice"}
    assert content_for(document=document_for(actor=stage.alice, document_id=new.pk)) == TXT
    entry = Entry.objects.filter(event="documents.document_removed").get()
    assert entry.details["reason"] == "another client's invoice"
    attached(stage, licence)


def test_papers_of_a_retired_licence_stay(stage):
    """R-091."""
    licence = a_licence(stage.acme)
    made = attached(stage, licence)
    retire_licence(actor=stage.alice, licence_id=licence.pk, at=NOW, on=TODAY)

    assert content_for(document=document_for(actor=stage.bob, document_id=made.pk)) == PDF


def test_bytes_that_changed_are_not_handed_out(stage, store):
    licence = a_licence(stage.acme)
    made = attached(stage, licence)
    path = store / "store" / made.sha256[:2] / made.sha256

    path.write_bytes(PDF + b"!")
    with pytest.raises(DocumentDamaged):
        content_for(document=made)
    path.unlink()
    with pytest.raises(DocumentDamaged):
        content_for(document=made)
    attached(stage, licence, kind="proof", purchase_id=Purchase.objects.get(licence=licence).pk)
    assert content_for(document=made) == PDF, "the same bytes brought again mend the store"


def test_a_clean_file_is_called_clean_and_an_infected_one_leaves_nothing(stage, store, scanner):
    licence = a_licence(stage.acme)
    assert attached(stage, licence).scan == "clean"
    before = files_in(store)

    with pytest.raises(FileInfected):
        attached(stage, licence, content=TXT + b" EICAR", name="virus.txt")
    assert Document.objects.count() == 1
    assert files_in(store) == before


@pytest.mark.parametrize(("verdict", "state"), [(0, "clean"), (1, "infected"), (2, "quarantined")])
def test_a_file_stays_in_quarantine_until_a_scanner_calls_it_clean(stage, store, scanner, verdict, state):
    """The scanner is broken when the file comes, and says something later."""
    licence = a_licence(stage.acme)
    scanner(2)
    made = attached(stage, licence, content=EML, name="order.eml")

    assert made.scan == "quarantined"
    assert files_in(store) == [f"quarantine/{made.sha256}"]
    with pytest.raises(InQuarantine):
        content_for(document=document_for(actor=stage.alice, document_id=made.pk))

    scanner(verdict)
    assert scan_document(actor=stage.alice, document_id=made.pk, at=NOW).scan == state
    found = document_for(actor=stage.bob, document_id=made.pk)
    assert found.scan == state
    if state == "clean":
        assert content_for(document=found) == EML
    else:
        with pytest.raises(InQuarantine):
            content_for(document=found)


def test_a_scanner_that_is_not_there_keeps_files_in_quarantine(stage, settings):
    settings.SCANNER = "/nowhere/clamdscan"
    assert attached(stage, a_licence(stage.acme)).scan == "quarantined"
