"""Units that go from one company to another: two lines in one transaction, known to each other by a shared number.

No key of the database crosses the wall between companies. Whoever moves units may change the licences of both.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.catalogue.models import Product
from trueup.licences.actions import licence_from, store_line
from trueup.licences.line_rules import check_line
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.models import Licence, Purchase, PurchaseKind
from trueup.licences.queries import LicenceOnDay, licence_for
from trueup.licences.seat_terms import refuse_bound
from trueup.tenancy.models import Company
from trueup.tenancy.queries import company_for


@dataclass(frozen=True, slots=True)
class TransferTerms:
    """What moves, and where to: into a licence that is there, or into a new one of the company's default region."""

    units: int
    to_company_id: int
    moved_on: date
    to_licence_id: int | None = None
    valid_until: date | None = None
    price: Decimal | None = None
    currency: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Transferred:
    """The two lines of a transfer."""

    given: Purchase
    taken: Purchase


def transfer_units(
    *, actor: Actor, licence_id: int, terms: TransferTerms, at: datetime, on: date
) -> Transferred:
    """Move units to another company. Who holds units keeps them, so what is held stays covered or the policy decides.

    Raises NotFound for a company or licence the actor does not see, StillHeld where too few would be left.
    """
    source = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    company = company_for(actor=actor, company_id=terms.to_company_id, permission=Permission.LICENCES_CHANGE)
    out, into = _lines(terms, source)
    refuse_bound(source)
    _check_way(source, company, terms)
    target = _target(source, company, terms, actor=actor, at=at, on=on)
    is_new = target.pk is None
    with transaction.atomic():
        if is_new:
            target.save(force_insert=True)
        _lock(source, target)
        given = store_line(licence=source, line=out, actor=actor, on=on, at=at)
        taken = store_line(licence=target, line=into, actor=actor, on=on, at=at)
        _record(given, taken, terms.reason, is_new=is_new, actor=actor, at=at)
    return Transferred(given, taken)


def _record(
    given: Purchase, taken: Purchase, reason: str, *, is_new: bool, actor: Actor, at: datetime
) -> None:
    """An entry in each company, the chains in one order; neither names the other company to its readers."""
    for line in sorted((given, taken), key=lambda half: half.company_id):
        details: dict[str, Any] = {"purchase": line.pk, "units": line.units, "transfer": line.transfer}
        if reason.strip():
            details["reason"] = reason.strip()[:500]
        name = str(line.licence.product.name)
        if is_new and line is taken:
            facts = {"metric": line.licence.metric, "units": line.units}
            made = Happening("licences.created", "licence", line.licence_id, name, facts)
            record(actor=actor, company_id=line.company_id, at=at, happening=made)
        moved = Happening("licences.units_transferred", "licence", line.licence_id, name, details)
        record(actor=actor, company_id=line.company_id, at=at, happening=moved)


def _lines(terms: TransferTerms, source: LicenceOnDay) -> tuple[LineTerms, LineTerms]:
    """The line that takes away and the one that brings, both checked; the price is a credit on one side."""
    if terms.units < 1:
        raise InvalidValue.of(
            "units", _("%(units)s units cannot move: 1 or more can.") % {"units": terms.units}
        )
    number = uuid.uuid4()
    until = terms.valid_until or source.ends_on

    def line(units: int) -> LineTerms:
        return check_line(
            LineTerms(
                units=units, kind=PurchaseKind.TRANSFER, transfer=number, valid_from=terms.moved_on, valid_until=until,
                price=terms.price, currency=terms.currency,
            )
        )  # fmt: skip

    return line(-terms.units), line(terms.units)


def _check_way(source: LicenceOnDay, company: Company, terms: TransferTerms) -> None:
    if company.pk == source.company_id:
        raise InvalidValue.of("company", _("The units are in that company already. Choose another one."))
    if source.unlimited:
        raise InvalidValue.of("units", _("The licence is unlimited: there is no number of units to move."))
    if terms.to_licence_id is None and source.product.company_id is not None:
        words = _("“%(product)s” is a product of %(company)s alone. Choose a licence of the other company.")
        facts = {"product": source.product.name, "company": source.company.name}
        raise InvalidValue.of("licence", words % facts)


def _target(
    source: LicenceOnDay, company: Company, terms: TransferTerms, *, actor: Actor, at: datetime, on: date
) -> Licence:
    if terms.to_licence_id is None:
        wanted = LicenceTerms(
            product_id=source.product_id, metric=source.metric, edition_id=source.edition_id,
            version_id=source.version_id, licence_type=source.licence_type,
        )  # fmt: skip
        return licence_from(
            wanted, actor=actor, company_id=company.pk, default_policy=company.policy, at=at, on=on
        )
    target = licence_for(
        actor=actor, licence_id=terms.to_licence_id, on=on, permission=Permission.LICENCES_CHANGE
    )
    if target.company_id != company.pk or target.retired_at is not None:
        words = _("Licence %(id)s is not in use in %(company)s.")
        raise InvalidValue.of("licence", words % {"id": target.pk, "company": company.name})
    if target.metric != source.metric or not _is_same(source.product, target.product):
        words = _("Units go to a licence of the same product and metric, and licence %(id)s is another.")
        raise InvalidValue.of("licence", words % {"id": target.pk})
    return target


def _is_same(one: Product, other: Product) -> bool:
    """The same product, or what two companies each wrote down under the same names."""
    names = (one.name.lower(), one.publisher.name.lower())
    return one.pk == other.pk or names == (other.name.lower(), other.publisher.name.lower())


def _lock(*licences: Licence) -> None:
    """Take both licences' rows in the order of their ids, before any of the two chains of audit."""
    rows = Licence.objects.filter(pk__in=[licence.pk for licence in licences]).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def other_half_of(*, actor: Actor, line: Purchase) -> Purchase | None:
    """The other line of a transfer, for whoever sees its company."""
    if line.transfer is None:
        return None
    rows = Purchase.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(transfer=line.transfer)
    other: Purchase | None = rows.exclude(pk=line.pk).select_related("company").first()
    return other
