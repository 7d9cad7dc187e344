"""Owing messages, and the endpoints they go to. What is owed is written in the caller's transaction."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.deliveries.models import Channel, Delivery, DeliveryState, Endpoint
from trueup.deliveries.posting import checked_url
from trueup.deliveries.queries import delivery_for, endpoint_for
from trueup.vault.actions import Sealing, seal_secrets
from trueup.vault.envelope import Place
from trueup.vault.models import Secret
from trueup.vault.plain import Plain

SEND = "deliveries.send"
"""The background task that sends what is due."""
KIND = "endpoint"
SECRET_BYTES = 32
BOTH_SIGN_FOR = timedelta(days=1)
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Message:
    """What a mail says; ``file`` are the bytes of an attachment."""

    subject: str
    body: str
    file_name: str = ""
    file_type: str = ""
    file: bytes | None = None


def owe_mail(
    *,
    company_id: int,
    recipient: str,
    topic: str,
    message: Message,
    at: datetime,
    due_at: datetime | None = None,
) -> Delivery:
    """Write a mail down, in the transaction of what it tells. The worker sends it."""
    made = Delivery.objects.create(
        company_id=company_id, channel=Channel.MAIL, recipient=checked_address(recipient), topic=topic,
        subject=" ".join(message.subject.split())[:300], body=message.body, file_name=message.file_name,
        file_type=message.file_type, file=message.file, created_at=at, due_at=due_at or at,
    )  # fmt: skip
    transaction.on_commit(send_soon)
    return made


def owe_event(*, company_id: int, topic: str, facts: Mapping[str, Any], at: datetime) -> list[Delivery]:
    """Tell every endpoint of a company, in the transaction of what it is told. ``facts`` hold no secret."""
    told = {"type": topic, "timestamp": at, "data": dict(facts)}
    body = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)
    endpoints = Endpoint.objects.filter(company_id=company_id, withdrawn_at=None).order_by("pk")
    made = Delivery.objects.bulk_create(
        Delivery(
            company_id=company_id, channel=Channel.WEBHOOK, recipient=one.name, endpoint=one, topic=topic, body=body,
            created_at=at, due_at=at,
        )
        for one in endpoints
    )  # fmt: skip
    if made:
        transaction.on_commit(send_soon)
    return made


def send_soon() -> None:
    """Wake the worker; once, however much is owed."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(SEND, queueing_lock=SEND).defer()


def checked_address(address: str) -> str:
    """A mail address a mail can go to; no line break gets into a head."""
    try:
        validate_email(address.strip())
    except ValidationError as wrong:
        raise InvalidValue.of(
            "recipients", _("“%(given)s” is no mail address.") % {"given": address}
        ) from wrong
    return address.strip()


def replay_delivery(*, actor: Actor, delivery_id: int, at: datetime) -> Delivery:
    """Send once more what failed or was sent, under the same uid: who knows it already can tell."""
    delivery = delivery_for(actor=actor, delivery_id=delivery_id)
    actor.require(Permission.COMPANIES_MANAGE, delivery.company_id)
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.WAITING, attempts=0, due_at=at, error=""
        )
        _note(actor, "deliveries.replayed", delivery.company_id, "delivery", delivery.pk, delivery.topic, at)
        transaction.on_commit(send_soon)
    return delivery_for(actor=actor, delivery_id=delivery_id)


def add_endpoint(
    *, actor: Actor, company_id: int, name: str, url: str, at: datetime
) -> tuple[Endpoint, Plain]:
    """Tell an address of somebody else's from now on; its signing secret, the only time it can be seen."""
    actor.require(Permission.COMPANIES_MANAGE, company_id)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidValue.of("name", _("An endpoint needs a name of 1 to %(most)s characters.") % {"most": LONGEST_NAME})  # fmt: skip
    endpoint = Endpoint(company_id=company_id, name=name, url=checked_url(url), created_at=at)
    with transaction.atomic():
        endpoint.secret, plain = _sealed(actor, endpoint, at)
        endpoint.save(force_insert=True)
        _note(actor, "deliveries.endpoint_added", company_id, KIND, endpoint.pk, name, at, url=endpoint.url)
    return endpoint, plain


def renew_endpoint_secret(*, actor: Actor, endpoint_id: int, at: datetime) -> Plain:
    """A new signing secret; for a day both sign, so that the receiver can change over."""
    endpoint = endpoint_for(actor=actor, endpoint_id=endpoint_id)
    with transaction.atomic():
        endpoint.secrets_made += 1
        secret, plain = _sealed(actor, endpoint, at)
        Endpoint.objects.filter(pk=endpoint.pk).update(
            secret=secret, older_secret=endpoint.secret_id, older_until=at + BOTH_SIGN_FOR,
            secrets_made=endpoint.secrets_made,
        )  # fmt: skip
        _note(actor, "deliveries.secret_renewed", endpoint.company_id, KIND, endpoint.pk, endpoint.name, at)
    return plain


def withdraw_endpoint(*, actor: Actor, endpoint_id: int, at: datetime) -> None:
    """Tell an endpoint nothing any more; what waits for it is given up."""
    endpoint = endpoint_for(actor=actor, endpoint_id=endpoint_id)
    with transaction.atomic():
        Endpoint.objects.filter(pk=endpoint.pk).update(withdrawn_at=at)
        waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING)
        waiting.update(state=DeliveryState.FAILED, error=_("The endpoint was withdrawn."))
        _note(
            actor, "deliveries.endpoint_withdrawn", endpoint.company_id, KIND, endpoint.pk, endpoint.name, at
        )


def place_of_secret(*, endpoint: Endpoint, number: int) -> Place:
    """Where a secret of an endpoint belongs; each new one has a place of its own."""
    return Place(endpoint.company_id, KIND, endpoint.record, f"secret_{number}")


def _sealed(actor: Actor, endpoint: Endpoint, at: datetime) -> tuple[Secret, Plain]:
    plain = Plain("whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode())
    sealing = Sealing(place_of_secret(endpoint=endpoint, number=endpoint.secrets_made), plain)
    sealed = seal_secrets(actor=actor, permission=Permission.COMPANIES_MANAGE, sealings=[sealing], at=at)
    return sealed[0], plain


def _note(
    actor: Actor,
    event: str,
    company_id: int,
    kind: str,
    subject_id: int,
    subject: str,
    at: datetime,
    **details: Any,
) -> None:
    record(
        actor=actor,
        company_id=company_id,
        at=at,
        happening=Happening(event, kind, subject_id, subject, details),
    )
