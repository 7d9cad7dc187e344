"""Licences and the contracts they stand under: linked as a whole, or by the purchase lines made under a contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotFound
from trueup.contracts.models import Contract
from trueup.contracts.queries import ContractOnDay, bare_contract_for, contracts_visible_to
from trueup.licences.models import Licence, LicenceContract, Purchase
from trueup.licences.queries import LicenceOnDay, licences_visible_to, purchases_visible_to
from trueup.tenancy.queries import companies_visible_to

MOST_LICENCES = 1000


@dataclass(frozen=True, slots=True)
class ProductCount:
    """Units of one product, in one company, of what an agreement covers."""

    product: str
    company: str
    purchased: int
    used: int
    unlimited: bool


def link_licences(*, actor: Actor, contract_id: int, licence_ids: Iterable[int], at: datetime) -> int:
    """Put licences under a contract as a whole; how many were not there before."""
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=Permission.CONTRACTS_CHANGE)
    wanted = set(licence_ids)
    if len(wanted) > MOST_LICENCES:
        words = _("%(n)s licences at once; %(most)s are as many as may be.")
        raise InvalidValue.of("licences", words % {"n": len(wanted), "most": MOST_LICENCES})
    mine = Licence.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(
        pk__in=wanted, company_id=contract.company_id, withdrawn_at=None
    )
    names = dict(mine.values_list("pk", "product__name"))
    if missing := wanted - set(names):
        raise NotFound(_("There is no licence %(licence_id)s.") % {"licence_id": min(missing)})
    with transaction.atomic():
        there = LicenceContract.objects.filter(contract=contract, licence_id__in=wanted)
        added = sorted(wanted - set(there.values_list("licence_id", flat=True)))
        _link(contract, added)
        if added:
            told = {"licences": [names[one] for one in added[:20]], "count": len(added)}
            happening = Happening("contracts.licences_linked", "contract", contract.pk, contract.name, told)
            record(actor=actor, company_id=contract.company_id, at=at, happening=happening)
    return len(added)


def _link(contract: Contract, licence_ids: Iterable[int]) -> None:
    rows = [
        LicenceContract(company_id=contract.company_id, contract=contract, licence_id=one)
        for one in licence_ids
    ]
    LicenceContract.objects.bulk_create(rows, ignore_conflicts=True)


def carry_links(*, old_id: int, new: Contract) -> None:
    """Put what stands under a contract as a whole under its successor too, inside the caller's transaction."""
    rows = LicenceContract.objects.filter(
        contract_id=old_id, company_id=new.company_id, licence__retired_at=None
    )
    _link(new, rows.values_list("licence_id", flat=True))


def unlink_licence(*, actor: Actor, contract_id: int, licence_id: int, at: datetime) -> None:
    """Take a licence off a contract; lines made under the contract stay where they are."""
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=Permission.CONTRACTS_CHANGE)
    with transaction.atomic():
        link = LicenceContract.objects.filter(contract=contract, licence_id=licence_id)
        name = link.values_list("licence__product__name", flat=True).first()
        if not link.delete()[0]:
            raise NotFound(_("There is no licence %(licence_id)s.") % {"licence_id": licence_id})
        happening = Happening(
            "contracts.licence_unlinked", "contract", contract.pk, contract.name, {"licence": name}
        )
        record(actor=actor, company_id=contract.company_id, at=at, happening=happening)


def licences_under(*, actor: Actor, contract_id: int, on: date) -> QuerySet[LicenceOnDay]:
    """Licences a contract covers, as a whole or by a line, with their figures of the day."""
    lines = purchases_visible_to(actor=actor).filter(contract_id=contract_id)
    links = _links(actor).filter(contract_id=contract_id)
    rows = licences_visible_to(actor=actor, on=on).filter(
        Q(pk__in=links.values("licence_id")) | Q(pk__in=lines.values("licence_id"))
    )
    return rows.order_by("product__name", "pk")


def licences_matching(
    *, actor: Actor, company_id: int, words: str, on: date, limit: int = 20
) -> list[LicenceOnDay]:
    """Licences of one company in use, by any part of product, publisher or number, for pick-lists."""
    rows = licences_visible_to(actor=actor, on=on).filter(company_id=company_id, retired_at=None)
    for word in words.split():
        rows = rows.filter(
            Q(product__name__icontains=word)
            | Q(product__publisher__name__icontains=word)
            | Q(inventory_number__istartswith=word)
        )
    return list(rows.select_related("product__publisher").order_by("product__name", "pk")[:limit])


def directly_under(*, actor: Actor, contract_id: int) -> frozenset[int]:
    """Ids of the licences linked as a whole: those that can be taken off again."""
    return frozenset(_links(actor).filter(contract_id=contract_id).values_list("licence_id", flat=True))


def _links(actor: Actor) -> QuerySet[LicenceContract]:
    rows: QuerySet[LicenceContract] = LicenceContract.objects.visible_to(actor, Permission.LICENCES_VIEW)
    return rows


def contracts_over(*, actor: Actor, licence_id: int, on: date) -> QuerySet[ContractOnDay]:
    """The contracts a licence stands under, as a whole or by a line; the ones that last longest first."""
    lines = purchases_visible_to(actor=actor).filter(licence_id=licence_id, contract__isnull=False)
    links = _links(actor).filter(licence_id=licence_id)
    rows = contracts_visible_to(actor=actor, on=on).filter(
        Q(pk__in=links.values("contract_id")) | Q(pk__in=lines.values("contract_id"))
    )
    return rows.order_by(F("valid_until").desc(nulls_first=True), "pk")


def lines_under(*, actor: Actor, contract_id: int) -> QuerySet[Purchase]:
    """The purchase lines made under a contract with what each costs (``total``), latest first."""
    rows = purchases_visible_to(actor=actor).filter(contract_id=contract_id)
    return rows.select_related("licence__product", "cost_centre").order_by("-valid_from", "-pk")


def spend_under(*, actor: Actor, contract_id: int, on: date) -> tuple[tuple[Decimal, str], ...]:
    """What was bought under a contract until the day, its own price with it: one sum a currency, the largest first.

    Empty where the actor may not see prices.
    """
    contract = bare_contract_for(actor=actor, contract_id=contract_id)
    if not actor.may(Permission.PRICES_VIEW, contract.company_id):
        return ()
    sums: dict[str, Decimal] = {}
    if contract.price is not None and contract.valid_from <= on:
        sums[contract.currency] = contract.price
    lines = purchases_visible_to(actor=actor).filter(
        contract_id=contract_id, valid_from__lte=on, price__isnull=False
    )
    for currency, total in lines.values_list("currency", "total"):
        sums[currency] = sums.get(currency, Decimal(0)) + (total or Decimal(0))
    return tuple(sorted(((amount, currency) for currency, amount in sums.items()), reverse=True))


def count_under(*, actor: Actor, contract_id: int, on: date) -> tuple[ProductCount, ...]:
    """What is used today of the products an agreement covers, in its company and the companies below it (R-022).

    Companies below count where the agreement says that it covers them, and as far as the actor may see them.
    """
    contract = bare_contract_for(actor=actor, contract_id=contract_id)
    covered = licences_under(actor=actor, contract_id=contract_id, on=on).order_by()
    products = set(covered.values_list("product_id", flat=True))
    companies = {contract.company_id}
    if contract.covers_children:
        companies |= _below(actor, contract.company_id)
    rows = licences_visible_to(actor=actor, on=on).filter(
        product_id__in=products, company_id__in=companies, retired_at=None
    )
    counts: dict[tuple[str, str], ProductCount] = {}
    for product, company, purchased, used, unlimited in rows.order_by(
        "product__name", "company__name"
    ).values_list("product__name", "company__name", "purchased", "held", "unlimited"):
        old = counts.get((product, company), ProductCount(product, company, 0, 0, unlimited=False))
        counts[product, company] = ProductCount(
            product, company, old.purchased + purchased, old.used + used, unlimited=old.unlimited or unlimited
        )
    return tuple(counts.values())


def _below(actor: Actor, company_id: int) -> set[int]:
    """The companies below one, at any depth, that the actor may see."""
    parents = dict(companies_visible_to(actor=actor).values_list("pk", "parent_id"))
    found: set[int] = set()
    reached = {company_id}
    while reached:
        reached = {pk for pk, parent in parents.items() if parent in reached} - found - {company_id}
        found |= reached
    return found
