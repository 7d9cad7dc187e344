"""Stores what a run counted: outcomes, positions, shapes and covers in bulk, then the findings they open and close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db import transaction

from licensing.quantities import Exact
from trueup.compliance.counting import Result
from trueup.compliance.cover_tables import PositionCover
from trueup.compliance.holdings import Holdings
from trueup.compliance.keeping import keep_findings
from trueup.compliance.models import Outcome, Position, PositionShape, Run
from trueup.compliance.requirement import ShapeFound
from trueup.compliance.working import as_json, parameters_as_json

BATCH = 1000
SIX_PLACES, FOUR_PLACES = Decimal("0.000001"), Decimal("0.0001")


def store_results(
    *, run: Run, results: Sequence[Result], holdings: Holdings, company_ids: Iterable[int], at: datetime
) -> None:
    """Store everything a run found, in the caller's transaction; the newest day of a company becomes its latest."""
    by_company: dict[int, list[Result]] = {company_id: [] for company_id in company_ids}
    for result in results:
        by_company.setdefault(result.question["company_id"], []).append(result)
    outcomes = [_outcome(run, company_id, found) for company_id, found in sorted(by_company.items())]
    with transaction.atomic():
        latest = _make_latest(outcomes, run.as_of)
        Outcome.objects.bulk_create(outcomes, batch_size=BATCH)
        positions = [
            _position(run, outcome, result)
            for outcome in outcomes
            for result in by_company[outcome.company_id]
        ]
        Position.objects.bulk_create(positions, batch_size=BATCH)
        ordered = [result for outcome in outcomes for result in by_company[outcome.company_id]]
        pairs = list(zip(positions, ordered, strict=True))
        shapes = [_shape(position, found) for position, result in pairs for found in result.required.shapes]
        PositionShape.objects.bulk_create(shapes, batch_size=BATCH)
        covers = [cover for position, result in pairs for cover in covers_of(position, result)]
        PositionCover.objects.bulk_create(covers, batch_size=BATCH)
        keep_findings(pairs=pairs, holdings=holdings, company_ids=latest, on=run.as_of, at=at)


def _make_latest(outcomes: Sequence[Outcome], as_of: date) -> set[int]:
    """Mark outcomes as latest unless the company has one of a later day already."""
    ids = [outcome.company_id for outcome in outcomes]
    standing = Outcome.objects.select_for_update().filter(company_id__in=ids, is_latest=True)
    later = {outcome.company_id for outcome in standing if outcome.as_of > as_of}
    latest = set(ids) - later
    Outcome.objects.filter(company_id__in=latest, is_latest=True).update(is_latest=False)
    for outcome in outcomes:
        outcome.is_latest = outcome.company_id in latest
    return latest


def _outcome(run: Run, company_id: int, results: Sequence[Result]) -> Outcome:
    exposure: dict[str, Fraction] = {}
    for result in results:
        if result.weighed.exposure:
            currency = result.entitled.currency
            exposure[currency] = exposure.get(currency, Fraction(0)) + result.weighed.exposure
    return Outcome(
        run=run,
        company_id=company_id,
        as_of=run.as_of,
        positions=len(results),
        by_state=dict(Counter(result.weighed.state for result in results)),
        exposure={
            currency: str(_decimal(amount, FOUR_PLACES)) for currency, amount in sorted(exposure.items())
        },
    )


def _position(run: Run, outcome: Outcome, result: Result) -> Position:
    question, entitled, required, weighed = result.question, result.entitled, result.required, result.weighed
    settled = result.settled
    return Position(
        company_id=outcome.company_id,
        run=run,
        outcome=outcome,
        question=question["question_id"],
        product_id=question["product_id"],
        edition_id=question["edition_id"],
        metric=question["metric"],
        state=weighed.state,
        entitled=entitled.units,
        unlimited=entitled.unlimited,
        required_low=_units(required.low),
        required_point=_units(required.point),
        required_high=_units(required.high),
        covered=_units(weighed.covered),
        short=_units(weighed.short),
        spare=_units(weighed.spare),
        unfit=_known(weighed.unfit),
        lent=_known(settled.lent if settled else 0),
        borrowed=_known(settled.borrowed if settled else 0),
        exempt=_known(sum(one.units for one in required.exempt)),
        choice=dict(settled.choice) if settled else {},
        unit_price=_decimal(entitled.unit_price, FOUR_PLACES),
        currency=entitled.currency,
        exposure=_decimal(weighed.exposure, FOUR_PLACES),
        licences=question["licences"] or 0,
        subjects=sum(one.shape.subject_count for one in required.shapes),
        installations=sum(one.shape.installations for one in required.shapes),
        unknown_subjects=sum(one.shape.subject_count for one in required.shapes if one.causes),
        reason=weighed.reason,
        causes=list(required.causes),
        warnings=list(result.warnings),
        working=as_json(result.working),
        parameters=parameters_as_json(required.parameters),
    )


def _shape(position: Position, found: ShapeFound) -> PositionShape:
    return PositionShape(
        company_id=position.company_id,
        position=position,
        family=found.shape.family,
        key=found.shape.key,
        label=found.label,
        subjects=found.shape.subject_count,
        installations=found.shape.installations,
        each_low=_units(found.each_low),
        each_high=_units(found.each_high),
        required_low=_units(found.low),
        required_high=_units(found.high),
        causes=list(found.causes),
        working=as_json(found.working),
    )


def covers_of(position: Position, result: Result) -> Iterable[PositionCover]:
    """What became of every part of the need, with its reason and the licence behind."""
    for one in result.settled.entries if result.settled and position.state != "not_assessed" else ():
        version = "" if one.version is None else result.versions.get(one.version, str(one.version))
        yield PositionCover(
            company_id=position.company_id,
            position=position,
            kind=one.kind,
            need=f"version {version}" if version else "",
            units=_known(one.units),
            licence_id=one.licence_id,
            is_other=one.is_other,
            right=one.right[:300],
            reason=one.reason,
        )


def _units(value: Exact | None) -> Decimal | None:
    return _decimal(value, SIX_PLACES)


def _known(value: Exact) -> Decimal:
    return _units(value) or Decimal(0)


def _decimal(value: Exact | None, places: Decimal) -> Decimal | None:
    """As stored; the exact number stands in the working."""
    if value is None:
        return None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(places, rounding=ROUND_HALF_UP)
