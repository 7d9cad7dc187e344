"""Reading people, scoped to the actor."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.base.searching import rank
from trueup.people.models import Person
from trueup.people.searching import NAME_WORDS


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
    found = people_visible_to(actor=actor).select_related(
        "department", "location", "region", "manager", "company"
    )
    person = (
        (found if company_id is None else found.filter(company_id=company_id)).filter(pk=person_id).first()
    )
    if person is None:
        raise NotFound(_("There is no person %(person_id)s.") % {"person_id": person_id})
    actor.require(permission, person.company_id)
    return person


def people_matching(
    *, actor: Actor, company_id: int, words: str, limit: int = 20, region_id: int | None = None
) -> list[Person]:
    """People at work by any part of name, login, e-mail or employee number, words in any order, for pick-lists.

    Best matches first, in one query; with ``region_id`` only those of that region.
    """
    found = people_visible_to(actor=actor).filter(company_id=company_id, is_active=True)
    if region_id is not None:
        found = found.filter(region_id=region_id)
    if words.strip():
        found = found.filter(NAME_WORDS.matching(words)).order_by(rank(words, "pk").desc(), "name", "id")
    else:
        found = found.order_by("name", "id")
    return list(found.select_related("department")[:limit])


def people_by_login(*, company_id: int, logins: Iterable[str]) -> dict[str, int]:
    """People of a company by what systems know them by, in lower case: e-mail address or login; no two may fit one.

    Somebody at work goes before somebody who left.
    """
    wanted = {login.casefold() for login in logins}
    if not wanted:
        return {}
    rows = Person.objects.filter(company_id=company_id).annotate(
        as_mail=Lower("email"), as_login=Lower("username")
    )
    found: dict[str, int] = {}
    rows = rows.filter(Q(as_mail__in=wanted) | Q(as_login__in=wanted)).order_by("is_active", "-pk")
    for pk, mail, login in rows.values_list("pk", "as_mail", "as_login"):
        found |= {mail: pk, login: pk}
    return {name: pk for name, pk in found.items() if name in wanted}
