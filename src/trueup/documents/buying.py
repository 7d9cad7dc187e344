"""Writing a purchase down together with its invoice: the licence or line, its key and the file, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from trueup.base.actor import Actor
from trueup.documents.actions import attach_document
from trueup.documents.models import DocumentKind
from trueup.documents.receiving import NewFile
from trueup.licences.actions import add_purchase
from trueup.licences.keys.sealing import NewKey, create_licence_with_key, seal_key
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.models import KeyKind, Purchase
from trueup.licences.queries import LicenceOnDay, purchases_of
from trueup.vault.plain import Plain


@dataclass(frozen=True, slots=True)
class Papers:
    """What comes with a purchase: its keys, or the word that there is none, and its invoice."""

    key: Plain | None = None
    serial: Plain | None = None
    has_no_key: bool = False
    invoice: NewFile | None = None


def buy_licence(
    *,
    actor: Actor,
    company_id: int,
    terms: LicenceTerms,
    line: LineTerms,
    papers: Papers,
    at: datetime,
    on: date,
) -> LicenceOnDay:
    """Make a licence with its first line, its key and its invoice (R-036, R-078, R-079)."""
    with transaction.atomic():
        made = create_licence_with_key(
            actor=actor, company_id=company_id, terms=terms, line=line, plain=papers.key, serial=papers.serial,
            has_no_key=papers.has_no_key, at=at, on=on,
        )  # fmt: skip
        first = purchases_of(actor=actor, licence_id=made.pk).get()
        _attach(first, papers.invoice, actor=actor, at=at)
    return made


def buy_units(
    *, actor: Actor, licence_id: int, line: LineTerms, papers: Papers, at: datetime, on: date
) -> Purchase:
    """Add a line to a licence, with the key and the invoice that came with it (R-047, R-079)."""
    with transaction.atomic():
        made = add_purchase(actor=actor, licence_id=licence_id, line=line, at=at, on=on)
        for plain, kind in ((papers.key, KeyKind.PRODUCT_KEY), (papers.serial, KeyKind.SERIAL_NUMBER)):
            if plain:
                seal_key(actor=actor, wanted=NewKey(licence_id, plain, kind), at=at, on=on)
        _attach(made, papers.invoice, actor=actor, at=at)
    return made


def _attach(line: Purchase, invoice: NewFile | None, *, actor: Actor, at: datetime) -> None:
    if invoice is not None:
        attach_document(
            actor=actor,
            licence_id=line.licence_id,
            file=invoice,
            kind=DocumentKind.INVOICE,
            at=at,
            purchase_id=line.pk,
        )
