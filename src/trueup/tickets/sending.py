"""Carrying errands out, one a transaction and in the order of their ticket.

Killed after the desk took it and before that was written down, an errand is carried out once more: a ticket is looked for by
its mark before it is opened, so there is never a second one; a note may stand there twice, which loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from trueup.deliveries.posting import NotTaken
from trueup.tickets.actions import place_of_desk
from trueup.tickets.desks.request_tracker import RequestTracker
from trueup.tickets.desks.roundup import Roundup
from trueup.tickets.desks.speaking import Account, DeskClient, Gone
from trueup.tickets.models import Desk, DeskKind, Does, Errand, ErrandState, Ticket
from trueup.vault.actions import use_secret

Clock = Callable[[], datetime]
CLIENTS: dict[str, Callable[[Account], DeskClient]] = {
    DeskKind.REQUEST_TRACKER: RequestTracker,
    DeskKind.ROUNDUP: Roundup,
}
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
MOST_AT_ONCE = 1000


def run_errands(*, clock: Clock) -> int:
    """Carry out what is due until nothing is; how many were tried."""
    tried = 0
    while tried < MOST_AT_ONCE and _run_next(clock):
        tried += 1
    return tried


def _run_next(clock: Clock) -> bool:
    """The oldest that nobody has in hand and that no earlier one of its ticket waits before."""
    at = clock()
    with transaction.atomic():
        earlier = Errand.objects.filter(
            ticket=OuterRef("ticket"), pk__lt=OuterRef("pk"), state=ErrandState.WAITING
        )
        due = Errand.objects.filter(~Exists(earlier), state=ErrandState.WAITING, due_at__lte=at)
        errand = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if errand is None:
            return False
        ticket = Ticket.objects.select_related("desk__secret").get(pk=errand.ticket_id)
        try:
            with transaction.atomic():
                _carry_out(client_of(desk=ticket.desk), ticket, errand)
        except NotTaken as refused:
            _store_failure(errand, refused, at)
        else:
            Errand.objects.filter(pk=errand.pk).update(
                state=ErrandState.DONE, done_at=at, attempts=errand.attempts + 1, error=""
            )
    return True


def client_of(*, desk: Desk) -> DeskClient:
    """Whoever speaks the desk's language, signed in."""
    secret = use_secret(secret=desk.secret, place=place_of_desk(desk=desk))
    account = Account(desk.url, desk.username, secret, desk.queue, desk.requestor)
    return CLIENTS[desk.kind](account)


def _carry_out(client: DeskClient, ticket: Ticket, errand: Errand) -> None:
    """Do it; where the ticket is gone at the desk, what is to be noted becomes a new ticket, so that nothing is lost."""
    try:
        if errand.does == Does.CLOSE:
            _close(client, ticket, errand.text)
        elif errand.does == Does.NOTE and ticket.remote_id:
            client.add_note(ticket.remote_id, errand.text)
        else:
            _open(client, ticket, errand.text)
    except Gone:
        if errand.does == Does.NOTE:
            _open(client, ticket, errand.text)


def _open(client: DeskClient, ticket: Ticket, text: str) -> None:
    """Open it, unless it was opened by an attempt nobody heard the end of."""
    number = client.find(ticket.mark) or client.open_ticket(title=ticket.title, text=text)
    Ticket.objects.filter(pk=ticket.pk).update(remote_id=number[:60])


def _close(client: DeskClient, ticket: Ticket, text: str) -> None:
    """A last note, and the end; a ticket that never came to be has none."""
    if ticket.remote_id:
        client.add_note(ticket.remote_id, text)
        client.close_ticket(ticket.remote_id)


def _store_failure(errand: Errand, refused: NotTaken, at: datetime) -> None:
    """Wait and try again; given up, it stands there with what was answered."""
    is_over = refused.is_final or errand.attempts >= len(WAITS)
    state = ErrandState.FAILED if is_over else ErrandState.WAITING
    due_at = errand.due_at if is_over else at + WAITS[errand.attempts]
    Errand.objects.filter(pk=errand.pk).update(
        state=state, due_at=due_at, error=refused.answer[:2000], attempts=errand.attempts + 1
    )
