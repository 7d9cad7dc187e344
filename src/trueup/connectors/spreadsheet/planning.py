"""What importing rows would do, before anything is done: create, update, leave alone, or reject with the reason.

Nothing is written here. The same plan is made again, under a lock, when the import is applied.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.connectors.spreadsheet.existing import Existing, find_existing
from trueup.connectors.spreadsheet.file_rows import FileRows
from trueup.connectors.spreadsheet.licence_row import LicenceRow, RowError
from trueup.connectors.spreadsheet.lines import corrected, line_terms, match_line
from trueup.connectors.spreadsheet.names import UNKNOWN_PUBLISHER, Names, ProductKey, look_up
from trueup.connectors.spreadsheet.plan import Outcome, Plan, PlannedLicence, PlannedLine
from trueup.connectors.spreadsheet.pooling import Pool, pools
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.licences.line_storing import endless_words, is_subscription
from trueup.licences.models import Licence, Purchase

NO_PRODUCT: ProductKey = ("", "")  # of a row of our own list, whose licence is known by its id


def plan_import(*, actor: Actor, company_id: int, file: FileRows, on: date) -> Plan:
    """Set the rows of a file against what a company has. Raises NotAllowed without the right to import."""
    actor.require(Permission.IMPORTS_RUN, company_id)
    names = look_up(actor=actor, company_id=company_id, rows=file.rows.licences)
    errors = list(file.rows.errors)
    found = pools(own_rows(file, names, errors))
    drafts = [draft for pool in found if (draft := draft_of(pool, names, file, errors))]
    existing = find_existing(
        actor=actor, company_id=company_id, source=file.source, drafts=drafts, names=names, on=on
    )
    drafts = refuse_shared_numbers(drafts, existing, file, errors)
    planned = [settled for draft in drafts if (settled := settle(draft, existing, file, errors, on=on))]
    return Plan(
        company_id=company_id,
        source=file.source,
        licences=tuple(planned),
        errors=tuple(sorted(errors, key=lambda error: error.row)),
        new_products=new_products(planned, names),
        new_cost_centres=new_cost_centres(planned, names),
        keys=sum(len(one.pool.keys) for one in planned if one.seals),
        skipped=len(file.rows.skipped),
    )


def own_rows(file: FileRows, names: Names, errors: list[RowError]) -> Iterable[LicenceRow]:
    """The rows that are for this company; one that names another is refused, never moved."""
    for row in file.rows.licences:
        if row.company and row.company.lower() != names.company.lower():
            way_out = _(
                "Import it into %(company)s, or leave the column out to take all rows for %(company_2)s."
            ) % {"company": row.company, "company_2": names.company}
            errors.append(
                file.error(row.row, "company", row.company, RefusedValueError("other company", way_out))
            )
        else:
            yield row


def draft_of(pool: Pool, names: Names, file: FileRows, errors: list[RowError]) -> PlannedLicence | None:
    """A licence with its names looked up, or errors for each of its rows."""
    head = pool.head
    refused: list[tuple[str, RefusedValueError]] = []
    looked: dict[str, Any] = {}
    looked["product"] = attempt(lambda: names.product_key(head), "product", refused)
    product_id = names.products.get(looked["product"]) if looked["product"] else None
    looked["metric"] = attempt(lambda: names.metric(head, product_id), "metric", refused)
    looked["region_id"] = attempt(lambda: names.region(head), "region", refused)
    if file.is_own_list and head.external_id:
        refused = [(target, refusal) for target, refusal in refused if target == "region"]
        looked = {
            "product": looked["product"] or NO_PRODUCT,
            "metric": looked["metric"] or "",
            "region_id": looked["region_id"],
        }
    for row in pool.rows if refused else ():
        errors += [
            file.error(row, target, getattr(head, target) or "", refusal) for target, refusal in refused
        ]
    if refused:
        return None
    return PlannedLicence(
        outcome=Outcome.CREATE,
        pool=pool,
        publisher=head.publisher or UNKNOWN_PUBLISHER,
        owner_id=person_of(head, names, file, errors),
        people=(
            *holders_of(head.holder_people, names.person, "holder_person", head.row, file, errors),
            *(holding.id for holding in head.holdings if holding.kind == "person"),
        ),
        devices=(
            *holders_of(head.holder_devices, names.device, "holder_device", head.row, file, errors),
            *(holding.id for holding in head.holdings if holding.kind == "device"),
        ),
        **looked,
    )


def attempt(look: Any, target: str, refused: list[tuple[str, RefusedValueError]]) -> Any:
    """The looked-up value, or None with the refusal noted."""
    try:
        return look()
    except RefusedValueError as refusal:
        refused.append((target, refusal))
        return None


def person_of(head: LicenceRow, names: Names, file: FileRows, errors: list[RowError]) -> int | None:
    """The owner's id; an unknown one is named and left out, the licence stays (D-015)."""
    if not head.owner:
        return None
    found = holders_of((head.owner,), names.person, "owner", head.row, file, errors)
    return found[0] if found else None


def holders_of(
    given: Sequence[str], look: Any, target: str, row: int, file: FileRows, errors: list[RowError]
) -> tuple[int, ...]:
    """Ids of names; each unknown one is an error that keeps its row (D-015)."""
    found = []
    for name in given:
        try:
            found.append(look(name))
        except RefusedValueError as refusal:
            errors.append(file.error(row, target, name, refusal, keeps=True))
    return tuple(dict.fromkeys(found))


def refuse_shared_numbers(
    drafts: Sequence[PlannedLicence], existing: Existing, file: FileRows, errors: list[RowError]
) -> list[PlannedLicence]:
    """The drafts without those whose inventory number another licence has, here or in the file (R-037)."""
    kept, seen = [], dict[str, int]()
    for draft in drafts:
        number, row = draft.pool.head.inventory_number, draft.pool.head.row
        if number and (number in seen or existing.is_taken(number, draft)):
            where = f"row {seen[number]}" if number in seen else "another licence"
            refusal = RefusedValueError(
                "inventory number taken",
                _("It stands on %(where)s. Every number is given once.") % {"where": where},
            )
            errors.append(file.error(row, "inventory_number", number, refusal))
            continue
        seen.setdefault(number, row)
        kept.append(draft)
    return kept


def settle(
    draft: PlannedLicence, existing: Existing, file: FileRows, errors: list[RowError], *, on: date
) -> PlannedLicence | None:
    """The draft set against the licence that is there, if one is; None when its rows are refused."""
    try:
        licence = existing.match(draft)
        if file.is_own_list:
            existing.check_own(draft, licence, has_ids=file.matching.of("external_id") is not None)
    except RefusedValueError as refusal:
        errors += [
            file.error(row, "external_id", draft.pool.head.external_id, refusal) for row in draft.pool.rows
        ]
        return None
    if licence is None:
        lines = tuple(PlannedLine(line_terms(line, on=on), line.cost_centre) for line in draft.pool.lines)
        if _is_endless(draft, "", lines, file, errors):
            return None
        return with_parts(draft, outcome=Outcome.CREATE, added=lines, seals=bool(draft.pool.keys))
    changes = changes_of(draft, licence)
    added, voided = ((), ()) if file.is_own_list else lines_of(draft, existing.lines[licence.pk], on=on)
    if _is_endless(draft, licence.licence_type, added, file, errors):
        return None
    held = existing.held[licence.pk]
    people = tuple(pk for pk in draft.people if ("person", pk) not in held)
    devices = tuple(pk for pk in draft.devices if ("device", pk) not in held)
    seals = bool(draft.pool.keys) and licence.pk not in existing.keyed
    told = added or voided or changes or people or devices or seals
    outcome = Outcome.UPDATE if told else Outcome.UNCHANGED
    return with_parts(
        draft,
        outcome=outcome,
        licence_id=licence.pk,
        added=added,
        voided=voided,
        changes=changes,
        people=people,
        devices=devices,
        seals=seals,
    )


def _is_endless(
    draft: PlannedLicence,
    licence_type: str,
    added: Sequence[PlannedLine],
    file: FileRows,
    errors: list[RowError],
) -> bool:
    """Name each row of a subscription that does not say when it ends, where lines of it would be added (R-124)."""
    is_one = is_subscription(licence_type=licence_type, metric=draft.metric)
    if not is_one or all(line.terms.valid_until is not None for line in added):
        return False
    refusal = RefusedValueError("no end", endless_words())
    rows = [row for row in draft.pool.lines if row.valid_until is None]
    errors += [file.error(row.row, "valid_until", "", refusal) for row in rows]
    return True


def with_parts(draft: PlannedLicence, **parts: Any) -> PlannedLicence:
    """The draft with its outcome."""
    return replace(draft, **parts)


def lines_of(
    draft: PlannedLicence, there: Sequence[Purchase], *, on: date
) -> tuple[tuple[PlannedLine, ...], tuple[int, ...]]:
    """Lines to add, and lines to take back because the file corrects them."""
    added, voided, left = [], [], list(there)
    for row in draft.pool.lines:
        line, same = match_line(row, left, on=on, keyed=bool(row.external_id))
        if line is not None:
            left.remove(line)
        if line is None:
            added.append(PlannedLine(line_terms(row, on=on), row.cost_centre))
        elif not same:
            voided.append(line.pk)
            added.append(PlannedLine(corrected(line, row, on=on), row.cost_centre))
    return tuple(added), tuple(voided)


def changes_of(draft: PlannedLicence, licence: Licence) -> dict[str, Any]:
    """What the file says differently about the licence itself; an empty cell says nothing."""
    head = draft.pool.head
    said = {
        "owner_id": draft.owner_id,
        "inventory_number": head.inventory_number,
        "remarks": head.remarks,
        "tags": sorted(head.tags),
        "region_id": draft.region_id if head.region else None,
    }
    return {name: value for name, value in said.items() if value and getattr(licence, name) != value}


def new_products(planned: Iterable[PlannedLicence], names: Names) -> tuple[ProductKey, ...]:
    """Products that the catalogue does not have yet, as the file writes them."""
    new = (p for p in planned if p.outcome is Outcome.CREATE and p.product not in names.products)
    missing = {p.product: (p.publisher, p.pool.head.product) for p in new}
    return tuple(missing.values())


def new_cost_centres(planned: Iterable[PlannedLicence], names: Names) -> tuple[str, ...]:
    """Cost centres that are not there yet."""
    codes = dict.fromkeys(line.cost_centre for p in planned for line in p.added if line.cost_centre)
    return tuple(code for code in codes if code.lower() not in names.cost_centres)
