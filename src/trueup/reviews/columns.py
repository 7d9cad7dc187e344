"""The columns of the lists of reviews and of their rows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.reviews.models import Decision, ReviewKind, Section
from trueup.reviews.queries import SEEN, review_rows_visible_to, reviews_visible_to

COMPANY = Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True)
REVIEWS = Register(
    name="reviews",
    title=_("Reviews"),
    view=SEEN,
    rows=reviews_visible_to,
    order="-opened_at",
    search=("name",),
    extra=("company_id",),
    columns=(
        Column("name", _("Review")),
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(ReviewKind.choices)),
        Column("opened_at", _("Opened"), Kind.MOMENT, low=True),
        Column("due_on", _("Due"), Kind.DAY),
        Column("approved_by", _("Releases approved by"), low=True),
        Column("closed_at", _("Closed"), Kind.MOMENT),
        Column("closed_by", _("Closed by"), low=True),
        Column("sha256", _("Hash"), Kind.MONO, shown=False, sortable=False),
        COMPANY,
    ),
)
REVIEW_ROWS = Register(
    name="review-rows",
    title=_("Rows of reviews"),
    view=SEEN,
    rows=review_rows_visible_to,
    order="id",
    search=("product", "holder"),
    extra=("company_id", "licence_id", "review_id", "decided_at", "released_at"),
    columns=(
        Column("holder", _("Holder")),
        Column("product", _("Product")),
        Column("units", _("Units"), Kind.NUMBER),
        Column("says", _("Why it is here"), sortable=False, filterable=False),
        Column("used_on", _("Last seen in use"), Kind.DAY, low=True),
        Column("usage_source", _("Source"), low=True, sortable=False),
        Column(
            "money",
            _("Estimated cost"),
            Kind.MONEY,
            currency_path="currency",
            permission=Permission.PRICES_VIEW,
        ),
        Column("reviewer_name", _("Decided by whom"), low=True, shown=False),
        Column("proposal", _("Proposed"), Kind.CHOICE, choices=tuple(Decision.choices)),
        Column("decision", _("Decision"), Kind.CHOICE, choices=tuple(Decision.choices), groups=True),
        Column("decided_by", _("Decided by"), low=True),
        Column("note", _("Note"), low=True, sortable=False),
        Column(
            "section", _("Section"), Kind.CHOICE, choices=tuple(Section.choices), shown=False, groups=True
        ),
        Column("review", _("Review"), Kind.NUMBER, "review_id", shown=False),
        COMPANY,
    ),
)
