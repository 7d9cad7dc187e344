"""The licences that one person or device holds units of, for their own pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from trueup.assignments.holding import holder_of, name_of, who_of
from trueup.assignments.queries import assignments_ever, assignments_visible_to
from trueup.base.access import Permission
from trueup.licences.metrics import noun
from trueup.licences.queries import licences_visible_to
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Table
from trueup.web.licences.look import state_badge

if TYPE_CHECKING:
    from trueup.assignments.models import Assignment
    from trueup.base.actor import Actor
    from trueup.licences.models import Licence

SHOWN_BEFORE = 50
TOLD = frozenset({"near", "full", "over", "expired", "retired"})
"""The states of a licence that whoever looks at a holder should know of."""


def held_table(
    *,
    actor: Actor,
    company_id: int,
    on: date,
    person_id: int | None = None,
    device_id: int | None = None,
) -> Table:
    """One row a licence held, with since when and by whom, and how full it is; releasing where the actor may."""
    narrow = {"person_id": person_id} if person_id is not None else {"device_id": device_id}
    may_release = actor.may(Permission.ASSIGNMENTS_CHANGE, company_id)
    found = (
        assignments_visible_to(actor=actor)
        .filter(**narrow)
        .select_related("licence__product__publisher", "licence__edition")
    )
    held = list(found.order_by("licence__product__name", "pk"))
    states = _states(actor, held, on)
    columns = [
        Column("licence", _("Licence"), "who"),
        Column("state", _("State"), "badge", missing=""),
        Column("units", _("Units"), "number"),
        Column("since", _("Assigned"), "day"),
        Column("by", _("By"), low=True),
        *([Column("acts", _("Actions"), "actions", hidden_label=True)] if may_release else []),
    ]
    rows = [
        {
            "id": one.pk,
            "licence": {
                "name": one.licence.product.name,
                "meta": one.licence.edition.name
                if one.licence.edition
                else one.licence.product.publisher.name,
                "url": address_of("licence", one.licence_id),
                "of": one.licence.product.publisher.name,
            },
            "state": state_badge(states[one.licence_id]) if states[one.licence_id] in TOLD else None,
            "units": {"value": one.units, "unit": noun(one.licence.metric, one.units)},
            "since": one.assigned_at.date(),
            "by": one.assigned_by,
            "acts": [{"label": _("Release"), "url": reverse("release", args=[one.pk])}],
        }
        for one in held
    ]
    return Table(_("Licences held"), columns, rows=rows, id="held")


def _states(actor: Actor, held: Iterable[Assignment], on: date) -> dict[int, str]:
    """How each licence stands between purchased and used, in one query (R-066, R-111)."""
    visible = licences_visible_to(actor=actor, on=on).filter(pk__in={one.licence_id for one in held})
    return dict(visible.order_by().values_list("pk", "state"))


def held_before(*, actor: Actor, person_id: int | None = None, device_id: int | None = None) -> Table:
    """What was held once: each with its days, who ended it and why, latest first (R-070, R-113)."""
    narrow = {"person_id": person_id} if person_id is not None else {"device_id": device_id}
    found = assignments_ever(actor=actor).filter(**narrow, released_at__isnull=False)
    columns = [
        Column("licence", _("Licence")),
        Column("units", _("Units"), "number"),
        Column("since", _("Assigned"), "day", low=True),
        Column("until", _("Released"), "day"),
        Column("by", _("By"), low=True),
        Column("reason", _("Reason"), low=True, missing=_("none given")),
    ]
    rows = [
        {
            "id": one.pk,
            "licence": {"text": one.licence.product.name, "url": address_of("licence", one.licence_id)},
            "units": {"value": one.units, "unit": noun(one.licence.metric, one.units)},
            "since": one.assigned_at.date(),
            "until": one.released_at.date() if one.released_at else None,
            "by": one.released_by,
            "reason": one.release_reason or None,
        }
        for one in found.select_related("licence__product").order_by("-released_at", "-pk")[:SHOWN_BEFORE]
    ]
    return Table(_("Held before"), columns, rows=rows, id="before")


def held_before_of(ended: Iterable[Assignment], licence: Licence) -> Table:
    """Who held units of a licence once: from when to when, given and taken back by whom and why (R-002)."""
    columns = [
        Column("holder", _("Holder")),
        Column("units", _("Units"), "number"),
        Column("since", _("Assigned"), "day"),
        Column("given_by", _("By"), low=True),
        Column("until", _("Released"), "day"),
        Column("by", _("Released by"), low=True),
        Column("reason", _("Reason"), low=True, missing=_("none given")),
    ]
    rows = []
    for one in ended:
        kind, number = who_of(one)
        place = kind in {"location", "department"}
        rows.append(
            {
                "id": one.pk,
                "holder": {
                    "text": name_of(holder_of(one)),
                    "url": "" if place else address_of(kind, number),
                },
                "units": {"value": one.units, "unit": noun(licence.metric, one.units)},
                "since": one.assigned_at.date(),
                "given_by": one.assigned_by,
                "until": one.released_at.date() if one.released_at else None,
                "by": one.released_by,
                "reason": one.release_reason or None,
            }
        )
    return Table(_("Held before"), columns, rows=rows, id="before")
