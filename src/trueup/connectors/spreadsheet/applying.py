"""Carries a plan out as one batch, and takes the batch back as a whole.

Everything happens in one transaction, by a handful of statements whatever the number of rows. Two imports into
one company wait for each other, so that the second sees what the first made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from trueup.assignments.actions import Holder, assign_many
from trueup.audit.actions import close_batch, open_batch
from trueup.base.actor import Actor
from trueup.base.problems import Invalid, Problem
from trueup.catalogue.actions import ensure_choices, ensure_products
from trueup.connectors.spreadsheet.file_rows import FileRows
from trueup.connectors.spreadsheet.keys import seal_planned
from trueup.connectors.spreadsheet.licence_row import RowError
from trueup.connectors.spreadsheet.plan import Outcome, Plan, PlannedLicence, PlannedLine
from trueup.connectors.spreadsheet.planning import plan_import
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.licences.bulk import (
    NewLicence,
    Scene,
    change_licences,
    change_lines,
    create_licences,
    lock_licences,
)
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.models import Licence
from trueup.tenancy.actions import ensure_cost_centres

KIND = "import"
LOCK = 4_711_202  # with the company's id, the name of the lock that puts imports in line
ERRORS_KEPT = 1_000


class NothingToImportError(Invalid):
    """No row of the file can be taken, or none says anything new."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    batch_id: int
    plan: Plan
    errors: tuple[RowError, ...]
    licence_ids: tuple[int, ...]


def apply_import(
    *,
    actor: Actor,
    company_id: int,
    file: FileRows,
    file_name: str,
    at: datetime,
    on: date,
    when_stored: Callable[[int], None] | None = None,
) -> Imported:
    """Import the rows that can be taken, as one batch. Raises NothingToImport when nothing would change.

    ``when_stored`` is told the batch in the same transaction.
    """
    with turn_of(company_id):
        plan = plan_import(actor=actor, company_id=company_id, file=file, on=on)
        if not plan.of(Outcome.CREATE) and not plan.of(Outcome.UPDATE):
            raise NothingToImportError(nothing_because(plan))
        names = make_names(plan, actor=actor, company_id=company_id, at=at)
        with transaction.atomic():
            batch = open_batch(actor=actor, company_id=company_id, at=at, kind=KIND, label=file_name)
            scene = Scene(actor=actor, company_id=company_id, batch_id=batch.pk, at=at, on=on)
            written = Writing(scene, plan, names).write()
            errors = [*plan.errors, *hold(scene, written, file)]
            close_batch(batch_id=batch.pk, summary=summary_of(plan, errors), undo=written.undo)
            if when_stored:
                when_stored(batch.pk)
    return Imported(batch.pk, plan, tuple(errors), tuple(written.undo["created"]))


@contextmanager
def turn_of(company_id: int) -> Iterator[None]:
    """Hold the company's turn to import or to undo, over several transactions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, company_id])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, company_id])


def nothing_because(plan: Plan) -> str:
    """Why there is nothing to do."""
    if plan.errors and plan.rejected:
        first = plan.errors[0]
        return gettext(
            "None of the rows can be taken; %(rejected)s have errors. The first is in %(first)s"
        ) % {"rejected": len(plan.rejected), "first": first}
    return gettext(
        "Nothing to import: all %(licences)s licences of the file are here already, unchanged."
    ) % {"licences": len(plan.licences)}


def summary_of(plan: Plan, errors: Sequence[RowError]) -> dict[str, Any]:
    """What is kept of an import for its page; keys are in the vault alone."""
    return {
        **plan.counts,
        "errors": len(errors),
        "source": plan.source,
        "keys_sealed": plan.keys,
        "new_products": [name for _, name in plan.new_products[:ERRORS_KEPT]],
        "problems": [
            [error.row, error.column, error.letter, error.value, error.rule, error.way_out, error.keeps_row]
            for error in errors[:ERRORS_KEPT]
        ],
    }


@dataclass(slots=True)
class Written:
    """What was written: the recipe for taking it back, and who is to hold units."""

    undo: dict[str, Any]
    holders: list[tuple[int, PlannedLicence]]


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of what the licences of a plan refer to, by lower-case name."""

    products: Mapping[Any, int]
    editions: Mapping[Any, int]
    versions: Mapping[Any, int]
    cost_centres: Mapping[str, int]


def make_names(plan: Plan, *, actor: Actor, company_id: int, at: datetime) -> Names:
    """Products, editions, versions and cost centres of the plan, made where they are missing.

    In transactions of their own: they write into the company's audit chain, whose lock must be the last one that
    the import takes, as everywhere; what is left of them if the import fails harms nobody.
    """
    new = plan.of(Outcome.CREATE)
    missing = {(publisher.lower(), name.lower()) for publisher, name in plan.new_products}
    wanted = [(p.publisher, p.pool.head.product, "") for p in new if p.product in missing]
    products = ensure_products(actor=actor, company_id=company_id, wanted=wanted, at=at)
    pairs = [(products[p.product], p.pool.head) for p in new]
    codes = {line.cost_centre for p in plan.licences for line in p.added if line.cost_centre}
    return Names(
        products=products,
        editions=ensure_choices(kind="edition", wanted=[(pk, head.edition) for pk, head in pairs]),
        versions=ensure_choices(kind="version", wanted=[(pk, head.version) for pk, head in pairs]),
        cost_centres=ensure_cost_centres(actor=actor, company_id=company_id, codes=codes, at=at),
    )


@dataclass(frozen=True, slots=True)
class Writing:
    """The licences, lines and changes of a plan stored."""

    scene: Scene
    plan: Plan
    names: Names

    def write(self) -> Written:
        """Store everything but the holders. Licences that exist are locked first, before the audit chain."""
        new, old = self.plan.of(Outcome.CREATE), self.plan.of(Outcome.UPDATE)
        lock_licences(scene=self.scene, licence_ids=[p.licence_id for p in old if p.licence_id])
        products, editions = self.names.products, self.names.editions
        versions, cost_centres = self.names.versions, self.names.cost_centres
        wanted = [
            NewLicence(
                self.terms(planned, products[planned.product], editions, versions),
                tuple(self.line(line, cost_centres) for line in planned.added),
            )
            for planned in new
        ]
        created = create_licences(scene=self.scene, wanted=wanted) if wanted else []
        added = [
            (p.licence_id, self.line(line, cost_centres)) for p in old if p.licence_id for line in p.added
        ]
        voided = [pk for planned in old for pk in planned.voided]
        lines = change_lines(scene=self.scene, added=added, voided=voided) if added or voided else []
        changes = {p.licence_id: p.changes for p in old if p.licence_id and p.changes}
        before = values_before(changes)
        if changes:
            change_licences(scene=self.scene, changes=changes)
        holders = [
            (licence_id, planned)
            for licence_id, planned in [*zip(created, new, strict=True), *((p.licence_id, p) for p in old)]
            if licence_id and (planned.people or planned.devices)
        ]
        there = [(p.licence_id, p) for p in old if p.licence_id]
        sealing = [(pk, p) for pk, p in [*zip(created, new, strict=True), *there] if p.seals]
        keys = seal_planned(self.scene, sealing)
        undo = {
            "created": created,
            "added": lines,
            "voided": voided,
            "before": before,
            "assigned": [],
            "keys": keys,
        }
        return Written(undo, holders)

    def terms(
        self,
        planned: PlannedLicence,
        product_id: int,
        editions: Mapping[Any, int],
        versions: Mapping[Any, int],
    ) -> LicenceTerms:
        """A planned licence as terms."""
        head = planned.pool.head
        return LicenceTerms(
            product_id=product_id,
            metric=planned.metric,
            edition_id=editions.get((product_id, head.edition.lower())),
            version_id=versions.get((product_id, head.version.lower())),
            region_id=planned.region_id,
            owner_id=planned.owner_id,
            inventory_number=head.inventory_number,
            remarks=head.remarks,
            tags=head.tags,
            source=self.plan.source if head.external_id else "",
            external_id=head.external_id,
            **head.terms,
        )

    def line(self, planned: PlannedLine, cost_centres: Mapping[str, int]) -> LineTerms:
        """A planned line with its cost centre."""
        if not planned.cost_centre:
            return planned.terms
        return replace(planned.terms, cost_centre_id=cost_centres[planned.cost_centre.lower()])


def values_before(changes: Mapping[int, Mapping[str, Any]]) -> dict[str, dict[str, list[Any]]]:
    """Old and new values of the fields that will change; keys are text, as JSON keeps them."""
    rows = Licence.objects.in_bulk(list(changes))
    return {
        str(pk): {name: [getattr(rows[pk], name), value] for name, value in new.items()}
        for pk, new in changes.items()
    }


def hold(scene: Scene, written: Written, file: FileRows) -> list[RowError]:
    """Give each holder that is named one unit, or as many as are said; who may not hold keeps the row (D-014)."""
    errors = []
    for licence_id, planned in written.holders:
        units = {(holding.kind, holding.id): holding.units for holding in planned.pool.head.holdings}
        kinds = [("person", pk) for pk in planned.people] + [("device", pk) for pk in planned.devices]
        named = [(Holder(*one), units.get(one, 1)) for one in kinds]
        try:
            written.undo["assigned"] += give(scene, licence_id, named)
        except Problem:
            for one in named:
                try:
                    written.undo["assigned"] += give(scene, licence_id, [one])
                except Problem as problem:
                    errors.append(refused_holder(file, planned, one[0], problem))
    return errors


def give(scene: Scene, licence_id: int, holders: Sequence[tuple[Holder, int]]) -> list[int]:
    """Their units for the holders, all or none; the assignments' ids."""
    made = assign_many(
        actor=scene.actor,
        licence_id=licence_id,
        holders=holders,
        at=scene.at,
        on=scene.on,
        reason="imported",
        batch_id=scene.batch_id,
    )
    return [assignment.pk for assignment in made]


def refused_holder(file: FileRows, planned: PlannedLicence, holder: Holder, problem: Problem) -> RowError:
    """Why a holder of the file could not be one."""
    is_person, head = holder.kind == "person", planned.pool.head
    target, names = (
        ("holder_person", head.holder_people) if is_person else ("holder_device", head.holder_devices)
    )
    known = [one.name for one in head.holdings if (one.kind, one.id) == (holder.kind, holder.id)]
    refusal = RefusedValueError("cannot hold", problem.detail)
    return file.error(head.row, target, ", ".join(known or names), refusal, keeps=True)
