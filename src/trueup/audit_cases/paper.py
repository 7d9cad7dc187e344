"""The findings of an audit as a document: the text as it stands and every line, as PDF or as one HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trueup.articles.drawing import article_as_html
from trueup.audit_cases.actions import AuditNotReady
from trueup.audit_cases.models import AuditCase, AuditLine, Step
from trueup.audit_cases.queries import audit_case_for
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.days import day_in_words
from trueup.reports.render.pdf import write_pdf
from trueup.reports.render.spoken import said
from trueup.reports.render.table import Cell, Column, Kind, Table, cents

NEEDED = (Permission.EXPORTS_RUN, Permission.PRICES_VIEW)
STEPS = dict(Step.choices)
PATHS = (
    "step", "name", "device_name", "version", "first_seen_on", "units", "money", "currency", "decide_by", "says", "rule",
    "settlement", "note",
)  # fmt: skip


def findings_file(*, actor: Actor, case_id: int, form: str) -> tuple[str, str, bytes]:
    """Name, type and bytes of the document, for who may see prices and export."""
    case = audit_case_for(actor=actor, case_id=case_id)
    for permission in NEEDED:
        actor.require(permission, case.company_id)
    if case.article is None:
        raise AuditNotReady(_("The findings of this audit are not written yet."))
    table = findings_table(case)
    if form == "pdf":
        return f"audit-{case.pk}.pdf", "application/pdf", write_pdf(table)
    return f"audit-{case.pk}.html", "text/html; charset=utf-8", _page(case, table).encode()


def findings_table(case: AuditCase) -> Table:
    """Every line in the order of the steps, with the findings in words before them."""
    article = case.article
    return Table(
        title=case.name,
        columns=_columns(),
        rows=_rows(case),
        filters=[(label, value) for label, value in _facts(case) if value],
        group_key="step",
        has_totals=True,
        intro=_paragraphs(article.text if article else ""),
        made_on=case.as_of,
    )


def _columns() -> list[Column]:
    return [
        Column("step", _("Step")),
        Column("name", _("Product or title")),
        Column("device", _("Device")),
        Column("version", _("Version")),
        Column("first_seen_on", _("First seen"), Kind.DATE),
        Column("units", _("Units"), Kind.DECIMAL),
        Column("money", _("Money"), Kind.MONEY, "currency"),
        Column("currency", _("Currency")),
        Column("decide_by", _("Decide by"), Kind.DATE),
        Column("says", _("Why")),
        Column("rule", _("Rule")),
        Column("settled", _("Settled")),
    ]


def _rows(case: AuditCase) -> Iterator[Sequence[Cell]]:
    order = {step: at for at, step in enumerate(Step.values)}
    rows = AuditLine.objects.filter(case=case).order_by("pk").values_list(*PATHS)
    for row in sorted(rows.iterator(2000), key=lambda one: order[one[0]]):
        step, name, device, version, seen, units, money, currency, decide_by, says, rule, settlement, note = (
            row
        )
        settled = _settled(settlement, note)
        yield [
            str(STEPS[step]), name, device, version, seen, None if units is None else cents(units),
            None if money is None else cents(money), currency, decide_by, says, rule, settled,
        ]  # fmt: skip


def _settled(settlement: str, note: str) -> str:
    words = dict(AuditLine._meta.get_field("settlement").flatchoices).get(settlement, "")  # noqa: SLF001  # Django's own name for it
    return ": ".join(filter(None, (str(words), note)))


def _facts(case: AuditCase) -> list[tuple[str, str]]:
    return [
        (_("Company"), case.company.name),
        (_("Publisher"), case.publisher.name if case.publisher else ""),
        (_("Day"), day_in_words(case.as_of)),
        (_("Hash of the evidence"), case.evidence_hash),
        (_("Closed by"), case.closed_by),
        (_("Hash of the record"), case.sha256),
    ]


def _paragraphs(text: str) -> list[str]:
    """Markdown as plain paragraphs for paper: marks of headings, lists and escapes are left out."""
    plain = text.replace("\\", "")
    return [part.lstrip("#").strip() for part in plain.split("\n\n") if part.strip("# \n")]


def _page(case: AuditCase, table: Table) -> SafeString:
    """One page that needs nothing else: text, facts, and the lines as a table."""
    article = case.article
    heads = format_html_join("", "<th>{}</th>", ((column.title,) for column in table.columns))
    rows = format_html_join(
        "\n",
        "<tr>{}</tr>",
        (
            (format_html_join("", "<td>{}</td>", ((said(cell, column),) for cell, column in zip(row, table.columns, strict=True))),)
            for row in table.rows
        ),
    )  # fmt: skip
    facts = format_html_join("", "<dt>{}</dt><dd>{}</dd>", table.filters)
    return format_html(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head><body><h1>{}</h1><dl>{}</dl>'
        "{}<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></body></html>\n",
        get_language() or "en", case.name, case.name, facts, article_as_html(article.text if article else ""), heads, rows,
    )  # fmt: skip
