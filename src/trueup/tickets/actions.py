"""Desks: set up, tried, withdrawn. Tickets: what holds of a kind is told, as a ticket, a note on it, or its end."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotFound
from trueup.deliveries.actions import checked_address
from trueup.deliveries.posting import checked_url
from trueup.tenancy.queries import company_for
from trueup.tickets.models import Desk, DeskKind, Does, Errand, ErrandState, Ticket
from trueup.tickets.queries import desk_for, ticket_for
from trueup.vault.actions import Sealing, seal_secrets
from trueup.vault.envelope import Place
from trueup.vault.plain import Plain

RUN = "tickets.run_errands"
"""The background task that carries errands out."""
KIND, FIELD = "desk", "secret"
MANAGE = Permission.COMPANIES_MANAGE
REMIND_AFTER = timedelta(days=7)
MOST_ROWS, MOST_LEAD, LONGEST = 200, 3650, 100


@dataclass(frozen=True, slots=True)
class DeskTerms:
    """A desk as given; ``about`` are the kinds of alerts that open tickets there."""

    kind: str
    url: str
    secret: Plain
    username: str = ""
    queue: str = ""
    requestor: str = ""
    about: Sequence[str] = ("ends", "short")
    lead_days: int = 60
    instead_of_mail: bool = False
    closes: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a ticket's table: what, whose, what closing it costs."""

    says: str
    owner: str = ""
    cost: str = ""


def set_up_desk(*, actor: Actor, company_id: int, terms: DeskTerms, at: datetime) -> Desk:
    """Let tickets of a company go to a desk from now on; one it had before is withdrawn."""
    company = company_for(actor=actor, company_id=company_id, permission=MANAGE)
    _check(terms)
    desk = Desk(
        company=company, kind=terms.kind, url=checked_url(terms.url).rstrip("/"), username=terms.username.strip(),
        queue=terms.queue.strip(), requestor=terms.requestor.strip(), about=sorted(set(terms.about)),
        lead_days=terms.lead_days, instead_of_mail=terms.instead_of_mail, closes=terms.closes, created_at=at,
    )  # fmt: skip
    with transaction.atomic():
        _withdraw(company.pk, at)
        place = place_of_desk(desk=desk)
        [desk.secret] = seal_secrets(
            actor=actor, permission=MANAGE, sealings=[Sealing(place, terms.secret)], at=at
        )
        desk.save(force_insert=True)
        _note(actor, "tickets.desk_set_up", desk, at)
    return desk


def _check(terms: DeskTerms) -> None:
    if terms.kind not in DeskKind.values:
        words = _("“%(given)s” is no ticket system: %(known)s is.")
        raise InvalidValue.of("kind", words % {"given": terms.kind, "known": ", ".join(DeskKind.values)})
    if not terms.secret.expose():
        raise InvalidValue.of("secret", _("A desk needs a password or token of ours."))
    if terms.kind == DeskKind.ROUNDUP and not terms.username.strip():
        raise InvalidValue.of("username", _("Roundup needs a name to sign in with."))
    if any(len(text) > LONGEST for text in (terms.username, terms.queue)):
        raise InvalidValue.of(
            "queue", _("Names at a desk have at most %(most)s letters.") % {"most": LONGEST}
        )
    if not 0 <= terms.lead_days <= MOST_LEAD:
        raise InvalidValue.of("lead_days", _("Give a whole number from 0 to %(most)s.") % {"most": MOST_LEAD})
    if terms.requestor.strip():
        checked_address(terms.requestor)


def withdraw_desk(*, actor: Actor, company_id: int, at: datetime) -> None:
    """Tell a desk nothing any more; its tickets stay there as they are, and what was still to be said is given up."""
    desk = desk_for(actor=actor, company_id=company_id)
    if desk is None:
        raise NotFound(_("This company has no desk for tickets."))
    with transaction.atomic():
        _withdraw(company_id, at)
        _note(actor, "tickets.desk_withdrawn", desk, at)


def _withdraw(company_id: int, at: datetime) -> None:
    Desk.objects.filter(company_id=company_id, withdrawn_at=None).update(withdrawn_at=at)
    waiting = Errand.objects.filter(company_id=company_id, state=ErrandState.WAITING)
    waiting.update(state=ErrandState.FAILED, error=_("The desk was withdrawn."))
    Ticket.objects.filter(company_id=company_id, closed_at=None).update(closed_at=at)


def place_of_desk(*, desk: Desk) -> Place:
    """Where the secret of a desk belongs."""
    return Place(desk.company_id, KIND, desk.record, FIELD)


@transaction.atomic
def tell_desk(*, desk: Desk, about: str, title: str, lines: Sequence[Line], at: datetime) -> Ticket | None:
    """Say at a desk what holds of a kind now, in the transaction of whoever found it out (C-039).

    One ticket while anything holds: opened, noted when it changed or was told a week ago, closed when it is cured.
    """
    rows = [[one.says, one.owner, one.cost] for one in lines]
    ticket: Ticket | None = (
        Ticket.objects.select_for_update().filter(desk=desk, about=about, closed_at=None).first()
    )
    if ticket is None:
        return _opened(desk, about, title, rows, at) if rows else None
    if not rows:
        Ticket.objects.filter(pk=ticket.pk).update(rows=[], closed_at=at)
        does = Does.CLOSE if desk.closes else Does.NOTE
        _owe(ticket, does, _("Settled: nothing of this kind holds any more."), at)
    elif rows != ticket.rows or at - ticket.told_at >= REMIND_AFTER:
        Ticket.objects.filter(pk=ticket.pk).update(rows=rows, told_at=at)
        _owe(ticket, Does.NOTE, text_of(rows), at)
    return ticket


def _opened(desk: Desk, about: str, title: str, rows: list[list[str]], at: datetime) -> Ticket:
    mark = f"[Trueup {uuid.uuid4().hex[:8]}]"
    ticket = Ticket.objects.create(
        company_id=desk.company_id, desk=desk, about=about, mark=mark, title=f"{mark} {title}"[:200], rows=rows,
        told_at=at, opened_at=at,
    )  # fmt: skip
    _owe(ticket, Does.OPEN, text_of(rows), at)
    return ticket


def _owe(ticket: Ticket, does: str, text: str, at: datetime) -> None:
    Errand.objects.create(
        company_id=ticket.company_id, ticket=ticket, does=does, text=text, created_at=at, due_at=at
    )
    transaction.on_commit(run_errands_soon)


def text_of(rows: Sequence[Sequence[str]]) -> str:
    """The table as text that any desk shows as it is: what, whose, and what closing it costs."""
    head = [_("What"), _("Owner"), _("Cost to close")]
    shown = [head, *([str(cell) or "–" for cell in row] for row in rows[:MOST_ROWS])]
    widths = [max(len(row[place]) for row in shown) for place in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    if len(rows) > MOST_ROWS:
        lines.append(_("… and %(n)s more.") % {"n": len(rows) - MOST_ROWS})
    return "\n".join(lines)


def run_errands_soon() -> None:
    """Wake the worker; once, however much is owed."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(RUN, queueing_lock=RUN).defer()


def retry_errands(*, actor: Actor, ticket_id: int, at: datetime) -> Ticket:
    """Say again what was given up, from the first of it on."""
    ticket = ticket_for(actor=actor, ticket_id=ticket_id)
    actor.require(MANAGE, ticket.company_id)
    with transaction.atomic():
        failed = Errand.objects.filter(ticket=ticket, state=ErrandState.FAILED)
        failed.update(state=ErrandState.WAITING, attempts=0, due_at=at, error="")
        happening = Happening("tickets.retried", "ticket", ticket.pk, ticket.title, {})
        record(actor=actor, company_id=ticket.company_id, at=at, happening=happening)
        transaction.on_commit(run_errands_soon)
    return ticket_for(actor=actor, ticket_id=ticket_id)


def _note(actor: Actor, event: str, desk: Desk, at: datetime) -> None:
    details = {"kind": desk.kind, "url": desk.url, "about": ", ".join(desk.about)}
    happening = Happening(event, "company", desk.company_id, desk.kind, details)
    record(actor=actor, company_id=desk.company_id, at=at, happening=happening)
