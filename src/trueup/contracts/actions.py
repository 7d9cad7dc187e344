"""What is done to contracts: make, change, let another take the place, retire, cover devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound, Stale, UnknownField
from trueup.contracts.models import Contract, ContractDevice
from trueup.contracts.queries import bare_contract_for, devices_under
from trueup.contracts.terms import ContractTerms, check_terms
from trueup.devices.queries import devices_visible_to
from trueup.people.queries import person_for
from trueup.tenancy.queries import company_for

TERMS = tuple(one.name for one in fields(ContractTerms))
MOST_DEVICES = 5000
CHANGE = Permission.CONTRACTS_CHANGE


class ContractNumberTaken(Conflict):
    """Another contract of the company has that number for a term that starts on the same day."""

    title = gettext_lazy("The number is taken")


class ContractSuperseded(Conflict):
    """Another contract took its place before, or it was retired."""

    title = gettext_lazy("Not the current contract")


class TermsNotJoined(Conflict):
    """The new term leaves a gap after the old one, or overlaps it, and nobody confirmed that."""

    title = gettext_lazy("The terms do not join")


def create_contract(*, actor: Actor, company_id: int, terms: ContractTerms, at: datetime) -> Contract:
    """Write a contract down."""
    company = company_for(actor=actor, company_id=company_id, permission=CHANGE)
    with transaction.atomic():
        contract = _stored(actor, company.pk, terms, at)
        _record(actor, contract, "contracts.created", at, {"kind": terms.kind, "number": terms.number})
    return contract


def _stored(actor: Actor, company_id: int, terms: ContractTerms, at: datetime) -> Contract:
    terms = _cleaned(terms)
    check_terms(terms)
    if terms.owner_id:
        person_for(actor=actor, person_id=terms.owner_id, company_id=company_id)
    values = {name: getattr(terms, name) for name in TERMS} | {"tags": list(terms.tags)}
    contract = Contract(company_id=company_id, created_at=at, **values)
    try:
        with transaction.atomic():
            contract.save(force_insert=True)
    except IntegrityError as taken:
        raise _taken(taken, terms.number) from taken
    return contract


def _cleaned(terms: ContractTerms) -> ContractTerms:
    return replace(
        terms,
        name=terms.name.strip(),
        number=terms.number.strip(),
        supplier=terms.supplier.strip(),
        currency=terms.currency.upper() if terms.price is not None else "",
        tags=tuple(sorted({tag.strip()[:60] for tag in terms.tags if tag.strip()})),
    )


def _taken(taken: IntegrityError, number: str) -> Exception:
    if "contract_number_once_a_term" not in str(taken):
        return taken
    return ContractNumberTaken(
        _("Another contract has the number “%(number)s” and starts on the same day. Open that one, or give another number.")
        % {"number": number}
    )  # fmt: skip


def change_contract(
    *, actor: Actor, contract_id: int, changes: Mapping[str, Any], revision: int | None, at: datetime
) -> Contract:
    """Change named fields and leave the others alone; a stale ``revision`` is refused."""
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    unknown = sorted(set(changes) - set(TERMS))
    if unknown:
        raise UnknownField(
            _("Fields that cannot be changed here: %(names)s.") % {"names": ", ".join(unknown)}
        )
    if not changes:
        raise InvalidValue(_("No field was named to change."))
    old = {name: getattr(contract, name) for name in TERMS} | {"tags": tuple(contract.tags)}
    terms = _cleaned(ContractTerms(**(old | dict(changes))))
    check_terms(terms)
    if changes.get("owner_id"):
        person_for(actor=actor, person_id=changes["owner_id"], company_id=contract.company_id)
    details = {name: [old[name], getattr(terms, name)] for name in TERMS if old[name] != getattr(terms, name)}
    new = {name: pair[1] for name, pair in details.items()}
    if "tags" in new:
        new["tags"] = list(new["tags"])
    try:
        with transaction.atomic():
            expected = contract.revision if revision is None else revision
            rows = Contract.objects.filter(pk=contract.pk, revision=expected)
            if not rows.update(**new, revision=expected + 1):
                raise Stale(
                    _("Someone changed this contract since you opened it. Look at the new values, then save again.")
                )  # fmt: skip
            if details:
                _record(actor, contract, "contracts.changed", at, details)
    except IntegrityError as taken:
        raise _taken(taken, terms.number) from taken
    return bare_contract_for(actor=actor, contract_id=contract_id)


def succeed_contract(
    *, actor: Actor, contract_id: int, terms: ContractTerms, at: datetime, confirmed: bool = False
) -> Contract:
    """Write down the contract that takes another's place; the devices covered are carried over.

    The new term starts the day after the old one's last, or somebody ``confirmed`` that it does not (R-154).
    """
    old = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    if not confirmed:
        require_joined(before=old.valid_until, first=terms.valid_from)
    with transaction.atomic():
        locked = Contract.objects.select_for_update(no_key=True).get(pk=old.pk)
        if locked.superseded_by_id or locked.retired_at:
            raise ContractSuperseded(
                _("“%(name)s” was replaced or retired before. Renew the contract that took its place.")
                % {"name": old.name}
            )
        new = _stored(actor, old.company_id, terms, at)
        Contract.objects.filter(pk=old.pk).update(superseded_by=new, revision=locked.revision + 1)
        links = ContractDevice.objects.filter(contract=old).values_list("device_id", flat=True)
        _cover(new, links)
        details = {"instead_of": old.pk, "number": terms.number, "valid_from": terms.valid_from}
        _record(actor, new, "contracts.superseded", at, details)
    return new


def require_joined(*, before: date | None, first: date) -> None:
    """Refuse a first day that is not the day after the last covered one; without an earlier end all overlaps."""
    if before == first:
        return
    if before is None or first < before:
        words = _("The new term starts on %(first)s, while the old one still runs%(until)s: both would count. Start it on the day after, or confirm the overlap.")  # fmt: skip
        until = "" if before is None else _(" to %(last)s") % {"last": before - timedelta(days=1)}
        raise TermsNotJoined(words % {"first": first, "until": until}, overlap=True)
    words = _("Between the last day of the old term and %(first)s lie %(days)s days without cover. Start it on %(before)s, or confirm the gap.")  # fmt: skip
    raise TermsNotJoined(
        words % {"first": first, "days": (first - before).days, "before": before}, overlap=False
    )


def retire_contract(*, actor: Actor, contract_id: int, at: datetime) -> None:
    """Take a contract out of the lists of what runs; it is not deleted, and everything about it stays readable."""
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    with transaction.atomic():
        if not Contract.objects.filter(pk=contract.pk, retired_at=None).update(retired_at=at):
            raise ContractSuperseded(_("“%(name)s” is retired already.") % {"name": contract.name})
        _record(actor, contract, "contracts.retired", at, {})


def cover_devices(*, actor: Actor, contract_id: int, device_ids: Iterable[int], at: datetime) -> int:
    """Put devices under a contract (R-156); how many were not there before."""
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    wanted = set(device_ids)
    if len(wanted) > MOST_DEVICES:
        raise InvalidValue.of(
            "devices", _("%(n)s devices at once; %(most)s are as many as may be.") % {"n": len(wanted), "most": MOST_DEVICES}
        )  # fmt: skip
    seen = devices_visible_to(actor=actor).filter(company_id=contract.company_id, pk__in=wanted)
    names = dict(seen.values_list("pk", "hostname"))
    if missing := wanted - set(names):
        raise NotFound(_("There is no device %(id)s.") % {"id": min(missing)})
    with transaction.atomic():
        there = set(
            ContractDevice.objects.filter(contract=contract, device_id__in=wanted).values_list(
                "device_id", flat=True
            )
        )
        added = sorted(wanted - there)
        _cover(contract, added)
        if added:
            told = {"devices": [names[one] for one in added[:20]], "count": len(added)}
            _record(actor, contract, "contracts.devices_covered", at, told)
    return len(added)


def _cover(contract: Contract, device_ids: Iterable[int]) -> None:
    links = [
        ContractDevice(company_id=contract.company_id, contract=contract, device_id=one) for one in device_ids
    ]
    ContractDevice.objects.bulk_create(links, batch_size=1000, ignore_conflicts=True)


def uncover_device(*, actor: Actor, contract_id: int, device_id: int, at: datetime) -> None:
    """Take a device off a contract; the history keeps that it was covered."""
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    device = devices_under(actor=actor, contract_id=contract.pk).filter(pk=device_id).first()
    if device is None:
        raise NotFound(_("The contract covers no device %(id)s.") % {"id": device_id})
    with transaction.atomic():
        ContractDevice.objects.filter(contract=contract, device=device).delete()
        _record(actor, contract, "contracts.device_uncovered", at, {"device": device.hostname})


def _record(actor: Actor, contract: Contract, event: str, at: datetime, details: Mapping[str, Any]) -> None:
    happening = Happening(event, "contract", contract.pk, contract.name, details)
    record(actor=actor, company_id=contract.company_id, at=at, happening=happening)
