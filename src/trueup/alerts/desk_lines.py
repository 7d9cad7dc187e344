"""What tickets at a company's desk say: one for each kind it asks for, with a line for everything that holds (C-039, C-043).

Kinds are those of alerts, and those of findings, whose lines carry what closing them costs and whose they are (C-040). What is
short is a finding: it is known with its money.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from trueup.alerts.conditions import Condition
from trueup.alerts.models import AlertKind
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.compliance.finding_tables import FindingKind
from trueup.compliance.queries import findings_of_kinds
from trueup.tickets.actions import Line, tell_desk
from trueup.tickets.models import Desk
from trueup.tickets.queries import desk_of

OF_ALERTS: dict[str, Any] = {kind: label for kind, label in AlertKind.choices if kind != AlertKind.SHORT}
OF_FINDINGS: dict[str, Any] = {kind: label for kind, label in FindingKind.choices if kind not in OF_ALERTS}
ABOUT: dict[str, Any] = OF_ALERTS | OF_FINDINGS
"""Everything a desk can be told about, with its label."""


def checked_about(given: Collection[str]) -> list[str]:
    """The kinds, or a refusal that lists the known ones."""
    for kind in given:
        if kind not in ABOUT:
            words = _("“%(kind)s” is nothing a desk is told about. Known: %(known)s.")
            raise InvalidValue.of("about", words % {"kind": kind, "known": ", ".join(ABOUT)})
    return sorted(set(given))


def goes_to_desk(desk: Desk | None, condition: Condition) -> bool:
    """Whether a condition stands in a ticket: of a kind that is asked for, and what ends only near its end."""
    if desk is None or condition.kind not in desk.about:
        return False
    return condition.kind != AlertKind.ENDS or any(lead <= desk.lead_days for lead in condition.leads)


def tell_company_desk(
    *, actor: Actor, company_id: int, conditions: Sequence[Condition], on: date, at: datetime
) -> Desk | None:
    """Bring the tickets of a company up to what holds now, in the transaction of the round; its desk, if it has one."""
    desk = desk_of(company_id=company_id)
    if desk is None:
        return None
    here = actor.narrowed_to(company_id)
    for about in desk.about:
        lines = (
            _of_conditions(desk, about, conditions) if about in OF_ALERTS else _of_findings(here, about, on)
        )
        tell_desk(desk=desk, about=about, title=str(ABOUT.get(about, about)), lines=list(lines), at=at)
    return desk


def _of_conditions(desk: Desk, about: str, conditions: Sequence[Condition]) -> Iterator[Line]:
    for one in conditions:
        if one.kind == about and goes_to_desk(desk, one):
            yield Line(one.says, one.owner)


def _of_findings(actor: Actor, about: str, on: date) -> Iterator[Line]:
    """Open ones that do not rest, dearest first."""
    found = findings_of_kinds(actor=actor, kinds=[about], on=on).select_related("owner")
    for one in found:
        cost = "" if one.money is None else f"{one.money:.2f} {one.currency}".strip()
        name = f"{one.product.name} {one.edition.name if one.edition is not None else ''}".strip()
        yield Line(f"{name}: {one.says}", one.owner.name if one.owner is not None else "", cost)
