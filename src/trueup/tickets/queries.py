"""Reading desks, tickets and what is still to be said."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.tickets.models import Desk, Errand, ErrandState, Ticket


def desk_of(*, company_id: int) -> Desk | None:
    """The desk a company's tickets go to, for the round that opens them; none where it has none."""
    found: Desk | None = Desk.objects.filter(company_id=company_id, withdrawn_at=None).first()
    return found


def desk_for(*, actor: Actor, company_id: int) -> Desk | None:
    """The same for whoever manages the company."""
    actor.require(Permission.COMPANIES_MANAGE, company_id)
    return desk_of(company_id=company_id)


def tickets_visible_to(*, actor: Actor) -> QuerySet[Ticket]:
    """Tickets with ``trouble``: why the last errand was not taken, if one waits or was given up."""
    rows: QuerySet[Ticket] = Ticket.objects.visible_to(actor, Permission.AUDIT_VIEW)
    owed = Errand.objects.filter(ticket=OuterRef("pk")).exclude(state=ErrandState.DONE).order_by("pk")
    return rows.annotate(is_owed=Exists(owed), trouble=Subquery(owed.values("error")[:1]))


def ticket_for(*, actor: Actor, ticket_id: int) -> Ticket:
    """One ticket."""
    found = tickets_visible_to(actor=actor).select_related("desk", "company").filter(pk=ticket_id).first()
    if found is None:
        raise NotFound(_("There is no ticket %(id)s.") % {"id": ticket_id})
    return found


def errands_of(*, actor: Actor, ticket_id: int) -> QuerySet[Errand]:
    """What was and is to be said about a ticket, oldest first."""
    ticket = ticket_for(actor=actor, ticket_id=ticket_id)
    rows: QuerySet[Errand] = Errand.objects.filter(ticket=ticket).order_by("pk")
    return rows
