"""Reading people, scoped to the actor."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.people.models import Person


def people_visible_to(*, actor: Actor, permission: Permission = Permission.PEOPLE_VIEW) -> QuerySet[Person]:
    """People of the companies in which the actor has the permission."""
    found: QuerySet[Person] = Person.objects.visible_to(actor, permission)
    return found


def person_for(
    *,
    actor: Actor,
    person_id: int,
    company_id: int | None = None,
    permission: Permission = Permission.PEOPLE_VIEW,
) -> Person:
    """One person; with ``company_id`` only if that is their company."""
    found = people_visible_to(actor=actor).select_related("department", "region", "manager", "company")
    person = (
        (found if company_id is None else found.filter(company_id=company_id)).filter(pk=person_id).first()
    )
    if person is None:
        raise NotFound(f"There is no person {person_id}.")
    actor.require(permission, person.company_id)
    return person


def people_matching(*, actor: Actor, company_id: int, words: str, limit: int = 20) -> list[Person]:
    """People by any part of name, login, e-mail or employee number, words in any order, for pick-lists."""
    found = people_visible_to(actor=actor).filter(company_id=company_id, is_active=True)
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
            | Q(employee_number__istartswith=word)
        )
    return list(found.select_related("department").order_by("name", "id")[:limit])
