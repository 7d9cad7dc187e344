"""A request sent twice is answered once: the first answer is kept for a day and given again (Idempotency-Key).

What the request did and its kept answer are one transaction, so there is never the one without the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import Conflict, InvalidValue
from trueup.tenancy.models import ApiToken, KeptAnswer

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255
SERVER_ERROR = 500


class StillRunning(Conflict):
    """The first request with this key has not been answered yet."""

    title = gettext_lazy("The first request is still running")


class KeyUsedOtherwise(InvalidValue):
    """The key was used with another request."""

    title = gettext_lazy("The key was used for another request")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it went out."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    is_secret: bool = False
    """It shows a secret: it is not kept, and a repeat is a new request."""


def answer_once(
    *, token: ApiToken, key: str, fingerprint: str, at: datetime, answer: Callable[[], Kept]
) -> tuple[Kept, bool]:
    """The answer kept under the key, or a new one which is kept; and whether it was kept before.

    Failures on our side are not kept: what they did is taken back, and the same request may be sent again.
    """
    if len(key) > LONGEST_KEY:
        raise InvalidValue.of(
            "Idempotency-Key", _("A key has at most %(most)s characters.") % {"most": LONGEST_KEY}
        )
    with transaction.atomic():
        if not _is_first(token, key):
            raise StillRunning(_("The first request with this key is still running: ask again in a moment."))
        kept = KeptAnswer.objects.filter(token=token, key=key, kept_at__gt=at - KEPT_FOR).first()
        if kept is not None:
            return _again(kept, fingerprint), True
        given = answer()
        if given.status >= SERVER_ERROR:
            transaction.set_rollback(True)
        elif not given.is_secret:
            KeptAnswer.objects.update_or_create(
                token=token,
                key=key,
                defaults={
                    "fingerprint": fingerprint, "status": given.status, "body": given.body,
                    "headers": dict(given.headers), "kept_at": at,
                },
            )  # fmt: skip
        return given, False


def _is_first(token: ApiToken, key: str) -> bool:
    """Take the key for the length of the transaction; false while another request has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"repeat {token.pk} {key}"]
        )
        return bool(cursor.fetchone()[0])


def _again(kept: KeptAnswer, fingerprint: str) -> Kept:
    if kept.fingerprint != fingerprint:
        raise KeyUsedOtherwise.of(
            "Idempotency-Key",
            _("This key was used with another request. Take a new key for a new request."),
        )
    return Kept(kept.status, bytes(kept.body), kept.headers)


def forget_answers(*, at: datetime) -> int:
    """Forget answers older than a day; how many."""
    return int(KeptAnswer.objects.filter(kept_at__lte=at - KEPT_FOR).delete()[0])
