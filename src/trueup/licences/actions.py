"""What people do to licences: make, change, add lines, take lines back, retire. One transaction, one audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, Stale, UnknownField
from trueup.catalogue.queries import choice_in, product_for
from trueup.licences.balances import grant_line, void_line
from trueup.licences.line_rules import check_line, settled
from trueup.licences.line_storing import (
    refuse_endless,
    refuse_endless_type,
    refuse_strange_lines,
    store_shares,
)
from trueup.licences.lines import LicenceTerms, LineTerms, NothingToChange
from trueup.licences.metrics import metric_named
from trueup.licences.models import WITHOUT_UNITS, Licence, Purchase, PurchaseKind
from trueup.licences.queries import LicenceOnDay, licence_for
from trueup.licences.reducing import refuse_negative_days
from trueup.licences.reserving import end_all_reservations
from trueup.licences.seat_terms import SEAT_RULES, check_seat_rules
from trueup.licences.types import check_depreciation, check_type
from trueup.people.queries import person_for
from trueup.tenancy.models import Policy
from trueup.tenancy.queries import company_for, region_in

CHANGEABLE = frozenset(
    {
        "policy", "owner_id", "inventory_number", "remarks", "tags", "region_id",
        "licence_type", "provider", "accounting_id", "property_of", "depreciation_percent",
        *SEAT_RULES,
    }
)  # fmt: skip


class NumberTaken(Conflict):
    """Another licence of the company has that inventory or external number."""


class StillHolds(Conflict):
    """Holders are still there."""


class HalfOfTransfer(Conflict):
    """The line has another half in another company."""


def create_licence(
    *,
    actor: Actor,
    company_id: int,
    terms: LicenceTerms,
    line: LineTerms | None,
    at: datetime,
    on: date,
) -> LicenceOnDay:
    """Make a licence and its first purchase line in one go."""
    company = company_for(actor=actor, company_id=company_id, permission=Permission.LICENCES_CHANGE)
    if line is not None:
        line = check_line(line)
    licence = licence_from(
        terms, actor=actor, company_id=company.pk, default_policy=company.policy, at=at, on=on
    )
    try:
        with transaction.atomic():
            licence.save(force_insert=True)
            if line is not None:
                store_line(licence=licence, line=line, actor=actor, on=on, at=at)
            record(
                actor=actor, company_id=company.pk, at=at,
                happening=_happening("licences.created", licence, {"metric": terms.metric, "units": line.units if line else 0}),
            )  # fmt: skip
    except IntegrityError as taken:
        raise _taken(taken, terms) from taken
    return licence_for(actor=actor, licence_id=licence.pk, on=on)


def licence_from(
    terms: LicenceTerms, *, actor: Actor, company_id: int, default_policy: str, at: datetime, on: date
) -> Licence:
    """An unsaved licence out of checked terms."""
    product = product_for(actor=actor, product_id=terms.product_id, company_id=company_id)
    metric_named(terms.metric)
    policy = terms.policy or default_policy
    if policy not in Policy.values:
        raise InvalidValue.of(
            "policy", _("“%(policy)s” is no policy: block, warn or allow is.") % {"policy": policy}
        )
    check_type(terms.licence_type, terms.metric)
    check_depreciation(terms.depreciation_percent)
    owner = (
        person_for(actor=actor, person_id=terms.owner_id, company_id=company_id) if terms.owner_id else None
    )
    return Licence(
        company_id=company_id,
        product=product,
        edition_id=choice_in(product=product, kind="edition", choice_id=terms.edition_id),
        version_id=choice_in(product=product, kind="version", choice_id=terms.version_id),
        metric=terms.metric,
        region=region_in(company_id=company_id, region_id=terms.region_id),
        policy=policy,
        owner=owner,
        inventory_number=terms.inventory_number.strip(),
        licence_type=terms.licence_type,
        provider=terms.provider.strip(),
        accounting_id=terms.accounting_id.strip(),
        property_of=terms.property_of.strip(),
        depreciation_percent=terms.depreciation_percent,
        **terms.seats.checked(),
        remarks=terms.remarks,
        tags=sorted({tag.strip() for tag in terms.tags if tag.strip()}),
        balanced_on=on,
        source=terms.source,
        external_id=terms.external_id,
        created_at=at,
    )


def _taken(taken: IntegrityError, terms: LicenceTerms) -> Exception:
    if "licence_inventory_number_once" in str(taken):
        return NumberTaken(
            _(
                "Another licence has the inventory number “%(inventory_number)s”. Leave it empty or give "
                "another."
            )
            % {"inventory_number": terms.inventory_number}
        )
    if "licence_once_per_source" in str(taken):
        return NumberTaken(
            _("“%(external_id)s” of %(source)s is a licence here already.")
            % {"external_id": terms.external_id, "source": terms.source}
        )
    return taken


def store_line(*, licence: Licence, line: LineTerms, actor: Actor, on: date, at: datetime) -> Purchase:
    """Store a checked line and let it count, within the caller's transaction and before its audit entry."""
    refuse_strange_lines(company_id=licence.company_id, lines=[line])
    purchase = purchase_from(line, licence=licence, at=at)
    refuse_endless([(licence, purchase)])
    refuse_negative_days(licence=licence, extra=purchase)
    purchase.save(force_insert=True)
    store_shares([(purchase, line)])
    grant_line(licence=licence, purchase=purchase, actor=actor, on=on, at=at)
    return purchase


def purchase_from(line: LineTerms, *, licence: Licence, at: datetime) -> Purchase:
    """An unsaved line out of checked terms."""
    line = settled(line)
    return Purchase(
        company_id=licence.company_id,
        licence=licence,
        kind=line.kind,
        units=line.granted,
        is_unlimited=line.is_unlimited,
        covers_id=line.covers_id,
        contract_id=line.contract_id,
        renews_id=line.renews_id,
        covered_units=line.units if line.kind in WITHOUT_UNITS else None,
        transfer=line.transfer,
        packs=line.packs,
        pack_size=line.pack_size,
        list_price=line.list_price,
        discount_percent=line.discount_percent,
        valid_from=line.valid_from,
        valid_until=line.valid_until,
        price=line.price,
        currency=line.currency if line.price is not None else "",
        basis=line.basis,
        order_number=line.order_number.strip(),
        invoice_number=line.invoice_number.strip(),
        invoice_on=line.invoice_on,
        supplier=line.supplier.strip(),
        cost_centre_id=line.cost_centre_id,
        budget=line.budget.strip(),
        renews_itself=line.renews_itself,
        notice_days=line.notice_days,
        created_at=at,
    )


def add_purchase(*, actor: Actor, licence_id: int, line: LineTerms, at: datetime, on: date) -> Purchase:
    """Add a dated line; units and cost change from its first day only."""
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    line = check_line(line)
    with transaction.atomic():
        purchase = store_line(licence=licence, line=line, actor=actor, on=on, at=at)
        facts = {
            "kind": line.kind,
            "units": line.units,
            "valid_from": line.valid_from,
            "valid_until": line.valid_until,
        }
        record(
            actor=actor, company_id=licence.company_id, at=at,
            happening=_happening("licences.line_added", licence, {"purchase": purchase.pk, **facts}),
        )  # fmt: skip
    return purchase


def void_purchase(
    *, actor: Actor, licence_id: int, purchase_id: int, reason: str, at: datetime, on: date
) -> None:
    """Take a line back that was written down by mistake; it stays readable, crossed out."""
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    if not reason.strip():
        raise InvalidValue.of("reason", _("Say why the line is taken back: an auditor will ask."))
    with transaction.atomic():
        purchase = (
            Purchase.objects.select_for_update(no_key=True)
            .filter(pk=purchase_id, licence=licence, voided_at=None)
            .first()
        )
        if purchase is None:
            raise NumberTaken(
                _("Line %(purchase_id)s of this licence is taken back already, or was never there.")
                % {"purchase_id": purchase_id}
            )
        if purchase.kind == PurchaseKind.TRANSFER:
            raise HalfOfTransfer(
                _("The line is half of a transfer between companies: transfer the units back instead.")
            )
        refuse_negative_days(licence=licence, without=purchase.pk)
        void_line(purchase=purchase, actor=actor, on=on, at=at)
        record(
            actor=actor, company_id=licence.company_id, at=at,
            happening=_happening("licences.line_voided", licence, {"purchase": purchase.pk, "reason": reason}),
        )  # fmt: skip


def change_licence(
    *, actor: Actor, licence_id: int, changes: Mapping[str, Any], revision: int | None, at: datetime, on: date
) -> LicenceOnDay:
    """Change named fields and leave the others alone; a stale ``revision`` is refused."""
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise UnknownField(
            _("Fields that cannot be changed here: %(unknown)s. Known: %(changeable)s.")
            % {"unknown": ", ".join(unknown), "changeable": ", ".join(sorted(CHANGEABLE))}
        )
    if not changes:
        raise NothingToChange(_("No field was named to change."))
    new = _checked(changes, licence, actor)
    try:
        with transaction.atomic():
            _store_change(new, licence, actor, revision, at)
    except IntegrityError as taken:
        if "licence_inventory_number_once" not in str(taken):
            raise
        raise NumberTaken(
            _(
                "Another licence has the inventory number “%(inventory_number)s”. Leave it empty or give another."
            )
            % {"inventory_number": new["inventory_number"]}
        ) from taken
    return licence_for(actor=actor, licence_id=licence_id, on=on)


def _store_change(
    new: Mapping[str, Any], licence: Licence, actor: Actor, revision: int | None, at: datetime
) -> None:
    rows = Licence.objects.filter(pk=licence.pk, revision=licence.revision if revision is None else revision)
    if not rows.update(**new, revision=licence.revision + 1):
        raise Stale(
            _("Someone changed this licence since you opened it. Look at the new values, then save again.")
        )
    old = {name: getattr(licence, name) for name in new}
    details = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
    record(
        actor=actor,
        company_id=licence.company_id,
        at=at,
        happening=_happening("licences.changed", licence, details),
    )


def _checked(changes: Mapping[str, Any], licence: Licence, actor: Actor) -> dict[str, Any]:
    new = dict(changes)
    if "licence_type" in new:
        check_type(new["licence_type"], licence.metric)
        refuse_endless_type([licence], new["licence_type"])
    check_depreciation(new.get("depreciation_percent"))
    check_seat_rules(new)
    if "policy" in new and new["policy"] not in Policy.values:
        raise InvalidValue.of(
            "policy", _("“%(new)s” is no policy: block, warn or allow is.") % {"new": new["policy"]}
        )
    if new.get("owner_id"):
        person_for(actor=actor, person_id=new["owner_id"], company_id=licence.company_id)
    if "region_id" in new:
        if licence.held > licence.burnt and new["region_id"] != licence.region_id:
            raise StillHolds(_("Holders of this licence are bound to its region. Release them first."))
        new["region_id"] = region_in(company_id=licence.company_id, region_id=new["region_id"]).pk
    if "tags" in new:
        new["tags"] = sorted({str(tag).strip() for tag in new["tags"] if str(tag).strip()})
    return new


def retire_licence(*, actor: Actor, licence_id: int, at: datetime, on: date) -> None:
    """Take a licence out of use once nobody holds it; everything about it stays readable."""
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    with transaction.atomic():
        retired = Licence.objects.filter(pk=licence.pk, held=F("burnt"), retired_at=None).update(
            retired_at=at
        )
        if not retired:
            raise StillHolds(
                _("%(held)s units are still held, or it is retired already. Release all holders first.")
                % {"held": licence.held - licence.burnt}
            )
        end_all_reservations(licence_ids=[licence.pk], actor=actor, on=on, at=at)
        record(
            actor=actor,
            company_id=licence.company_id,
            at=at,
            happening=_happening("licences.retired", licence, {}),
        )


def _happening(event: str, licence: Licence, details: Mapping[str, Any]) -> Happening:
    return Happening(event, "licence", licence.pk, str(licence.product.name), details)
