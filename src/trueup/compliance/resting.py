"""Giving findings rest: snoozing one until a day, muting a case known to be fine, and saying what is over-licensed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Invalid, InvalidValue, NotFound
from trueup.catalogue.queries import product_for
from trueup.compliance.finding_tables import Finding, FindingKind, FindingPolicy, Mute
from trueup.compliance.queries import finding_for, mutes_visible_to
from trueup.tenancy.models import Company
from trueup.tenancy.queries import company_for

MOST_DAYS = 3650


class NothingToMute(Invalid):
    """No company was named."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Why a case is fine, and the day from which it is told again."""

    reason: str
    until: date


def snooze_finding(*, actor: Actor, finding_id: int, until: date, on: date, at: datetime) -> Finding:
    """Hear nothing of a finding before a day; nobody has to say why."""
    finding = _open(actor, finding_id)
    _check_day(until, on)
    with transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(snoozed_until=until, snoozed_by=actor.name[:200])
        _note(actor, "compliance.finding_snoozed", finding, at, until=until)
    return finding_for(actor=actor, finding_id=finding_id)


def mute_finding(*, actor: Actor, finding_id: int, rest: Rest, on: date, at: datetime) -> Mute:
    """Mute what a finding is about until a day, with a reason an auditor can read; it stays muted if it closes and opens."""
    finding = _open(actor, finding_id)
    _check(rest, on)
    with transaction.atomic():
        mute: Mute = Mute.objects.create(
            company_id=finding.company_id, product_id=finding.product_id, edition_id=finding.edition_id,
            licence_id=finding.licence_id, region_id=finding.region_id, kind=finding.kind, reason=_kept(rest),
            until_on=rest.until, muted_at=at, muted_by=actor.name[:200],
        )  # fmt: skip
        _note(actor, "compliance.finding_muted", finding, at, reason=mute.reason, until=rest.until)
    return mute


def mute_product(
    *, actor: Actor, product_id: int, company_ids: Collection[int], rest: Rest, on: date, at: datetime, kind: str = ""
) -> list[Mute]:  # fmt: skip
    """Mute a product's findings in several companies at once, of one kind or all; each must be one the actor may decide for."""
    if not company_ids:
        raise NothingToMute.of("companies", _("Choose at least one company."))
    if kind and kind not in FindingKind.values:
        words = _("“%(kind)s” is no kind of finding. Known: %(known)s.")
        raise InvalidValue.of("kind", words % {"kind": kind, "known": ", ".join(FindingKind.values)})
    _check(rest, on)
    companies = [_company(actor, company_id) for company_id in sorted(set(company_ids))]
    products = [product_for(actor=actor, product_id=product_id, company_id=one.pk) for one in companies]
    with transaction.atomic():
        mutes = [
            Mute(company_id=one.pk, product_id=product_id, kind=kind, reason=_kept(rest), until_on=rest.until,
                 muted_at=at, muted_by=actor.name[:200])
            for one in companies
        ]  # fmt: skip
        Mute.objects.bulk_create(mutes)
        for mute in mutes:
            details = {"kind": kind, "reason": mute.reason, "until": rest.until}
            happening = Happening(
                "compliance.product_muted", "product", product_id, products[0].name, details
            )
            record(actor=actor, company_id=mute.company_id, at=at, happening=happening)
    return mutes


def lift_mute(*, actor: Actor, mute_id: int, at: datetime) -> Mute:
    """Hear of a case again from now on."""
    mute = mutes_visible_to(actor=actor).filter(pk=mute_id).first()
    if mute is None:
        raise NotFound(_("There is no mute %(mute_id)s.") % {"mute_id": mute_id})
    actor.require(Permission.RUNS_START, mute.company_id)
    with transaction.atomic():
        Mute.objects.filter(pk=mute.pk).update(lifted_at=at, lifted_by=actor.name[:200])
        happening = Happening("compliance.mute_lifted", "product", mute.product_id, mute.product.name,
                              {"kind": mute.kind, "reason": mute.reason})  # fmt: skip
        record(actor=actor, company_id=mute.company_id, at=at, happening=happening)
    return mute


def set_over_licensed_share(*, actor: Actor, company_id: int, percent: int, at: datetime) -> None:
    """Say below which share of units in use a licence is over-licensed, from the next run on."""
    company = _company(actor, company_id)
    if not 1 <= percent <= 100:  # noqa: PLR2004  # a share in percent
        raise InvalidValue.of("over_licensed_percent", _("Give a share from 1 to 100 percent."))
    with transaction.atomic():
        FindingPolicy.objects.update_or_create(
            company_id=company.pk, defaults={"over_licensed_percent": percent}
        )
        details = {"over_licensed_percent": percent}
        happening = Happening("compliance.share_set", "company", company.pk, company.name, details)
        record(actor=actor, company_id=company.pk, at=at, happening=happening)


def _open(actor: Actor, finding_id: int) -> Finding:
    finding = finding_for(actor=actor, finding_id=finding_id)
    if finding.closed_at is not None:
        raise NotFound(_("There is no open finding %(finding_id)s.") % {"finding_id": finding_id})
    actor.require(Permission.RUNS_START, finding.company_id)
    return finding


def _company(actor: Actor, company_id: int) -> Company:
    return company_for(actor=actor, company_id=company_id, permission=Permission.RUNS_START)


def _check(rest: Rest, on: date) -> None:
    if not rest.reason.strip():
        raise InvalidValue.of("reason", _("Say why the finding is set aside: an auditor will ask."))
    _check_day(rest.until, on)


def _check_day(until: date, on: date) -> None:
    if not 0 < (until - on).days <= MOST_DAYS:
        raise InvalidValue.of("until", _("Give a day from tomorrow on, at most ten years ahead."))


def _kept(rest: Rest) -> str:
    return rest.reason.strip()[:500]


def _note(actor: Actor, event: str, finding: Finding, at: datetime, **details: object) -> None:
    facts = {"kind": finding.kind, **details}
    happening = Happening(event, "finding", finding.pk, finding.product.name, facts)
    record(actor=actor, company_id=finding.company_id, at=at, happening=happening)
