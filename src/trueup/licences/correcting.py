"""Putting right what was written down: the days of a line, its cost centre, and taking back a retirement or a taken-back
line. The balance of today moves along, and what is held is never more than what is left under the policy block.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound, Stale, UnknownField
from trueup.licences.balances import correct_line, grant_line
from trueup.licences.line_storing import refuse_endless
from trueup.licences.lines import NothingToChange
from trueup.licences.models import Licence, Purchase
from trueup.licences.queries import LicenceOnDay, licence_for
from trueup.licences.reducing import refuse_negative_days
from trueup.tenancy.queries import cost_centres_visible_to

CORRECTABLE = frozenset({"valid_from", "valid_until", "cost_centre_id"})


class NotRetired(Conflict):
    """The licence is in use, so there is no retirement to take back."""

    title = gettext_lazy("Not retired")


class NotVoided(Conflict):
    """The line counts, so there is nothing to bring back."""

    title = gettext_lazy("Not taken back")


def correct_purchase(
    *,
    actor: Actor,
    licence_id: int,
    purchase_id: int,
    changes: Mapping[str, Any],
    revision: int | None,
    at: datetime,
    on: date,
) -> Purchase:
    """Put days or cost centre of a line right; ``revision`` is the licence's. Raises StillHeld, Stale."""
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    unknown = sorted(set(changes) - CORRECTABLE)
    if unknown:
        raise UnknownField(
            _("Fields of a line that cannot be corrected: %(names)s. Known: %(known)s.")
            % {"names": ", ".join(unknown), "known": ", ".join(sorted(CORRECTABLE))}
        )
    if not changes:
        raise NothingToChange(_("No field was named to change."))
    _check_cost_centre(changes, actor, licence)
    with transaction.atomic():
        _next_revision(licence, revision)
        line = _line(licence, purchase_id, is_voided=False)
        old = {name: getattr(line, name) for name in changes}
        before = (line.valid_from, line.valid_until)
        for name, value in changes.items():
            setattr(line, name, value)
        _check_days(line)
        if "valid_until" in changes:
            refuse_endless([(licence, line)])
        refuse_negative_days(licence=licence, extra=line, without=line.pk)
        correct_line(purchase=line, before=before, actor=actor, on=on, at=at)
        Purchase.objects.filter(pk=line.pk).update(**changes)
        details = {name: [old[name], value] for name, value in changes.items() if old[name] != value}
        happening = _happening("licences.line_corrected", licence, {"purchase": line.pk, **details})
        record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
    return line


def _check_cost_centre(changes: Mapping[str, Any], actor: Actor, licence: Licence) -> None:
    wanted = changes.get("cost_centre_id")
    if wanted is None:
        return
    known = cost_centres_visible_to(actor=actor).filter(company_id=licence.company_id, pk=wanted)
    if not known.exists():
        raise InvalidValue.of(
            "cost_centre_id", _("There is no cost centre %(id)s in this company.") % {"id": wanted}
        )


def _next_revision(licence: Licence, revision: int | None) -> None:
    """Take the licence's row, and refuse a revision somebody else has left behind."""
    rows = Licence.objects.filter(
        pk=licence.pk, revision=licence.revision if revision is None else revision, retired_at=None
    )
    if not rows.update(revision=licence.revision + 1):
        raise Stale(
            _("Someone changed this licence since you opened it. Look at the new values, then save again.")
        )


def _line(licence: Licence, purchase_id: int, *, is_voided: bool) -> Purchase:
    rows = Purchase.objects.select_for_update(no_key=True).filter(pk=purchase_id, licence=licence)
    line: Purchase | None = rows.filter(voided_at__isnull=not is_voided).first()
    if line is None and rows.exists():
        raise NotVoided(
            _("Line %(id)s is taken back already.") % {"id": purchase_id}
            if not is_voided
            else _("Line %(id)s counts: there is nothing to bring back.") % {"id": purchase_id}
        )
    if line is None:
        raise NotFound(_("There is no line %(id)s.") % {"id": purchase_id})
    return line


def _check_days(line: Purchase) -> None:
    if line.valid_until is not None and line.valid_until <= line.valid_from:
        raise InvalidValue.of(
            "valid_to", _("The last covered day lies before the first. Correct one of the two.")
        )


def restore_purchase(*, actor: Actor, licence_id: int, purchase_id: int, at: datetime, on: date) -> Purchase:
    """Let a line that was taken back count again."""
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    with transaction.atomic():
        Licence.objects.select_for_update(no_key=True).get(pk=licence.pk)
        line = _line(licence, purchase_id, is_voided=True)
        refuse_endless([(licence, line)])
        refuse_negative_days(licence=licence, extra=line)
        Purchase.objects.filter(pk=line.pk).update(voided_at=None)
        line.voided_at = None
        grant_line(licence=licence, purchase=line, actor=actor, on=on, at=at)
        happening = _happening("licences.line_restored", licence, {"purchase": line.pk})
        record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
    return line


def reinstate_licence(*, actor: Actor, licence_id: int, at: datetime, on: date) -> LicenceOnDay:
    """Take a retired licence into use again."""
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    with transaction.atomic():
        if not Licence.objects.filter(pk=licence.pk, retired_at__isnull=False).update(retired_at=None):
            raise NotRetired(_("This licence is in use: there is no retirement to take back."))
        record(
            actor=actor,
            company_id=licence.company_id,
            at=at,
            happening=_happening("licences.reinstated", licence, {}),
        )
    return licence_for(actor=actor, licence_id=licence_id, on=on)


def _happening(event: str, licence: Licence, details: Mapping[str, Any]) -> Happening:
    return Happening(event, "licence", licence.pk, str(licence.product.name), details)
