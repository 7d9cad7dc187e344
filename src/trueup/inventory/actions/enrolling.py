"""Agents' ways in: issued once in plain text, revoked at will."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.inventory.models import EnrolmentToken
from trueup.inventory.queries import enrolment_tokens_visible_to, hash_enrolment
from trueup.tenancy.queries import company_for

LONGEST_LABEL = 100


class EnrolmentLabelTaken(Conflict):
    """The company has an enrolment token of that label already."""


def issue_enrolment(
    *, actor: Actor, company_id: int, label: str, at: datetime, keep_users: bool = False
) -> tuple[EnrolmentToken, str]:
    """Let agents in under a label; the secret is returned this once and never again."""
    company = company_for(actor=actor, company_id=company_id, permission=Permission.INVENTORY_IMPORT)
    label = label.strip()
    if not label or len(label) > LONGEST_LABEL:
        raise InvalidValue.of(
            "label",
            _("A label of 1 to %(most)s characters says later which agents these were.")
            % {"most": LONGEST_LABEL},
        )
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            token: EnrolmentToken = EnrolmentToken.objects.create(
                company=company,
                label=label,
                token_hash=hash_enrolment(secret),
                keep_users=keep_users,
                created_at=at,
            )
            happening = Happening(
                "inventory.enrolment_issued", "enrolment", token.pk, label, {"keep_users": keep_users}
            )
            record(actor=actor, company_id=company.pk, at=at, happening=happening)
    except IntegrityError as taken:
        raise EnrolmentLabelTaken(
            _("%(name)s has an enrolment “%(label)s” already. Choose another label.")
            % {"name": company.name, "label": label}
        ) from taken
    return token, secret


def revoke_enrolment(*, actor: Actor, token_id: int, at: datetime) -> None:
    """Let nobody in by this token any more; what was received stays."""
    token = enrolment_tokens_visible_to(actor=actor).filter(pk=token_id).first()
    if token is None:
        raise NotFound(_("There is no enrolment token %(token_id)s.") % {"token_id": token_id})
    with transaction.atomic():
        if not EnrolmentToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
            return
        happening = Happening("inventory.enrolment_revoked", "enrolment", token.pk, token.label)
        record(actor=actor, company_id=token.company_id, at=at, happening=happening)


def stamp_enrolment(*, token: EnrolmentToken, at: datetime) -> None:
    """Note that agents still come by this token."""
    EnrolmentToken.objects.filter(pk=token.pk).update(last_used_at=at)
