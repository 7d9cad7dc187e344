"""Lands what was read from another system: company by company, dry or for good, with all that could not be carried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.connectors.landing.holders import (
    Directory,
    Holder,
    Place,
    called,
    look_around,
    make_holders,
    missing_in,
)
from trueup.connectors.landing.rows import Here, error_of, rows_of
from trueup.connectors.spreadsheet.answers import Answers
from trueup.connectors.spreadsheet.applying import NothingToImportError, apply_import
from trueup.connectors.spreadsheet.file_rows import FileRows
from trueup.connectors.spreadsheet.licence_row import LicenceRow, RowError
from trueup.connectors.spreadsheet.matching import Matching
from trueup.connectors.spreadsheet.names import known_metrics
from trueup.connectors.spreadsheet.planning import plan_import
from trueup.connectors.spreadsheet.rows import ReadRows
from trueup.connectors.spreadsheet.sheets import Sheet
from trueup.licences.arrivals import Arrivals, ArrivingDevice, ArrivingLicence
from trueup.tenancy.actions import create_company, ensure_regions
from trueup.tenancy.queries import companies_visible_to, company_for, regions_visible_to

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.connectors.spreadsheet.plan import Plan

T = TypeVar("T", ArrivingLicence, LicenceRow)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to land: all in one company or each in its own, whether to make what is missing, or nothing at all yet."""

    company_id: int | None = None
    makes_companies: bool = False
    makes_holders: bool = True
    is_dry: bool = False
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True, slots=True)
class Landed:
    """What happened in one company, or would; the plan is None for a company that is not there yet."""

    company: str
    licences: int
    plan: Plan | None
    batch_id: int | None
    errors: tuple[RowError, ...] = ()
    people: int = 0
    devices: int = 0
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `errors` are of records that never reached a company."""

    title: str
    landed: tuple[Landed, ...]
    errors: tuple[RowError, ...]

    @property
    def all_errors(self) -> tuple[RowError, ...]:
        """Every error, those of companies after those of none."""
        return (*self.errors, *(error for one in self.landed for error in one.errors))

    @property
    def counts(self) -> dict[str, int]:
        """Sums over all companies."""
        plans = [one.plan for one in self.landed if one.plan]
        rejected = {error.row for error in self.all_errors if not error.keeps_row}
        return {
            **{name: sum(plan.counts[name] for plan in plans) for name in ("create", "update", "unchanged")},
            "reject": len(rejected),
            "errors": len(self.all_errors),
            "people": sum(one.people for one in self.landed),
            "devices": sum(one.devices for one in self.landed),
        }


def land_arrivals(*, actor: Actor, arrivals: Arrivals, wishes: Wishes, at: datetime, on: date) -> Report:
    """Land what a system's API told. A second run of the same changes nothing."""
    errors = [error_of(left) for left in arrivals.left_behind]
    landed = []
    for company, licences in by_company(actor, arrivals.licences, wishes, errors, at):
        if company is None:
            landed.append(Landed(licences[0].company, len(licences), None, None))
        else:
            landing = Landing(actor, company, wishes, at, on)
            landed.append(landing.land(arrivals, licences))
    return Report(arrivals.title, tuple(landed), tuple(errors))


def land_file(
    *, actor: Actor, file: FileRows, file_name: str, wishes: Wishes, at: datetime, on: date
) -> Report:
    """Land a file of another system, each row in its company; holders are those who are there (D-086)."""
    errors = [*file.rows.errors]
    landed = []
    for company, rows in by_company(actor, file.rows.licences, wishes, errors, at):
        if company is None:
            landed.append(Landed(rows[0].company, len(rows), None, None))
            continue
        landing = Landing(actor, company, wishes, at, on)
        part = replace(file, rows=ReadRows(tuple(replace(row, company="") for row in rows), ()))
        landed.append(landing.imported(part, file_name, len(rows)))
    title = file.matching.export.title if file.matching.export else file.sheet.name
    return Report(title, tuple(landed), tuple(errors))


def by_company(
    actor: Actor, records: Iterable[T], wishes: Wishes, errors: list[RowError], at: datetime
) -> list[tuple[int | None, list[T]]]:
    """Records by the company they land in; None is one that a run for good would make."""
    if wishes.company_id is not None:
        return [(wishes.company_id, list(records))]
    known = {company.name.lower(): company.pk for company in companies_visible_to(actor=actor)}
    groups: dict[str, list[T]] = {}
    for record in records:
        groups.setdefault(record.company.strip(), []).append(record)
    found: list[tuple[int | None, list[T]]] = []
    for name, group in groups.items():
        pk = known.get(name.lower())
        if name and pk is None and wishes.makes_companies and not wishes.is_dry:
            pk = create_company(actor=actor, name=name, at=at).pk
        if pk is not None or (name and wishes.makes_companies):
            found.append((pk, group))
        else:
            errors += [nowhere(record, name) for record in group]
    return found


def nowhere(record: ArrivingLicence | LicenceRow, name: str) -> RowError:
    """A record whose company is not here, or that names none."""
    number = record.number if isinstance(record, ArrivingLicence) else record.row
    if not name:
        way_out = _("Say --company with the company that such licences belong to.")
        return RowError(number, "company", "", "", "no company", way_out)
    way_out = _("Make the company first, say --make-companies, or land everything in one with --company.")
    return RowError(number, "company", "", name, "unknown company", way_out)


@dataclass(frozen=True, slots=True)
class Landing:
    """One company being landed in."""

    actor: Actor
    company_id: int
    wishes: Wishes
    at: datetime
    on: date

    def land(self, arrivals: Arrivals, licences: list[ArrivingLicence]) -> Landed:
        """Regions and holders first, in transactions of their own; then the licences as one batch."""
        self.actor.require(Permission.IMPORTS_RUN, self.company_id)
        there, new_regions = self.regions(licences)
        directory = look_around(actor=self.actor, company_id=self.company_id)
        missing = self.missing(directory, licences)
        refused: list[RowError] = []
        if missing and not self.wishes.is_dry:
            place = Place(self.company_id, arrivals.source, there)
            unmade = make_holders(
                actor=self.actor, place=place, directory=directory, missing=missing, at=self.at
            )
            refused = [
                RowError(
                    0, "holder_device", "", called(holder), "cannot be made", problem.detail, keeps_row=True
                )
                for holder, problem in unmade
            ]
            directory = look_around(actor=self.actor, company_id=self.company_id)
        metrics = {**known_metrics(), **self.wishes.answers.metrics}
        here = Here(
            replace(self.wishes.answers, metrics=metrics),
            directory,
            frozenset(there),
            will_make=self.wishes.is_dry and self.wishes.makes_holders,
        )
        rows, errors = rows_of(licences, here)
        sheet = Sheet(arrivals.title, (), 0, ())
        file = FileRows(sheet, Matching(()), ReadRows(tuple(rows), (*errors, *refused)), arrivals.source)
        landed = self.imported(file, arrivals.title, len(licences))
        people = sum(directory.kind_of(holder) == "person" for holder in missing)
        return replace(
            landed, people=people, devices=len(missing) - people - len(refused), regions=new_regions
        )

    def imported(self, file: FileRows, file_name: str, licences: int) -> Landed:
        """The rows planned, and carried out unless this is a dry run or nothing is new."""
        name = company_for(actor=self.actor, company_id=self.company_id).name
        plan = plan_import(actor=self.actor, company_id=self.company_id, file=file, on=self.on)
        if not self.wishes.is_dry:
            with suppress(NothingToImportError):
                done = apply_import(
                    actor=self.actor,
                    company_id=self.company_id,
                    file=file,
                    file_name=file_name,
                    at=self.at,
                    on=self.on,
                )
                return Landed(name, licences, done.plan, done.batch_id, done.errors)
        return Landed(name, licences, plan, None, plan.errors)

    def regions(self, licences: list[ArrivingLicence]) -> tuple[dict[str, int], tuple[str, ...]]:
        """The company's regions by lower-case name, and the names of those that had to be made, or would be."""
        visible = regions_visible_to(actor=self.actor).filter(company_id=self.company_id)
        there = {name.lower(): pk for pk, name in visible.values_list("pk", "name")}
        devices = (
            one.holder.region
            for licence in licences
            for one in licence.holdings
            if isinstance(one.holder, ArrivingDevice)
        )
        named = dict.fromkeys(filter(None, (*(licence.region for licence in licences), *devices)))
        new = tuple(name for name in named if name.lower() not in there)
        if new and not self.wishes.is_dry:
            there = dict(ensure_regions(actor=self.actor, company_id=self.company_id, names=new, at=self.at))
        return there, new

    def missing(self, directory: Directory, licences: list[ArrivingLicence]) -> Mapping[Holder, str]:
        """Holders who are not there and may be made."""
        if not self.wishes.makes_holders:
            return {}
        met = ((one.holder, licence.region) for licence in licences for one in licence.holdings)
        return missing_in(directory, met)
