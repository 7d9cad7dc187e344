"""Renewing: the line, or the contract, that joins the one before it, with a new key if there is one (R-085 to R-087)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotFound
from trueup.contracts.actions import require_joined, succeed_contract
from trueup.contracts.models import Contract
from trueup.contracts.terms import ContractTerms
from trueup.licences.actions import add_purchase
from trueup.licences.covering import carry_links
from trueup.licences.keys.reading import keys_of
from trueup.licences.keys.sealing import NewKey, seal_key, supersede_key
from trueup.licences.lines import LineTerms
from trueup.licences.models import WITHOUT_UNITS, KeyState, Licence, LicenceKey, Purchase, PurchaseKind
from trueup.licences.planning import mark_carried_out, take_plan
from trueup.licences.queries import bare_licence_for
from trueup.vault.plain import Plain

CURRENT = (KeyState.FREE, KeyState.TAKEN)


@dataclass(frozen=True, slots=True)
class NewKeyOfTerm:
    """A key that comes with a new term; ``instead_of`` is the one it supersedes where the licence has several."""

    plain: Plain
    instead_of: int | None = None


def renewable_lines(*, actor: Actor, licence_id: int) -> QuerySet[Purchase]:
    """The standing lines of a licence that bring units and were not renewed yet, the one that lasts longest first."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id)
    rows: QuerySet[Purchase] = (
        Purchase.objects.visible_to(actor, Permission.LICENCES_VIEW)
        .filter(licence=licence, voided_at=None)
        .exclude(kind__in=(*WITHOUT_UNITS, PurchaseKind.REDUCTION, PurchaseKind.TRANSFER))
    )
    renewed = Purchase.objects.filter(licence=licence, voided_at=None, renews__isnull=False)
    return rows.exclude(pk__in=renewed.values("renews_id")).order_by(
        F("valid_until").desc(nulls_first=True), "-valid_from", "-pk"
    )


def last_day_to_reduce(line: Purchase) -> date | None:
    """The last day on which units of a line can be given up: before its notice, or its contract's, else its last (U-056).

    None where the line has no end. The caller has read the line's contract with it.
    """
    if line.valid_until is None:
        return None
    days = line.notice_days if line.renews_itself else None
    if days is None and line.contract is not None and line.contract.renews_itself:
        days = line.contract.notice_days
    return line.valid_until - timedelta(days=1 + (days or 0))


def renew_licence(
    *,
    actor: Actor,
    licence_id: int,
    line: LineTerms,
    at: datetime,
    on: date,
    confirmed: bool = False,
    key: NewKeyOfTerm | None = None,
    plan_id: int | None = None,
) -> Purchase:
    """Add the line that follows an older one; ``line.renews_id`` names which, else the one that lasts longest.

    Its first day is the day after the older line's last, or somebody ``confirmed`` that it is not (R-154). With a
    new key the old one is kept, marked superseded and still sealed (R-087); without, the old one carries on (R-155).
    """
    bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.LICENCES_CHANGE)
    old = _line_before(actor, licence_id, line.renews_id)
    if old is not None and not confirmed:
        require_joined(before=old.valid_until, first=line.valid_from)
    terms = replace(line, kind=PurchaseKind.RENEWAL, renews_id=old.pk if old else None)
    with transaction.atomic():
        _lock(actor, licence_id, plan_id)
        made = add_purchase(actor=actor, licence_id=licence_id, line=terms, at=at, on=on)
        if plan_id is not None:
            mark_carried_out(plan_id=plan_id, line_id=made.pk)
        if key is not None:
            _put_key(actor, licence_id, key, at=at, on=on)
    return made


def _lock(actor: Actor, licence_id: int, plan_id: int | None) -> None:
    """Plan, licence, keys: all that is written later, in the house's order, before the audit chain is."""
    if plan_id is not None:
        take_plan(actor=actor, plan_id=plan_id, licence_id=licence_id, contract_id=None)
    Licence.objects.select_for_update(no_key=True).get(pk=licence_id)
    keys = LicenceKey.objects.filter(licence_id=licence_id, state__in=CURRENT).order_by("pk")
    list(keys.select_for_update().values_list("pk", flat=True))


def _line_before(actor: Actor, licence_id: int, line_id: int | None) -> Purchase | None:
    lines = renewable_lines(actor=actor, licence_id=licence_id)
    if line_id is None:
        return lines.first()
    found = lines.filter(pk=line_id).first()
    if found is None:
        raise NotFound(
            _("The licence has no line %(id)s that could be renewed: it was renewed before, or taken back.")
            % {"id": line_id}
        )
    return found


def _put_key(actor: Actor, licence_id: int, key: NewKeyOfTerm, *, at: datetime, on: date) -> LicenceKey:
    """Supersede the licence's key, or seal the first one; of several keys one has to be named."""
    current = list(
        keys_of(actor=actor, licence_id=licence_id).filter(state__in=CURRENT).values_list("pk", flat=True)[:2]
    )
    if key.instead_of is None and len(current) > 1:
        raise InvalidValue.of(
            "instead_of",
            _("The licence has several keys. Say which one the new key replaces, or leave the key out."),
        )
    old = key.instead_of or next(iter(current), None)
    if old is None:
        return seal_key(actor=actor, wanted=NewKey(licence_id, key.plain), at=at, on=on)
    if not keys_of(actor=actor, licence_id=licence_id).filter(pk=old).exists():
        raise NotFound(_("The licence has no key %(id)s.") % {"id": old})
    return supersede_key(actor=actor, key_id=old, plain=key.plain, reason=_("Renewal"), at=at, on=on)


def renew_contract(
    *,
    actor: Actor,
    contract_id: int,
    terms: ContractTerms,
    at: datetime,
    confirmed: bool = False,
    plan_id: int | None = None,
) -> Contract:
    """Write down the contract that takes another's place, with the licences and devices that stand under it."""
    with transaction.atomic():
        if plan_id is not None:
            take_plan(actor=actor, plan_id=plan_id, licence_id=None, contract_id=contract_id)
        new = succeed_contract(actor=actor, contract_id=contract_id, terms=terms, at=at, confirmed=confirmed)
        carry_links(old_id=contract_id, new=new)
        if plan_id is not None:
            mark_carried_out(plan_id=plan_id, line_id=None)
    return new
