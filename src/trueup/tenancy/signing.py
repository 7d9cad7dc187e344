"""What is written down of signing in and out, and of passwords and second factors that people change themselves.

The sign-in itself is not ours; it tells us. What was typed is never kept: a password may stand in the wrong field.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from trueup.audit.actions import Happening, record
from trueup.base.actor import Actor
from trueup.tenancy.models import User
from trueup.tenancy.queries import actor_of

NOBODY = Actor(name="nobody")


def note_signed_in(*, user: User, address: str, at: datetime) -> None:
    """Write down that somebody signed in, and from which address."""
    happening = Happening("tenancy.signed_in", "user", user.pk, user.username, {"address": address})
    _write(actor_of(user=user), happening, at)


def note_sign_in_failed(*, login: str, address: str, at: datetime, step: str = "password") -> None:
    """Write down that a password, or a code after it, was wrong. The name only where somebody has it."""
    known = User.objects.filter(Q(username__iexact=login) | (Q(email__iexact=login) & ~Q(email=""))).first()
    pk, name = (known.pk, known.username) if known else (None, "unknown name")
    happening = Happening("tenancy.sign_in_failed", "user", pk, name, {"address": address, "step": step})
    _write(NOBODY, happening, at)


def note_signed_out(*, user: User, at: datetime) -> None:
    """Write down that somebody signed out."""
    happening = Happening("tenancy.signed_out", "user", user.pk, user.username)
    _write(actor_of(user=user), happening, at)


def note_password_changed(*, user: User, at: datetime) -> None:
    """Write down that somebody changed their own password."""
    happening = Happening("tenancy.password_changed", "user", user.pk, user.username)
    _write(actor_of(user=user), happening, at)


def note_factor_added(*, user: User, factor: str, at: datetime) -> None:
    """Write down that somebody set up codes of a device, a passkey, or new recovery codes."""
    happening = Happening("tenancy.factor_added", "user", user.pk, user.username, {"factor": factor})
    _write(actor_of(user=user), happening, at)


def note_factor_removed(*, user: User, factor: str, at: datetime) -> None:
    """Write down that somebody took a second factor away."""
    happening = Happening("tenancy.factor_removed", "user", user.pk, user.username, {"factor": factor})
    _write(actor_of(user=user), happening, at)


def _write(actor: Actor, happening: Happening, at: datetime) -> None:
    """Into the chain of the installation: who signs in does so for all their companies at once."""
    with transaction.atomic():
        record(actor=actor, company_id=None, at=at, happening=happening)
