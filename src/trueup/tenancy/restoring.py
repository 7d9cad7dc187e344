"""A company that comes back from its archive: its row with the facts it had, under a name that is free here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.tenancy.actions import NameTaken, free_slug
from trueup.tenancy.models import Company

KEPT = ("currency", "policy", "near_limit_percent", "is_sample", "created_at", "archived_at")


def take_company_in(*, actor: Actor, name: str, facts: Mapping[str, Any]) -> Company:
    """Make the row of a company that comes back, and nothing under it. The caller brings the rest and says so."""
    actor.require_everywhere(Permission.COMPANIES_MANAGE)
    name = name.strip()
    if not name:
        raise InvalidValue.of("name", _("A company needs a name."))
    if Company.objects.filter(name__iexact=name).exists():
        raise NameTaken(
            _("There is a company “%(name)s” already. Give the one of the archive another name.")
            % {"name": name}
        )
    made: Company = Company.objects.create(
        name=name, slug=free_slug(name), **{key: facts[key] for key in KEPT}
    )
    return made


def note_return(*, actor: Actor, company: Company, details: Mapping[str, Any], at: datetime) -> None:
    """Write down that a company came back: the first entry of this installation after those of the other one."""
    actor.require_everywhere(Permission.COMPANIES_MANAGE)
    happening = Happening("tenancy.company_restored", "company", company.pk, company.name, details)
    record(actor=actor, company_id=company.pk, at=at, happening=happening)
