"""Rows that belong to companies, as an actor may see them: the one filter every company-owned table is read through."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from trueup.base.access import Permission
from trueup.base.actor import Actor


class RecordQuerySet(models.QuerySet[Any]):
    """Rows with a ``company_id``. Where it may be null, the row concerns the whole installation."""

    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Only rows of companies in which the actor holds the permission.

        Rows of no company are there only for whoever holds it over all companies.
        """
        ids = actor.companies(permission)
        return self if ids is None else self.filter(company_id__in=ids)
