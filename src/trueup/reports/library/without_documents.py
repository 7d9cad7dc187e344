"""Licences without documents: neither an invoice nor another proof of purchase is kept for them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.documents.queries import PROVING, documents_visible_to
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import each_licence, label_of
from trueup.reports.library.report import Report
from trueup.reports.render.table import Column, Kind, Table


def build(ask: Ask) -> Table:
    """A row for each licence without a proof that was there on the day."""
    proofs = documents_visible_to(actor=ask.actor).filter(
        Q(replaced_at=None) | Q(replaced_at__gte=ask.moment),
        Q(removed_at=None) | Q(removed_at__gte=ask.moment),
        licence=OuterRef("pk"), kind__in=PROVING, added_at__lt=ask.moment,
    )  # fmt: skip
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("licence", _("Licence"), Kind.INTEGER),
            Column("product", _("Product")),
            Column("publisher", _("Publisher")),
            Column("metric", _("Metric")),
            Column("purchased", _("Purchased"), Kind.INTEGER, metric_key="metric"),
            Column("price", _("Price"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
            Column("owner", _("Owner")),
            Column("company", _("Company")),
        ],
        rows=(
            [
                one.id, one.product, one.publisher, label_of(one.metric), one.purchased, one.price, one.currency,
                one.owner, one.company,
            ]
            for one in each_licence(ask, where=Q(~Exists(proofs)))
        ),
        filters=ask.filters,
        has_totals=True,
        nothing=_("None: every licence has a proof of purchase."),
    )  # fmt: skip


REPORT = Report(
    key="without_documents",
    title=gettext_lazy("Licences without documents"),
    answers=gettext_lazy("For which licences no invoice or other proof of purchase is kept."),
    section="tidy",
    view=Permission.LICENCES_VIEW,
    build=build,
)
