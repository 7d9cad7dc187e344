"""A row as a purchase line, and whether a line that is there says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from trueup.connectors.spreadsheet.licence_row import LicenceRow
from trueup.connectors.spreadsheet.values.labels import PriceBasis
from trueup.licences.line_storing import shares_in
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase

ONE_DAY = timedelta(days=1)


def line_terms(row: LicenceRow, *, on: date) -> LineTerms:
    """The row as a new line. Without a first day it begins with its invoice, else today, never after its end."""
    start = row.valid_from or row.invoice_date or on
    if row.valid_until is not None and start >= row.valid_until:
        start = row.valid_until - ONE_DAY
    return LineTerms(
        units=row.units or 0,
        is_unlimited=row.units is None,
        valid_from=start,
        valid_until=row.valid_until,
        price=row.price,
        currency=row.currency if row.price is not None else "",
        basis=basis_of(row),
        order_number=row.order_number,
        invoice_number=row.invoice_number,
        invoice_on=row.invoice_date,
        supplier=row.supplier,
        renews_itself=row.auto_renew,
        notice_days=row.notice_days,
    )


def basis_of(row: LicenceRow) -> str:
    """What the price is for; a pack is the whole row, and no limit has no unit that could have a price."""
    is_unit = row.price_basis is PriceBasis.UNIT and row.units is not None
    return "unit" if is_unit else "total"


def terms_of(line: Purchase) -> LineTerms:
    """A stored line as terms, to be written again."""
    return LineTerms(
        units=line.units if line.covered_units is None else line.covered_units,
        is_unlimited=line.is_unlimited,
        kind=line.kind,
        valid_from=line.valid_from,
        valid_until=line.valid_until,
        price=line.price,
        currency=line.currency,
        basis=line.basis,
        order_number=line.order_number,
        invoice_number=line.invoice_number,
        invoice_on=line.invoice_on,
        supplier=line.supplier,
        cost_centre_id=line.cost_centre_id,
        renews_itself=line.renews_itself,
        notice_days=line.notice_days,
        packs=line.packs,
        pack_size=line.pack_size,
        list_price=line.list_price,
        discount_percent=line.discount_percent,
        budget=line.budget,
        covers_id=line.covers_id,
        shares=tuple((share.cost_centre_id, share.percent) for share in shares_in(line=line)),
    )


def given(row: LicenceRow, terms: LineTerms) -> dict[str, Any]:
    """What the row itself says of a line; what its file does not say is not compared and stays as it is."""
    facts: dict[str, Any] = {"units": terms.units, "is_unlimited": terms.is_unlimited}
    if row.valid_from or row.invoice_date:
        facts["valid_from"] = terms.valid_from
    if row.valid_until:
        facts["valid_until"] = terms.valid_until
    if row.price is not None:
        facts |= {"price": terms.price, "currency": terms.currency, "basis": terms.basis}
    if row.supplier:
        facts["supplier"] = terms.supplier
    if row.notice_days is not None:
        facts["notice_days"] = terms.notice_days
    return facts


def match_line(
    row: LicenceRow, there: Sequence[Purchase], *, on: date, keyed: bool
) -> tuple[Purchase | None, bool]:
    """The stored line a row is about, and whether it says the same already.

    A line is known by its order, invoice or first day. Without any of them a row of a licence that has an id
    is about its only plain line; a row of a pool is a line of its own, unless one says exactly the same (D-054).
    """
    facts = given(row, line_terms(row, on=on))
    marked = bool(row.order_number or row.invoice_number or row.valid_from or row.invoice_date)
    near = [line for line in there if is_marked_alike(row, line)]
    if same := next((line for line in near if says(line, facts)), None):
        return same, True
    return (near[-1] if near and (marked or keyed) else None), False


def is_marked_alike(row: LicenceRow, line: Purchase) -> bool:
    """Whether order, invoice and first day are those of the line."""
    if (line.order_number, line.invoice_number) != (row.order_number, row.invoice_number):
        return False
    return row.valid_from is None or row.valid_from == line.valid_from


def says(line: Purchase, facts: Mapping[str, Any]) -> bool:
    """Whether the stored line says all of it already."""
    return all(getattr(line, name) == value for name, value in facts.items())


def corrected(line: Purchase, row: LicenceRow, *, on: date) -> LineTerms:
    """The stored line with what the row says instead."""
    return replace(terms_of(line), **given(row, line_terms(row, on=on)))
