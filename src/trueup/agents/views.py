"""The one address agents post to: the sender is checked, the inventory stored filtered, the answer given at once.

What the inventory means is found out later, in the background; trouble with it never reaches the agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from trueup.agents.wire import Head, Kind, Message, Reply, reply_not_now, reply_to, understand
from trueup.inventory.actions import stamp_enrolment, store_receipt
from trueup.inventory.documents.envelopes import MOST_WIRE_BYTES
from trueup.inventory.queries import actor_of_enrolment, enrolment_for, needs_stamp, owes_full_inventory
from trueup.tenancy.pace import Pace

if TYPE_CHECKING:
    from datetime import datetime

    from trueup.inventory.models import EnrolmentToken

PACE = Pace()
UNKNOWN = Reply(status=404, content_type="text/plain; charset=utf-8", body=b"not found\n")
TOO_LARGE = Message(kind=Kind.OVERSIZED)
ASKING = frozenset({Kind.PROLOG, Kind.CONTACT, Kind.POLL})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def speak(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer one message of an agent. An unknown or revoked token hears 404 and nothing else."""
    reply = _answer(request, secret)
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)


def _answer(request: HttpRequest, secret: str) -> Reply:
    at = timezone.now()
    token = enrolment_for(secret=secret)
    if token is None:
        return UNKNOWN
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_WIRE_BYTES:
        return reply_to(TOO_LARGE)
    head = Head(agent_id=request.headers.get("GLPI-Agent-ID"), user_agent=request.headers.get("User-Agent"))
    raw = request.body
    message = understand(raw, head=head, is_get=request.method == "GET", keep_users=token.keep_users)
    if not PACE.allows(token.pk):
        return reply_not_now(message)
    if needs_stamp(token=token, at=at):
        stamp_enrolment(token=token, at=at)
    _store(message, token, len(raw), at)
    return reply_to(message, needs_full=_owes_full(message, token))


def _store(message: Message, token: EnrolmentToken, size_bytes: int, at: datetime) -> None:
    if message.document is None:
        return
    store_receipt(
        actor=actor_of_enrolment(token=token),
        company_id=token.company_id,
        document=message.document,
        size_bytes=size_bytes,
        at=at,
        token=token,
    )


def _owes_full(message: Message, token: EnrolmentToken) -> bool:
    """Only agents that send partial inventories have an id, and only before they send can one be asked for."""
    if message.kind not in ASKING or not message.head.agent_id:
        return False
    return owes_full_inventory(company_id=token.company_id, agent_id=message.head.agent_id)
