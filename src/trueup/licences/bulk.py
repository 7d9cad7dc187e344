"""Many licences at once: made, given lines, changed and withdrawn by a handful of statements.

Imports and their undoing come through here. The rules are those of the single actions: lines are checked, every
change of a balance is a movement, every licence touched has its audit entry, and all of it happens or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext

from trueup.audit.actions import Happening, record_many
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.copying import copy_rows
from trueup.base.problems import InvalidValue, NotFound, UnknownField
from trueup.catalogue.models import Edition, Product, Version
from trueup.licences.actions import CHANGEABLE, HalfOfTransfer, NumberTaken, StillHolds, purchase_from
from trueup.licences.balances import in_force, roll_licence
from trueup.licences.line_rules import check_line
from trueup.licences.line_storing import (
    refuse_endless,
    refuse_endless_type,
    refuse_strange_lines,
    store_shares,
)
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.metrics import metric_named
from trueup.licences.models import Account, Licence, Movement, Purchase
from trueup.licences.reducing import StillHeld, refuse_negative_days, still_reserved
from trueup.licences.reserved import Hour, cut_to, open_reservations
from trueup.tenancy.models import Company, Policy
from trueup.tenancy.queries import company_for, region_in

ROWS = 1000
STORE_BALANCES = """
    UPDATE licences_licence AS licence
    SET granted = told.granted, is_unlimited = told.is_unlimited, excess = told.excess, balanced_on = told.balanced_on
    FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[], %s::bigint[], %s::date[])
        AS told (id, granted, is_unlimited, excess, balanced_on)
    WHERE licence.id = told.id
"""
NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class NewLicence:
    """A licence as wanted, with its first lines."""

    terms: LicenceTerms
    lines: tuple[LineTerms, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who does it, in which company, when, and as part of which batch."""

    actor: Actor
    company_id: int
    batch_id: int | None
    at: datetime
    on: date

    def company(self) -> Company:
        """The company, if the actor may change its licences."""
        permission = Permission.LICENCES_CHANGE
        return company_for(actor=self.actor, company_id=self.company_id, permission=permission)

    def record(
        self, event: str, licences: Iterable[Licence], details: Mapping[int, Mapping[str, Any]]
    ) -> None:
        """One audit entry for each licence."""
        happenings = [
            Happening(event, "licence", licence.pk, str(licence.product.name), details.get(licence.pk, {}))
            for licence in licences
        ]
        record_many(
            actor=self.actor,
            company_id=self.company_id,
            at=self.at,
            happenings=happenings,
            batch_id=self.batch_id,
        )


def lock_licences(*, scene: Scene, licence_ids: Iterable[int]) -> None:
    """Take the locks of licences that are about to change, in one order, before any audit entry is written."""
    rows = Licence.objects.filter(pk__in=list(licence_ids), company_id=scene.company().pk)
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def create_licences(*, scene: Scene, wanted: Sequence[NewLicence]) -> list[int]:
    """Make licences with their lines; their ids in the order given."""
    company = scene.company()
    products = _products(scene, wanted)
    region_id = region_in(company_id=company.pk, region_id=None).pk
    for new in wanted:
        metric_named(new.terms.metric)
        for line in new.lines:
            check_line(line)
    rows = [_licence(new, products[new.terms.product_id], company, region_id, scene) for new in wanted]
    try:
        with transaction.atomic():
            copy_rows(rows)
            _store_lines(
                scene,
                [(row, line) for row, new in zip(rows, wanted, strict=True) for line in new.lines],
                fresh=True,
            )
            for row, new in zip(rows, wanted, strict=True):
                if any(line.units < 0 for line in new.lines):
                    refuse_negative_days(licence=row)
            facts = {
                row.pk: {"metric": row.metric, "units": sum(line.units for line in new.lines)}
                for row, new in zip(rows, wanted, strict=True)
            }
            scene.record("licences.created", rows, facts)
    except IntegrityError as taken:
        if "licence_inventory_number_once" in str(taken) or "licence_once_per_source" in str(taken):
            raise NumberTaken(
                gettext("One of the inventory or external numbers is taken by another licence.")
            ) from taken
        raise
    return [row.pk for row in rows]


def _licence(new: NewLicence, product: Product, company: Company, region_id: int, scene: Scene) -> Licence:
    terms = new.terms
    policy = terms.policy or company.policy
    if policy not in Policy.values:
        raise InvalidValue.of(
            "policy", gettext("“%(policy)s” is no policy: block, warn or allow is.") % {"policy": policy}
        )
    current = [line for line in new.lines if line.covers(scene.on)]
    return Licence(
        company_id=company.pk,
        product=product,
        edition_id=terms.edition_id,
        version_id=terms.version_id,
        metric=terms.metric,
        region_id=terms.region_id or region_id,
        policy=policy,
        owner_id=terms.owner_id,
        inventory_number=terms.inventory_number.strip(),
        licence_type=terms.licence_type,
        provider=terms.provider.strip(),
        accounting_id=terms.accounting_id.strip(),
        property_of=terms.property_of.strip(),
        depreciation_percent=terms.depreciation_percent,
        **terms.seats.checked(),
        remarks=terms.remarks,
        tags=sorted({tag.strip() for tag in terms.tags if tag.strip()}),
        granted=max(0, sum(line.granted for line in current)),
        is_unlimited=any(line.is_unlimited for line in current),
        balanced_on=scene.on,
        source=terms.source,
        external_id=terms.external_id,
        created_at=scene.at,
    )


def _products(scene: Scene, wanted: Sequence[NewLicence]) -> dict[int, Product]:
    """The products by id, all of which the company may use, with editions and versions that are theirs."""
    own = Q(company=None) | Q(company_id=scene.company_id)
    found = Product.objects.filter(own).in_bulk({new.terms.product_id for new in wanted})
    for model, field in ((Edition, "edition_id"), (Version, "version_id")):
        pairs = {
            (getattr(new.terms, field), new.terms.product_id) for new in wanted if getattr(new.terms, field)
        }
        known = set(model.objects.filter(pk__in=[pk for pk, _ in pairs]).values_list("pk", "product_id"))
        if pairs - known:
            raise InvalidValue.of(
                field,
                gettext("Some %(value)s belongs to another product.") % {"value": field.removesuffix("_id")},
            )
    missing = {new.terms.product_id for new in wanted} - set(found)
    if missing:
        raise NotFound(gettext("There is no product %(missing_id)s.") % {"missing_id": min(missing)})
    return found


def change_lines(
    *, scene: Scene, added: Sequence[tuple[int, LineTerms]], voided: Sequence[int] = (), reason: str = ""
) -> list[int]:
    """Take lines back and add others, on licences that are there; the new lines' ids in the order given."""
    scene.company()
    for _, line in added:
        check_line(line)
    with transaction.atomic():
        gone = list(Purchase.objects.filter(pk__in=voided, voided_at=None, company_id=scene.company_id))
        if any(line.transfer for line in gone):
            raise HalfOfTransfer(
                gettext("One of the lines is half of a transfer: transfer the units back instead.")
            )
        if len(gone) != len(set(voided)):
            raise NumberTaken(gettext("Some of the lines are taken back already. Read the file again."))
        licences = _locked(
            scene, {licence_id for licence_id, _ in added} | {line.licence_id for line in gone}
        )
        _void(scene, gone, licences)
        made = _store_lines(scene, [(licences[licence_id], line) for licence_id, line in added])
        _settle(scene, licences.values())
        facts: dict[int, dict[str, Any]] = {pk: {"added": [], "voided": []} for pk in licences}
        for line in gone:
            facts[line.licence_id]["voided"].append(line.pk)
        for new in made:
            facts[new.licence_id]["added"].append(new.pk)
        if reason:
            facts = {pk: {**fact, "reason": reason} for pk, fact in facts.items()}
        scene.record("licences.lines_changed", licences.values(), facts)
    return [line.pk for line in made]


def change_licences(*, scene: Scene, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Change named fields of many licences."""
    scene.company()
    fields = sorted({name for new in changes.values() for name in new})
    if unknown := set(fields) - CHANGEABLE:
        raise UnknownField(
            gettext("Fields that cannot be changed here: %(unknown)s.")
            % {"unknown": ", ".join(sorted(unknown))}
        )
    with transaction.atomic():
        licences = _locked(scene, set(changes))
        details = {}
        for pk, licence in licences.items():
            new = changes[pk]
            if "region_id" in new and licence.held > licence.burnt and new["region_id"] != licence.region_id:
                raise StillHolds(gettext("Holders of a licence are bound to its region. Release them first."))
            if "licence_type" in new:
                refuse_endless_type([licence], new["licence_type"])
            details[pk] = {name: [getattr(licence, name), value] for name, value in new.items()}
            for name, value in new.items():
                setattr(licence, name, value)
            licence.revision += 1
        Licence.objects.bulk_update(licences.values(), [*fields, "revision"], batch_size=ROWS)
        scene.record("licences.changed", licences.values(), details)


def withdraw_licences(*, scene: Scene, licence_ids: Iterable[int]) -> None:
    """Take licences back that an import made: their lines are void and nothing lists them any more.

    Refused for all as soon as one of them has holders.
    """
    scene.company()
    with transaction.atomic():
        licences = _locked(scene, set(licence_ids))
        if held := [licence for licence in licences.values() if licence.held]:
            names = ", ".join(str(licence.product.name) for licence in held[:NAMED_AT_MOST])
            raise StillHolds(
                gettext("%(held)s of these licences have holders by now (%(names)s). Release them first.")
                % {"held": len(held), "names": names}
            )
        lines = Purchase.objects.filter(licence_id__in=licences, voided_at=None)
        _void(scene, list(lines), licences)
        _settle(scene, licences.values())
        Licence.objects.filter(pk__in=licences).update(withdrawn_at=scene.at)
        scene.record("licences.withdrawn", licences.values(), {})


def _locked(scene: Scene, ids: set[int]) -> dict[int, Licence]:
    """The licences of the company, locked in the order of their ids and brought to the day."""
    for pk in _turning(scene, ids):
        roll_licence(licence_id=pk, actor=scene.actor, on=scene.on, at=scene.at)
    rows = Licence.objects.filter(pk__in=ids, company_id=scene.company_id, withdrawn_at=None)
    locked = {
        row.pk: row for row in rows.select_related("product").select_for_update(of=("self",)).order_by("pk")
    }
    if len(locked) != len(ids):
        raise NotFound(
            gettext("There is no licence %(licence_id)s.") % {"licence_id": min(ids - set(locked))}
        )
    return locked


def _turning(scene: Scene, ids: set[int]) -> list[int]:
    """Licences whose balance stands for an earlier day; those without a line that turned need no movement."""
    behind = Licence.objects.filter(pk__in=ids, company_id=scene.company_id, balanced_on__lt=scene.on)
    lines = Purchase.objects.filter(licence__in=behind, voided_at=None)
    turned = lines.exclude(valid_from__gt=scene.on).values_list("licence_id", flat=True)
    due = open_reservations(ids).filter(until_on__lte=scene.on, licence__balanced_on__lt=scene.on)
    return sorted({*turned, *due.values_list("licence_id", flat=True)})


def _void(scene: Scene, lines: Sequence[Purchase], licences: Mapping[int, Licence]) -> None:
    """Mark lines as taken back, with a counter-movement where they count today."""
    Purchase.objects.filter(pk__in=[line.pk for line in lines]).update(voided_at=scene.at)
    movements = [
        _granted(scene, licences[line.licence_id], line, scene.on, -line.units, "voided")
        for line in lines
        if line.valid_from <= scene.on and (line.valid_until is None or line.valid_until > scene.on)
    ]
    copy_rows(movements)


def _store_lines(
    scene: Scene, wanted: Sequence[tuple[Licence, LineTerms]], *, fresh: bool = False
) -> list[Purchase]:
    """Store lines and let what they gave until today move the balances, oldest day first."""
    refuse_strange_lines(company_id=scene.company_id, lines=[line for _, line in wanted])
    lines = [purchase_from(line, licence=licence, at=scene.at) for licence, line in wanted]
    refuse_endless((licence, stored) for (licence, _), stored in zip(wanted, lines, strict=True))
    copy_rows(lines)
    store_shares([(stored, line) for stored, (_, line) in zip(lines, wanted, strict=True)])
    turns = []
    for (licence, _), line in zip(wanted, lines, strict=True):
        if line.valid_from <= scene.on:
            turns.append((line.valid_from, line.units, str(line.kind), licence, line))
        if line.valid_until is not None and line.valid_until <= scene.on:
            turns.append((line.valid_until, -line.units, "expired", licence, line))
    if fresh:
        for licence in {id(licence): licence for licence, _ in wanted}.values():
            licence.granted = 0
    turns.sort(key=lambda turn: (turn[0], -turn[1], turn[4].pk))
    movements = [
        _granted(scene, licence, line, day, units, cause) for day, units, cause, licence, line in turns
    ]
    copy_rows(movements)
    return lines


def _granted(scene: Scene, licence: Licence, line: Purchase, day: date, units: int, cause: str) -> Movement:
    """A movement of what is granted; the licence in hand keeps the running balance."""
    licence.granted += units
    return Movement(
        company_id=scene.company_id,
        licence=licence,
        account=Account.GRANTED,
        units=units,
        balance=licence.granted,
        effective_on=day,
        moved_at=scene.at,
        cause=cause,
        purchase=line,
        actor=scene.actor.name,
    )


def _settle(scene: Scene, licences: Iterable[Licence]) -> None:
    """Store the balances the movements led to; refuse to fall below what is held under the policy block."""
    rows = list(licences)
    lines = Purchase.objects.filter(in_force(scene.on), licence__in=rows, is_unlimited=True)
    unlimited = set(lines.values_list("licence_id", flat=True))
    reduced = Purchase.objects.filter(licence__in=rows, voided_at=None, units__lt=0).values_list(
        "licence_id", flat=True
    )
    for pk in set(reduced):
        refuse_negative_days(licence=next(row for row in rows if row.pk == pk))
    for row in rows:
        row.is_unlimited = row.pk in unlimited
        over = 0 if row.is_unlimited else max(0, row.held - row.granted)
        if over > row.excess and row.policy == Policy.BLOCK:
            raise StillHeld(
                gettext(
                    "%(held)s units of %(name)s are held and only %(granted)s would be left. Release some "
                    "first, or set the licence's policy to allow."
                )
                % {"held": row.held, "name": row.product.name, "granted": row.granted},
                held=row.held,
                left=row.granted,
            )
        _keep_reserved(scene, row)
        row.excess, row.balanced_on = over, max(row.balanced_on, scene.on)
    _store_balances(rows)


def _keep_reserved(scene: Scene, row: Licence) -> None:
    """What is held back stays free: refuse to grant less under the policy block, else hold less back."""
    if row.is_unlimited or not row.reserved or row.granted >= row.held + row.reserved:
        return
    if row.policy == Policy.BLOCK:
        raise StillHeld(still_reserved(row, row.granted), held=row.held, reserved=row.reserved)
    cut_to(row.pk, row.granted - row.held, Hour(scene.actor, scene.on, scene.at))


def _store_balances(rows: Sequence[Licence]) -> None:
    """Write balances back in one statement; the ORM's own way needs seconds for thousands of rows."""
    columns = ("id", "granted", "is_unlimited", "excess", "balanced_on")
    values = [[getattr(row, column) for row in rows] for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(STORE_BALANCES, values)
