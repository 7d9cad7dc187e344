"""Reading contracts, scoped to the actor, with the state and dates of a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.contracts.models import Contract, ContractDevice
from trueup.devices.models import Device
from trueup.devices.queries import devices_visible_to

ENDING_DAYS = 90
"""A contract is *ending* when its last day is at most so many days ahead."""


class ContractFigures(TypedDict):
    """What the dates of a contract come to on a day."""

    valid_to: date | None
    decide_by: date | None
    state: str
    devices: int


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    ContractOnDay = WithAnnotations[Contract, ContractFigures]
else:
    ContractOnDay = Contract


def contracts_visible_to(
    *, actor: Actor, on: date, permission: Permission = Permission.CONTRACTS_VIEW
) -> QuerySet[ContractOnDay]:
    """Contracts of the actor's companies with ``valid_to``, ``decide_by`` and ``state`` as of the day."""
    covered = ContractDevice.objects.filter(contract=OuterRef("pk")).order_by()
    counted = covered.values("contract").annotate(n=Count("pk")).values("n")
    rows: QuerySet[ContractOnDay] = (
        Contract.objects.visible_to(actor, permission)
        .annotate(
            valid_to=Func(F("valid_until"), template="(%(expressions)s - 1)", output_field=DateField()),
            devices=Coalesce(Subquery(counted), Value(0), output_field=IntegerField()),
            state=_state(on),
        )
        .annotate(decide_by=_decide_by())
    )
    return rows


def _state(on: date) -> Case:
    """By the dates alone (D-044); the last covered day still counts as running out, not as over."""
    return Case(
        When(valid_from__gt=on, then=Value("ahead")),
        When(valid_until__lte=on, then=Value("ended")),
        When(valid_until__lte=on + timedelta(days=ENDING_DAYS + 1), then=Value("ending")),
        default=Value("running"),
        output_field=CharField(),
    )


def _decide_by() -> Case:
    """The last day for notice where the contract renews itself, else its last day."""
    notice = Func(
        F("valid_until"), F("notice_days"), template="(%(expressions)s - 1)", arg_joiner=" - ", output_field=DateField(),
    )  # fmt: skip
    return Case(
        When(renews_itself=True, notice_days__isnull=False, then=notice),
        default=F("valid_to"),
        output_field=DateField(),
    )


def contract_for(
    *, actor: Actor, contract_id: int, on: date, permission: Permission = Permission.CONTRACTS_VIEW
) -> ContractOnDay:
    """One contract with its state of the day, for whoever has the permission in its company."""
    rows = contracts_visible_to(actor=actor, on=on).select_related("owner", "company", "superseded_by")
    contract = rows.filter(pk=contract_id).first()
    if contract is None:
        raise NotFound(_("There is no contract %(id)s.") % {"id": contract_id})
    actor.require(permission, contract.company_id)
    return contract


def bare_contract_for(
    *,
    actor: Actor,
    contract_id: int,
    company_id: int | None = None,
    permission: Permission = Permission.CONTRACTS_VIEW,
) -> Contract:
    """One contract without its figures; with ``company_id`` only if it is that company's."""
    rows = Contract.objects.visible_to(actor, Permission.CONTRACTS_VIEW)
    contract: Contract | None = (
        (rows if company_id is None else rows.filter(company_id=company_id)).filter(pk=contract_id).first()
    )
    if contract is None:
        raise NotFound(_("There is no contract %(id)s.") % {"id": contract_id})
    actor.require(permission, contract.company_id)
    return contract


def chain_of(*, actor: Actor, contract_id: int) -> list[Contract]:
    """The contract with all it took the place of and all that took its place, the first one first."""
    found = [bare_contract_for(actor=actor, contract_id=contract_id)]
    rows = Contract.objects.visible_to(actor, Permission.CONTRACTS_VIEW)
    while earlier := rows.filter(superseded_by=found[0]).first():
        found.insert(0, earlier)
    while found[-1].superseded_by_id and (
        later := rows.filter(pk=found[-1].superseded_by_id).exclude(pk__in=[one.pk for one in found]).first()
    ):
        found.append(later)
    return found


def devices_under(*, actor: Actor, contract_id: int) -> QuerySet[Device]:
    """The devices a contract covers, by name, as far as the actor may see devices."""
    links = ContractDevice.objects.visible_to(actor, Permission.CONTRACTS_VIEW).filter(
        contract_id=contract_id
    )
    return devices_visible_to(actor=actor).filter(pk__in=links.values("device_id")).order_by("hostname", "pk")


def contracts_covering(*, actor: Actor, device_id: int, on: date) -> QuerySet[ContractOnDay]:
    """The contracts that cover a device, the ones that last longest first."""
    links = ContractDevice.objects.visible_to(actor, Permission.CONTRACTS_VIEW).filter(device_id=device_id)
    rows = contracts_visible_to(actor=actor, on=on).filter(
        Q(pk__in=links.values("contract_id")), retired_at=None
    )
    return rows.order_by(F("valid_until").desc(nulls_first=True), "pk")
