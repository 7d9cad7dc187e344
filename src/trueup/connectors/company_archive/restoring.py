"""Restoring a company from its archive: everything in one transaction, and checked again before it is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from trueup.assignments.ledger import ledger_faults
from trueup.audit.actions import take_up_chain
from trueup.base.access import Permission, Role
from trueup.base.actor import Actor
from trueup.connectors.company_archive.belongings import Keyring, Makers, Papers
from trueup.connectors.company_archive.history import History, batch_here
from trueup.connectors.company_archive.numbering import Change, Numbering
from trueup.connectors.company_archive.opening import ArchiveRefused, Opened
from trueup.connectors.company_archive.shared import Catalogue
from trueup.documents.arriving import Arrivals, arriving_files
from trueup.reports.moving_out import OWNED
from trueup.tenancy.actions import grant_role
from trueup.tenancy.models import Company
from trueup.tenancy.queries import user_named
from trueup.tenancy.restoring import note_return, take_company_in
from trueup.vault.plain import Plain


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a company is to come in: under which name, its keys with which passphrase, who owns it here, or only a look."""

    name: str = ""
    passphrase: Plain | None = None
    owner: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What came in, by table; ``remarks`` say what did not, and why."""

    company_id: int
    name: str
    rows: Mapping[str, int]
    entries: int
    last_hash: str
    remarks: tuple[str, ...]


def restore_company(*, actor: Actor, archive: Opened, wanted: Wanted, at: datetime) -> Restored:
    """Bring a company in from an opened archive: all of it, or nothing and the reason.

    Raises ArchiveRefused, NameTaken or WrongPassphrase. Ids are new ones, and nothing that is here already changes.
    """
    actor.require_everywhere(Permission.COMPANIES_MANAGE)
    with arriving_files() as files, _refusing(), transaction.atomic():
        done = _restored(actor, archive, wanted, at, files)
        if wanted.dry_run:
            transaction.set_rollback(True)
        else:
            files.keep()
    return done


@contextmanager
def _refusing() -> Iterator[None]:
    """What the database refuses is the archive's fault: records that contradict each other, or a rule."""
    try:
        yield
    except (DataError, IntegrityError) as wrong:
        words = _("The records of the archive contradict each other: %(why)s.")
        raise ArchiveRefused(words % {"why": str(wrong).partition("\n")[0]}) from wrong


def _restored(actor: Actor, archive: Opened, wanted: Wanted, at: datetime, files: Arrivals) -> Restored:
    numbering = Numbering(archive)
    company, told = _company(actor, numbering, wanted)
    catalogue = Catalogue(numbering, company.pk)
    catalogue.bring_in()
    for table, _rows in OWNED:
        numbering.number(table)
    owner = user_named(username=wanted.owner) if wanted.owner else None
    keyring = Keyring(actor, company.pk, numbering, at)
    papers, makers = Papers(numbering, files), Makers(numbering, owner)
    history = History(numbering)
    keyring.bring_in(wanted.passphrase)
    papers.bring_in()
    makers.find()
    changes: dict[str, Change] = {
        "licence_keys": keyring.key,
        "documents": papers.document,
        "saved_views": makers.view,
        "batches": lambda row: batch_here(numbering, row),
        "audit_entries": history.entry,
    }
    rows = {table: numbering.put_in(table, changes.get(table)) for table, _rows in OWNED}
    history.refuse_other_end(archive.manifest)
    take_up_chain(company_id=company.pk, length=history.length, last_hash=history.last_hash)
    details = {
        "was": told["name"], "made_at": archive.manifest.get("made_at"), "made_by": archive.manifest.get("made_by"),
        "entries": history.length, "last_hash": history.last_hash, "placed": history.placing.proof,
    }  # fmt: skip
    note_return(actor=actor, company=company, details=details, at=at)
    if owner is not None:
        grant_role(actor=actor, user=owner, role=Role.OWNER, company=company, at=at)
    _refuse_what_does_not_add_up(actor, company, archive, rows)
    remarks = tuple(_remarks(numbering, rows, catalogue, papers, makers))
    return Restored(company.pk, company.name, rows, history.length, history.last_hash, remarks)


def _company(actor: Actor, numbering: Numbering, wanted: Wanted) -> tuple[Company, Mapping[str, Any]]:
    """The row of the company here, and as the archive tells it."""
    found = list(numbering.rows("company"))
    if len(found) != 1:
        raise ArchiveRefused(_("The archive is not of one company."))
    made = take_company_in(actor=actor, name=wanted.name or found[0]["name"], facts=found[0])
    numbering.ids["company"] = {found[0]["id"]: made.pk}
    return made, found[0]


def _refuse_what_does_not_add_up(
    actor: Actor, company: Company, archive: Opened, rows: Mapping[str, int]
) -> None:
    """Deferred keys are looked at now; then units against assignments, lines and movements (`trueup ledger verify`)."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    told = archive.manifest.get("rows")
    left_out = {"licence_keys", "saved_views"}
    if not isinstance(told, dict) or any(
        told.get(table) != count for table, count in rows.items() if table not in left_out
    ):
        raise ArchiveRefused(_("The archive does not hold as many records as its manifest says."))
    if faults := ledger_faults(actor=actor.narrowed_to(company.pk)):
        one = faults[0]
        raise ArchiveRefused(
            _("The units of the archive do not add up: %(fault)s, %(stored)s stored, %(expected)s expected (%(n)s in all).")
            % {"fault": one.fault, "stored": one.stored, "expected": one.expected, "n": len(faults)}
        )  # fmt: skip


def _remarks(
    numbering: Numbering, rows: Mapping[str, int], catalogue: Catalogue, papers: Papers, makers: Makers
) -> Iterator[str]:
    """What whoever restores should know."""
    if keys := len(numbering.ids["licence_keys"]) - rows["licence_keys"]:
        yield _("%(n)s licence keys did not come along: enter them again, or export with a passphrase.") % {
            "n": keys
        }
    if papers.missing:
        yield _("%(n)s documents are named without their bytes.") % {"n": papers.missing}
    if makers.left_out:
        yield _("%(n)s shared views have no maker here: name an owner to have them.") % {"n": makers.left_out}
    if catalogue.copied:
        names = ", ".join(catalogue.copied[:5])
        yield _("%(n)s products are not in the library here and came in as the company's own: %(names)s.") % {
            "n": len(catalogue.copied),
            "names": names,
        }
