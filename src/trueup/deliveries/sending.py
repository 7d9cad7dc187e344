"""Sending what is due, one delivery a transaction: it is marked in the transaction in which it was handed over.

Killed in between, it is handed over once more under the same uid; two workers never have the same one in hand.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from trueup.deliveries.actions import place_of_secret
from trueup.deliveries.mailing import Postman
from trueup.deliveries.models import Attempt, Channel, Delivery, DeliveryState, Endpoint
from trueup.deliveries.posting import NotTaken, post_webhook
from trueup.vault.actions import use_secret
from trueup.vault.plain import Plain

Clock = Callable[[], datetime]
WAITS = tuple(
    timedelta(**wait)
    for wait in ({"minutes": 1}, {"minutes": 5}, {"minutes": 30}, {"hours": 2}, {"hours": 12})
)
"""After each failure; when the last has passed as well, the delivery is given up and says so."""
MOST_AT_ONCE = 5000


def send_due(*, clock: Clock) -> int:
    """Send what is due until nothing is, or enough for one call; how many were tried."""
    tried = 0
    with Postman() as postman:
        while tried < MOST_AT_ONCE and _send_next(postman, clock):
            tried += 1
    return tried


def _send_next(postman: Postman, clock: Clock) -> bool:
    """The oldest that nobody has in hand."""
    at = clock()
    with transaction.atomic():
        due = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=at).order_by("due_at", "pk")
        delivery = due.select_for_update(skip_locked=True).first()
        if delivery is None:
            return False
        try:
            answer = postman.send(delivery) if delivery.channel == Channel.MAIL else _post(delivery, at)
        except NotTaken as refused:
            _store_failure(delivery, refused, at)
        else:
            _store(delivery, at, is_taken=True, answer=answer, state=DeliveryState.SENT, sent_at=at, error="")
    return True


def _post(delivery: Delivery, at: datetime) -> str:
    endpoint = Endpoint.objects.select_related("secret", "older_secret").get(pk=delivery.endpoint_id)
    keys = _keys(endpoint, at)
    return post_webhook(url=endpoint.url, uid=str(delivery.uid), at=at, body=delivery.body, keys=keys)


def _keys(endpoint: Endpoint, at: datetime) -> list[Plain]:
    """The secret that signs, and the one before it while that is still valid."""
    number = endpoint.secrets_made
    keys = [use_secret(secret=endpoint.secret, place=place_of_secret(endpoint=endpoint, number=number))]
    if endpoint.older_secret is not None and endpoint.older_until is not None and at < endpoint.older_until:
        keys.append(
            use_secret(
                secret=endpoint.older_secret, place=place_of_secret(endpoint=endpoint, number=number - 1)
            )
        )
    return keys


def _store_failure(delivery: Delivery, refused: NotTaken, at: datetime) -> None:
    is_over = refused.is_final or delivery.attempts >= len(WAITS)
    state = DeliveryState.FAILED if is_over else DeliveryState.WAITING
    due_at = delivery.due_at if is_over else at + WAITS[delivery.attempts]
    _store(
        delivery, at, is_taken=False, answer=refused.answer, state=state, due_at=due_at, error=refused.answer
    )


def _store(delivery: Delivery, at: datetime, *, is_taken: bool, answer: str, **changes: object) -> None:
    Attempt.objects.create(
        company_id=delivery.company_id, delivery=delivery, tried_at=at, is_taken=is_taken, answer=answer
    )
    Delivery.objects.filter(pk=delivery.pk).update(attempts=delivery.attempts + 1, tried_at=at, **changes)
