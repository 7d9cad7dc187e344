"""Sealing secrets, revealing them, and renewing the keys that wrap them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, Problem
from trueup.vault.envelope import FORM, Place, close_envelope, is_told_by, lookup_of, open_envelope
from trueup.vault.keys import key_provider
from trueup.vault.models import Reveal, Secret
from trueup.vault.plain import Plain, tail_of
from trueup.vault.queries import envelope_of, place_of, secret_for

MINUTE = timedelta(minutes=1)
MOST_A_PERSON = 10
MOST_A_COMPANY = 50
MOST_REASON = 500
LONGEST = 8000
ROWS = 500


class TooManyReveals(Problem):
    """Somebody, or everybody in a company together, revealed as much in a minute as is allowed."""

    status = 429
    title = gettext_lazy("Too many reveals")


@dataclass(frozen=True, slots=True)
class Sealing:
    """A value on its way into the vault, and the place it is sealed for."""

    place: Place
    plain: Plain


@dataclass(frozen=True, slots=True)
class Subject:
    """What a revealed secret is a secret of, as the log names it."""

    kind: str
    id: int
    name: str
    label: str = ""


def seal_secrets(
    *, actor: Actor, permission: Permission, sealings: Sequence[Sealing], at: datetime
) -> list[Secret]:
    """Seal values, in the order given. The caller owns the records, and writes down that it sealed something."""
    for company_id in {sealing.place.company_id for sealing in sealings}:
        actor.require(permission, company_id)
    if any(len(sealing.plain.expose()) > LONGEST for sealing in sealings):
        raise InvalidValue.of(
            "value",
            _("A value has more than %(most)s characters: that is a file, not a key.") % {"most": LONGEST},
        )
    keys = key_provider()
    key_id = keys.current_key_id() if sealings else ""
    rows = []
    for sealing in sealings:
        place, plain = sealing.place, sealing.plain
        envelope = close_envelope(plain, place=place, keys=keys, key_id=key_id)
        rows.append(
            Secret(
                company_id=place.company_id, kind=place.kind, record=place.record, field=place.field, form=FORM,
                key_id=envelope.key_id, wrapped=envelope.wrapped, nonce=envelope.nonce, sealed=envelope.sealed,
                tail=tail_of(plain), sealed_at=at,
                lookup=lookup_of(plain, company_id=place.company_id, kind=place.kind, keys=keys),
            )
        )  # fmt: skip
    return Secret.objects.bulk_create(rows, batch_size=ROWS)


def destroy_secrets(
    *, actor: Actor, permission: Permission, company_id: int, secret_ids: Sequence[int]
) -> None:
    """Destroy values nobody ever saw, with the records of the caller that they belong to; a revealed one is protected."""
    actor.require(permission, company_id)
    Secret.objects.filter(pk__in=list(secret_ids), company_id=company_id).delete()


def reveal_secret(
    *, actor: Actor, secret_id: int, place: Place, subject: Subject, reason: str, at: datetime
) -> Plain:
    """Open a secret for somebody: with the permission and a reason, within the limits, and written down first.

    The place is the one the caller expects the secret to belong to. The audit entry is committed when this returns; it
    refuses to work inside a transaction that could still be rolled back.
    """
    with transaction.atomic(durable=True):
        secret = secret_for(actor=actor, secret_id=secret_id, permission=Permission.KEYS_REVEAL)
        reason = _checked(reason)
        _stay_within_limits(actor=actor, company_id=secret.company_id, at=at)
        plain = open_envelope(envelope_of(secret=secret), place=place, form=secret.form, keys=key_provider())
        if is_told_by(reason, plain):
            raise InvalidValue.of(
                "reason", _("The reason holds the key itself. Write why you need it instead.")
            )
        Reveal.objects.create(
            company_id=secret.company_id, secret=secret, person=_person(actor), revealed_at=at
        )
        details = {"reason": reason, "secret": secret.pk, "key": subject.label}
        happening = Happening("vault.revealed", subject.kind, subject.id, subject.name, details)
        record(actor=actor, company_id=secret.company_id, at=at, happening=happening)
    return plain


def use_secret(*, secret: Secret, place: Place) -> Plain:
    """Open a secret for the house's own use, such as signing: nobody sees it, so nobody is asked for a reason."""
    return open_envelope(envelope_of(secret=secret), place=place, form=secret.form, keys=key_provider())


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidValue.of("reason", _("Say why you need the key: it stands in the log beside your name."))
    return reason[:MOST_REASON]


def _stay_within_limits(*, actor: Actor, company_id: int, at: datetime) -> None:
    """Count and refuse under two locks, held to the end of the transaction: no two reveals count at once."""
    person = _person(actor)
    with connection.cursor() as cursor:
        for lock in (f"reveal by {person}", f"reveal in {company_id}"):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    recent = Reveal.objects.filter(revealed_at__gt=at - MINUTE)
    if recent.filter(person=person).count() >= MOST_A_PERSON:
        raise TooManyReveals(
            _(
                "You revealed %(most)s keys within a minute, which is as many as one person may. Wait a "
                "minute."
            )
            % {"most": MOST_A_PERSON},
            retry_after_seconds=MINUTE.seconds,
        )
    if recent.filter(company_id=company_id).count() >= MOST_A_COMPANY:
        raise TooManyReveals(
            _(
                "%(most)s keys of this company were revealed within a minute, which is as many as may "
                "be. Wait a minute; an unexpected rush stands in the audit log."
            )
            % {"most": MOST_A_COMPANY},
            retry_after_seconds=MINUTE.seconds,
        )


def _person(actor: Actor) -> str:
    """Who is counted: one account, whether it comes by page or by token."""
    return f"user {actor.user_id}" if actor.user_id is not None else f"name {actor.name}"


def rotate_keys(*, actor: Actor, at: datetime) -> int:
    """Wrap all data keys under a new key; how many were. No value is opened.

    Killed half-way, it goes on where it stopped when it is called again: a new key is only made once everything is
    under the latest one.
    """
    actor.require_everywhere(Permission.COMPANIES_MANAGE)
    keys = key_provider()
    key_id = keys.current_key_id()
    if not Secret.objects.exclude(key_id=key_id).exists():
        key_id = keys.add_key()
    waiting = Secret.objects.exclude(key_id=key_id)
    total = 0
    for company_id in waiting.order_by("company_id").values_list("company_id", flat=True).distinct():
        while done := _rewrap(actor=actor, company_id=company_id, key_id=key_id, at=at):
            total += done
    return total


def _rewrap(*, actor: Actor, company_id: int, key_id: str, at: datetime) -> int:
    """Wrap some secrets of a company anew, with the entry that counts them."""
    keys = key_provider()
    with transaction.atomic():
        waiting = Secret.objects.filter(company_id=company_id).exclude(key_id=key_id).order_by("pk")
        rows = list(waiting.select_for_update()[:ROWS])
        old = sorted({row.key_id for row in rows})
        for row in rows:
            bound = place_of(secret=row).bound(row.form)
            data_key = keys.unwrap(bytes(row.wrapped), bound, key_id=row.key_id)
            row.wrapped, row.key_id = keys.wrap(data_key, bound, key_id=key_id), key_id
        Secret.objects.bulk_update(rows, ["wrapped", "key_id"])
        if rows:
            details = {"secrets": len(rows), "from": ", ".join(old), "to": key_id}
            happening = Happening("vault.keys_rotated", "company", company_id, "Vault", details)
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    return len(rows)
