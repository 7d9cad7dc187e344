"""Making a rule of a decision, and taking it back; the titles it is about are judged again at once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict
from trueup.catalogue.queries import product_for
from trueup.inventory.actions.recognising import judge_again
from trueup.inventory.actions.recording import queue_up
from trueup.inventory.company_rules import about, title_rule_for, titles_about
from trueup.inventory.models import Title, TitleRule
from trueup.inventory.queries import title_for


class TitleRuleExists(Conflict):
    """The company has a rule about titles of this name and publisher already."""


def make_title_rule(
    *, actor: Actor, title_id: int, product_id: int | None, at: datetime, reason: str = ""
) -> tuple[TitleRule, int]:
    """Say what every title of this name and publisher is, now and later; the rule, and how many titles came to differ.

    Without a product: that nobody licenses them. What a person decided of single titles stays.
    """
    title = title_for(actor=actor, title_id=title_id, permission=Permission.RECOGNITION_DECIDE)
    what = about(name=title.name, publisher=title.publisher)
    product = (
        product_for(actor=actor, product_id=product_id, company_id=title.company_id) if product_id else None
    )
    try:
        with transaction.atomic():
            queue_up(title.company_id)
            rule: TitleRule = TitleRule.objects.create(
                company_id=title.company_id, name=title.name, publisher=title.publisher, name_key=what.name_key,
                publisher_key=what.publisher_key, product=product, reason=reason.strip(), made_by=actor.name[:200],
                made_at=at,
            )  # fmt: skip
            changed = _judged(rule)
            details = {"product": product.pk if product else None, "reason": reason, "changed": changed}
            happening = Happening("inventory.title_rule_made", "title_rule", rule.pk, rule.name, details)
            record(actor=actor, company_id=rule.company_id, at=at, happening=happening)
    except IntegrityError as taken:
        raise TitleRuleExists(
            _("There is a rule about “%(name)s” already. Revoke it first.") % {"name": title.name}
        ) from taken
    return rule, changed


def revoke_title_rule(*, actor: Actor, rule_id: int, at: datetime) -> int:
    """Take a rule back: what it was about is judged by the library again; how many titles came to differ."""
    rule = title_rule_for(actor=actor, rule_id=rule_id)
    actor.require(Permission.RECOGNITION_DECIDE, rule.company_id)
    with transaction.atomic():
        queue_up(rule.company_id)
        if not TitleRule.objects.filter(pk=rule.pk, revoked_at=None).update(
            revoked_at=at, revoked_by=actor.name[:200]
        ):
            return 0
        changed = _judged(rule)
        happening = Happening(
            "inventory.title_rule_revoked", "title_rule", rule.pk, rule.name, {"changed": changed}
        )
        record(actor=actor, company_id=rule.company_id, at=at, happening=happening)
    return changed


def _judged(rule: TitleRule) -> int:
    what = about(name=rule.name, publisher=rule.publisher)
    ids = titles_about(company_id=rule.company_id, what=what, word=rule.name)
    return judge_again(
        list(Title.objects.select_for_update().filter(pk__in=ids, decided_at=None).order_by("pk"))
    )
