"""The list of articles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.articles.queries import articles_visible_to
from trueup.articles.searching import ARTICLE_WORDS
from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register

STATES = (("open", _("Open")), ("closed", _("Closed")), ("archived", _("Archived")))
KINDS = (("", _("Article")), ("findings", _("Findings")))

ARTICLES = Register(
    name="articles",
    title=_("Articles"),
    view=Permission.ARTICLES_VIEW,
    rows=articles_visible_to,
    order="title",
    words=ARTICLE_WORDS,
    extra=("company_id",),
    columns=(
        Column("title", _("Title")),
        Column("kind", _("Kind"), Kind.CHOICE, choices=KINDS, groups=True),
        Column("state", _("State"), Kind.CHOICE, choices=STATES, groups=True),
        Column("tags", _("Tags"), Kind.TAGS, sortable=False),
        Column(
            "company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", groups=True
        ),
        Column("version", _("Version"), Kind.NUMBER, low=True),
        Column("changed_at", _("Changed"), Kind.MOMENT, low=True),
        Column("changed_by", _("Changed by"), shown=False),
        Column("created_at", _("Created"), Kind.MOMENT, shown=False),
        Column("closed_at", _("Closed on"), Kind.MOMENT, shown=False),
        Column("sha256", _("SHA-256"), Kind.MONO, shown=False),
    ),
)
