"""Reading the rules a company made of its own decisions, and which titles each one is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from recognition import normalise_publisher, normalise_title
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.inventory.models import Title, TitleRule
from trueup.inventory.queries import title_for, titles_visible_to

RULE_NAME = "company."
"""A title that such a rule judged names it so, with the rule's id behind the point."""


@dataclass(frozen=True, slots=True)
class About:
    """Which titles a rule is about: those of one name and one publisher, as the library normalises them."""

    name_key: str
    publisher_key: str


def about(*, name: str, publisher: str) -> About:
    """What a title and all its other versions, languages and architectures have in common."""
    return About(normalise_title(name, None).key, normalise_publisher(publisher))


def title_rules_visible_to(*, actor: Actor) -> QuerySet[TitleRule]:
    """Rules in force, latest first."""
    found: QuerySet[TitleRule] = TitleRule.objects.visible_to(actor, Permission.INVENTORY_VIEW)
    return found.filter(revoked_at=None).select_related("product", "company").order_by("-made_at", "-id")


def title_rule_for(*, actor: Actor, rule_id: int) -> TitleRule:
    """One rule in force."""
    found = title_rules_visible_to(actor=actor).filter(pk=rule_id).first()
    if found is None:
        raise NotFound(_("There is no rule %(rule_id)s in force.") % {"rule_id": rule_id})
    return found


def rules_by_what_they_are_about(*, company_ids: Iterable[int]) -> dict[tuple[int, About], TitleRule]:
    """Rules in force of some companies, to judge titles by."""
    rules = TitleRule.objects.filter(company_id__in=set(company_ids), revoked_at=None)
    return {(rule.company_id, About(rule.name_key, rule.publisher_key)): rule for rule in rules}


def titles_like(*, actor: Actor, title_id: int) -> list[Title]:
    """The titles a rule made of this one would be about, itself among them, and that nobody decided one by one."""
    title = title_for(actor=actor, title_id=title_id)
    fitting = titles_about(
        company_id=title.company_id, what=about(name=title.name, publisher=title.publisher), word=title.name
    )
    found = titles_visible_to(actor=actor).filter(pk__in=fitting)
    return list(found.filter(Q(decided_at=None) | Q(pk=title.pk)))


def titles_about(*, company_id: int, what: About, word: str) -> list[int]:
    """Ids of a company's titles of one name and publisher.

    The database narrows by the first word, which no normalising takes away; the rest is compared as rules compare it.
    """
    first = normalise_title(word, None).name.split(" ", 1)[0]
    rows = Title.objects.filter(company_id=company_id, name__icontains=first)
    return [
        pk
        for pk, name, publisher in rows.values_list("pk", "name", "publisher")
        if about(name=name, publisher=publisher) == what
    ]
