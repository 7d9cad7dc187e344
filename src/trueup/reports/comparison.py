"""The comparison of two runs as a table to take away: a row for each cause, under its position."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.compliance.comparing import subjects_named
from trueup.reports.library.facts import label_of
from trueup.reports.library.position import plain
from trueup.reports.render.table import Cell, Column, Kind, Table

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.compliance.comparing import Cause, Comparison, Difference

KINDS = {
    "purchase": gettext_lazy("Purchase line"),
    "subject": gettext_lazy("Device or person"),
    "term": gettext_lazy("Term"),
    "right": gettext_lazy("Right of use"),
    "price": gettext_lazy("Price of a unit"),
    "rest": gettext_lazy("Minimums, rounding and rights over all"),
}
RIGHTS = {
    "lent": gettext_lazy("Units that cover other positions"),
    "borrowed": gettext_lazy("Covered by licences of other positions"),
    "unfit": gettext_lazy("Free, but of no use here"),
    "exempt": gettext_lazy("Needs no unit"),
}


def comparison_table(*, actor: Actor, comparison: Comparison) -> Table:
    """Every difference with both its figures and each of its causes."""
    earlier, later = comparison.earlier, comparison.later
    return Table(
        title=_("Changes from run %(earlier)s to run %(later)s") % {"earlier": earlier.pk, "later": later.pk},
        columns=[
            Column("company", _("Company")),
            Column("product", _("Product")),
            Column("metric", _("Metric")),
            Column("entitled_then", _("Entitled then"), Kind.DECIMAL),
            Column("entitled_now", _("Entitled now"), Kind.DECIMAL),
            Column("required_then", _("Required then"), Kind.DECIMAL),
            Column("required_now", _("Required now"), Kind.DECIMAL),
            Column("cause", _("Cause")),
            Column("what", _("What")),
            Column("was", _("Was")),
            Column("now", _("Is")),
            Column("units", _("Units"), Kind.DECIMAL),
        ],
        rows=_rows(actor, comparison),
        filters=[(_("Facts of"), f"{earlier.as_of.isoformat()}, {later.as_of.isoformat()}")],
        nothing=_("None: both runs found the same."),
    )


def _rows(actor: Actor, comparison: Comparison) -> Iterator[list[Cell]]:
    names = subjects_named(actor=actor, comparison=comparison)
    for one in comparison.differences:
        sees_prices = actor.may(Permission.PRICES_VIEW, one.position.company_id)
        head = _head(one)
        for cause in one.causes:
            if cause.kind != "price" or sees_prices:
                what = what_of(cause, names)
                yield [*head, str(KINDS[cause.kind]), what, cause.was, cause.now, plain(cause.units)]
        if not one.causes:
            yield [*head, "", "", "", "", None]


def _head(one: Difference) -> list[Cell]:
    position = one.position
    figures: list[Cell] = [
        plain(getattr(side, name)) if side else None
        for name in ("entitled", "required_low")
        for side in (one.earlier, one.later)
    ]
    name = f"{position.product.name} {position.edition.name if position.edition else ''}".strip()
    return [position.company.name, name, label_of(position.metric), *figures]


def what_of(cause: Cause, names: dict[tuple[str, int], str]) -> str:
    """What a cause is about, in words."""
    if cause.kind == "subject" and cause.record_id is not None:
        return names.get((cause.record_kind, cause.record_id), _("no longer known"))
    if cause.kind == "right":
        return str(RIGHTS[cause.label])
    return cause.label
