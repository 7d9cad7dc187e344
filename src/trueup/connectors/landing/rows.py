"""Arriving licences as rows of a plan, under what a person answered: licence types, currency, what a price is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from trueup.connectors.landing.holders import Directory, called
from trueup.connectors.spreadsheet.answers import Answers
from trueup.connectors.spreadsheet.licence_row import Holding, LicenceRow, RowError, shown
from trueup.connectors.spreadsheet.pricing import NO_CURRENCY, UNCLEAR_BASIS
from trueup.connectors.spreadsheet.rows import LENGTHS
from trueup.connectors.spreadsheet.values.labels import PriceBasis, read_metric
from trueup.connectors.spreadsheet.values.refused import UNCLEAR_UNITS, RefusedValueError
from trueup.connectors.spreadsheet.values.simple import MAX_UNITS, read_units
from trueup.licences.arrivals import ArrivingLicence, LeftBehind

PLAIN = (
    "product", "publisher", "inventory_number", "order_number", "invoice_number", "invoice_date", "supplier",
    "cost_centre", "valid_from", "valid_until", "remarks", "tags", "key",
)  # fmt: skip
TERMS = ("accounting_id", "property_of", "depreciation_percent")
MANY = 1


@dataclass(frozen=True, slots=True)
class Here:
    """What is known of the company while rows are read; ``will_make`` where a dry run would make missing holders."""

    answers: Answers
    directory: Directory
    regions: frozenset[str]
    will_make: bool


@dataclass(slots=True)
class Reading:
    """One licence while it becomes a row."""

    licence: ArrivingLicence
    here: Here
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, column: str, value: object, refused: RefusedValueError, *, keeps: bool = False) -> None:
        """Note what is wrong with a field."""
        self.errors.append(
            RowError(self.licence.number, column, "", shown(str(value)), refused.rule, refused.way_out, keeps)
        )

    def attempt(self, column: str, value: object, read: Callable[[], Any]) -> Any:
        """What is read, or None with the refusal noted."""
        try:
            return read()
        except RefusedValueError as refusal:
            self.refuse(column, value, refusal)
            return None

    def row(self) -> LicenceRow | None:
        """The row; None where it is refused, for the errors' reasons."""
        licence, answers = self.licence, self.here.answers
        metric = answers.metric
        if licence.label:
            read = lambda: read_metric(  # noqa: E731  # named for the line's length
                licence.label, labels=answers.metrics, known=answers.known_metrics
            )
            metric = self.attempt("metric", licence.label, read)
        units = self.attempt("units", licence.units, lambda: units_of(licence.units, answers))
        price = self.attempt("price", licence.price, lambda: price_of(licence, answers))
        self.check_lengths()
        holdings = self.holdings()
        if any(not error.keeps_row for error in self.errors):
            return None
        policy = {"policy": "allow"} if units.count is not None and licence.held > units.count else {}
        terms = {name: value for name in TERMS if (value := getattr(licence, name))}
        return LicenceRow(
            row=licence.number,
            external_id=str(licence.number),
            units=units.count,
            metric=metric,
            region=licence.region if licence.region.lower() in self.here.regions else "",
            holdings=holdings,
            terms=terms | policy,
            **price,
            **{name: getattr(licence, name) for name in PLAIN},
        )

    def check_lengths(self) -> None:
        """Refuse what is longer than its field."""
        for column, longest in LENGTHS.items():
            value = getattr(self.licence, column, "")
            if len(value) > longest:
                way_out = _("At most %(most)s characters are kept.") % {"most": longest}
                self.refuse(column, value, RefusedValueError("too long", way_out))

    def holdings(self) -> tuple[Holding, ...]:
        """The holders that were found; each that was not is named, unless a dry run would make it."""
        found: dict[tuple[str, int], Holding] = {}
        for one in self.licence.holdings:
            kind, name = self.here.directory.kind_of(one.holder), called(one.holder)
            column = f"holder_{kind}"
            try:
                pk = self.here.directory.find(one.holder)
            except RefusedValueError as refusal:
                self.refuse(column, name, refusal, keeps=True)
                continue
            if pk is None:
                self.unknown(column, name)
                continue
            before = found.get((kind, pk))
            units = one.units + (before.units if before else 0)
            found[kind, pk] = Holding(kind, pk, units, name)
        return tuple(found.values())

    def unknown(self, column: str, name: str) -> None:
        """A holder who is not here (D-015)."""
        if not self.here.will_make:
            refusal = RefusedValueError("unknown holder", _("Add it here, and move in again."))
            self.refuse(column, name, refusal, keeps=True)


def units_of(units: int | None, answers: Answers) -> Any:
    """How many units; what is too large to be a purchase is asked about."""
    if units is not None and units >= MAX_UNITS and answers.nines != "number":
        if answers.nines is None:
            way_out = _("So large a number often means no limit. Say whether it does here.")
            raise RefusedValueError(UNCLEAR_UNITS, way_out)
        units = None
    return read_units("-1" if units is None else Decimal(units), nines=answers.nines)


def price_of(licence: ArrivingLicence, answers: Answers) -> dict[str, Any]:
    """Price, currency and basis; asked for where neither the system nor the person says."""
    if licence.price is None:
        return {}
    currency = licence.currency or answers.currency
    if not currency:
        raise RefusedValueError(NO_CURRENCY, _("Say in which currency the prices are."))
    single = PriceBasis.TOTAL if licence.units is None or licence.units <= MANY else None
    basis = answers.price_basis or (PriceBasis(licence.basis) if licence.basis else single)
    if basis is None:
        raise RefusedValueError(
            UNCLEAR_BASIS, _("Say whether a price is for one unit or for all units of the licence.")
        )
    return {"price": licence.price, "currency": currency, "price_basis": basis}


def rows_of(licences: Iterable[ArrivingLicence], here: Here) -> tuple[list[LicenceRow], list[RowError]]:
    """Rows in their order, and every error of every licence."""
    rows, errors = [], []
    for licence in licences:
        reading = Reading(licence, here)
        row = reading.row()
        errors += reading.errors
        if row is not None:
            rows.append(row)
    return rows, errors


def error_of(left: LeftBehind) -> RowError:
    """What a suitcase left behind, as an error of its row."""
    return RowError(
        left.number, left.column, "", shown(left.value), left.rule, left.way_out, left.keeps_record
    )
