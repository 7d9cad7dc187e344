"""What a purchase line leans on beside its licence: the line it covers, and the cost centres that share it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from trueup.base.problems import InvalidValue
from trueup.contracts.models import Contract
from trueup.licences.lines import LineTerms
from trueup.licences.models import WITHOUT_UNITS, Licence, LicenceType, Purchase, PurchaseShare
from trueup.tenancy.models import CostCentre

MOST_ID = 2**63 - 1
USER_SUBSCRIPTION = "user_subscription"


def refuse_strange_lines(*, company_id: int, lines: Iterable[LineTerms]) -> None:
    """Refuse lines that cover, or are charged to, something the company does not have."""
    wanted = list(lines)
    covered = {line.covers_id for line in wanted if line.covers_id}
    if covered and max(covered) > MOST_ID:
        raise InvalidValue.of(
            "covers", _("There is no line %(id)s with units that could be covered.") % {"id": max(covered)}
        )
    if covered:
        rows = Purchase.objects.filter(pk__in=covered, company_id=company_id, voided_at=None)
        known = set(rows.exclude(kind__in=WITHOUT_UNITS).values_list("pk", flat=True))
        for pk in sorted(covered - known):
            words = _("There is no line %(id)s with units that could be covered.")
            raise InvalidValue.of("covers", words % {"id": pk})
    contracts = {line.contract_id for line in wanted if line.contract_id}
    if contracts:
        ours = Contract.objects.filter(pk__in=contracts, company_id=company_id, retired_at=None)
        for pk in sorted(contracts - set(ours.values_list("pk", flat=True))):
            words = _("There is no contract %(id)s in this company that lines could be made under.")
            raise InvalidValue.of("contract", words % {"id": pk})
    centres = {pk for line in wanted for pk, _percent in line.shares}
    centres |= {line.cost_centre_id for line in wanted if line.cost_centre_id}
    if centres:
        mine = CostCentre.objects.filter(pk__in=centres, company_id=company_id)
        for pk in sorted(centres - set(mine.values_list("pk", flat=True))):
            words = _("There is no cost centre %(id)s in this company.")
            raise InvalidValue.of("cost_centre", words % {"id": pk})


def refuse_endless(lines: Iterable[tuple[Licence, Purchase]]) -> None:
    """Refuse a line of a subscription that does not say when it ends (R-124)."""
    if any(
        is_subscription(licence_type=licence.licence_type, metric=licence.metric) and line.valid_until is None
        for licence, line in lines
    ):
        raise InvalidValue.of("valid_to", endless_words())


def endless_words() -> str:
    """Why a line of a subscription is refused that has no last day."""
    return _("A subscription ends: give the last covered day of the line.")


def is_subscription(*, licence_type: str, metric: str) -> bool:
    """Whether a licence was sold as one; without a type the metric says so."""
    return licence_type == LicenceType.SUBSCRIPTION or (not licence_type and metric == USER_SUBSCRIPTION)


def refuse_endless_type(licences: Iterable[Licence], licence_type: str) -> None:
    """Refuse to call licences subscriptions while a line of theirs has no end."""
    if licence_type != LicenceType.SUBSCRIPTION:
        return
    endless = Purchase.objects.filter(licence__in=list(licences), voided_at=None, valid_until=None)
    if endless.exists():
        words = _("A line has no last covered day, and a subscription ends. Correct the line first.")
        raise InvalidValue.of("licence_type", words)


def shares_in(*, line: Purchase) -> list[PurchaseShare]:
    """Who pays which part of a line, as given."""
    return list(PurchaseShare.objects.filter(purchase=line).order_by("pk"))


def store_shares(stored: Sequence[tuple[Purchase, LineTerms]]) -> None:
    """Store who pays which part of the lines that are shared."""
    rows = [
        PurchaseShare(
            company_id=purchase.company_id, purchase=purchase, cost_centre_id=centre_id, percent=percent
        )
        for purchase, line in stored
        for centre_id, percent in line.shares
    ]
    PurchaseShare.objects.bulk_create(rows, batch_size=1000)
