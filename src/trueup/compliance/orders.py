"""In which order a company, or one of its contracts, wants rights to be used."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.compliance.cover_tables import CoverOrder, Order
from trueup.contracts.queries import bare_contract_for
from trueup.tenancy.models import Company
from trueup.tenancy.queries import company_for


def order_of(*, actor: Actor, company_id: int) -> str:
    """The order of a company as a whole."""
    mine = CoverOrder.objects.visible_to(actor, Permission.RUNS_VIEW).filter(company_id=company_id)
    chosen: CoverOrder | None = mine.filter(contract=None).first()
    return chosen.order if chosen else Order.CHEAPEST


def choose_cover_order(
    *, actor: Actor, company_id: int, order: str, at: datetime, contract_id: int | None = None
) -> None:
    """Say how rights are used from the next run on: the cheapest lawful way, or by the order of consumption."""
    company = company_for(actor=actor, company_id=company_id, permission=Permission.RUNS_START)
    if order not in Order.values:
        words = _("“%(given)s” is no order. Known: %(known)s.")
        raise InvalidValue.of("order", words % {"given": order, "known": ", ".join(Order.values)})
    name = company.name
    if contract_id is not None:
        contract = bare_contract_for(
            actor=actor, contract_id=contract_id, permission=Permission.CONTRACTS_CHANGE
        )
        if contract.company_id != company.pk:
            raise InvalidValue.of("contract_id", _("The contract is another company's."))
        name = contract.name
    with transaction.atomic():
        Company.objects.select_for_update().only("pk").get(pk=company.pk)
        which = Q(contract=None) if contract_id is None else Q(contract_id=contract_id)
        if not CoverOrder.objects.filter(which, company_id=company.pk).update(order=order):
            CoverOrder.objects.create(company_id=company.pk, contract_id=contract_id, order=order)
        details = {"order": order, "contract": contract_id}
        happening = Happening("compliance.order_chosen", "company", company.pk, name, details)
        record(actor=actor, company_id=company.pk, at=at, happening=happening)
