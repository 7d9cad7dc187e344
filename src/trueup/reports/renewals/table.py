"""The report of what ends, as a table for files (R-104): end, notice, auto-renew, cost, owner, proposal and plan."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from trueup.base.actor import Actor
from trueup.reports.render.table import Cell, Column, Kind, Table
from trueup.reports.renewals.detail import Renewal, renewals_with
from trueup.reports.renewals.endings import Sought, endings_of, within


def expiring_table(*, actor: Actor, on: date, first: date, last: date, words: str = "") -> Table:
    """The rows of a period, both days included, by the day to decide."""
    endings = endings_of(Sought(actor, on, within(first, last), words))
    rows = renewals_with(actor=actor, on=on, endings=endings)
    filters = [(_("From"), first.isoformat()), (_("To"), last.isoformat())]
    return Table(
        title=_("Renewals"),
        columns=_columns(),
        rows=[_cells(one) for one in rows],
        filters=filters + ([(_("Search"), words)] if words else []),
    )


def _columns() -> list[Column]:
    return [
        Column("kind", _("Kind")),
        Column("id", _("Id"), Kind.INTEGER),
        Column("name", _("Licence or contract")),
        Column("company", _("Company")),
        Column("owner", _("Owner")),
        Column("decide_by", _("Decide by"), Kind.DATE),
        Column("expires_on", _("Valid to"), Kind.DATE),
        Column("renews_itself", _("Auto-renews"), Kind.FLAG),
        Column("notice_days", _("Notice, days"), Kind.INTEGER),
        Column("purchased", _("Purchased"), Kind.INTEGER),
        Column("used", _("Used"), Kind.INTEGER),
        Column("cost", _("Annual cost"), Kind.MONEY, "cost_currency"),
        Column("cost_currency", _("Annual cost: currency")),
        Column("price_change", _("Last price change, %"), Kind.DECIMAL),
        Column("proposal", _("Proposal")),
        Column("proposed_units", _("Proposed units"), Kind.INTEGER),
        Column("plan", _("Plan")),
        Column("plan_units", _("Planned units"), Kind.INTEGER),
        Column("plan_state", _("State of the plan")),
    ]


def _cells(one: Renewal) -> list[Cell]:
    ending, plan = one.ending, one.ending.plan
    return [
        ending.kind, ending.record_id, ending.name, ending.company, ending.owner, ending.decide_by, ending.expires_on,
        ending.renews_itself, ending.notice_days, ending.purchased if ending.metric and not ending.unlimited else None,
        ending.used if ending.metric else None, ending.cost, ending.currency if ending.cost is not None else "",
        one.price_change, one.proposal.kind if one.proposal else "", one.proposal.units if one.proposal else None,
        plan.kind if plan else "", plan.units if plan else None, plan.state if plan else "",
    ]  # fmt: skip
