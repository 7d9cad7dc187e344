"""The columns of the lists of positions and runs; those of findings stand beside."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from licensing.register import metrics
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.registers import Column, Kind, Register
from trueup.compliance.finding_columns import FINDINGS, MUTES, OVER_LICENSED, UNDER_LICENSED
from trueup.compliance.models import PositionState, RunState
from trueup.compliance.queries import positions_visible_to, runs_visible_to

__all__ = ["FINDINGS", "MUTES", "OVER_LICENSED", "POSITIONS", "RUNS", "UNDER_LICENSED"]

RANKS = tuple(When(state=state, then=Value(rank)) for rank, state in enumerate(PositionState.values))


def _rows(*, actor: Actor, on: date | None = None, run_id: int | None = None) -> QuerySet[Any]:
    """Positions with the order of their state and what is spare or lacking as one signed number."""
    return positions_visible_to(actor=actor, on=on, run_id=run_id).annotate(
        rank=Case(*RANKS, default=Value(9), output_field=IntegerField()),
        gap=F("spare") - F("short"),
    )


POSITIONS = Register(
    name="positions",
    title=_("Positions"),
    view=Permission.RUNS_VIEW,
    rows=_rows,
    order="rank",
    search=("product__name", "product__publisher__name", "edition__name"),
    extra=(
        "company_id",
        "product__publisher__name",
        "edition__name",
        "required_low",
        "required_high",
        "unlimited",
        "reason",
        "unknown_subjects",
        "subjects",
    ),
    columns=(
        Column(
            "product", _("Product"), Kind.REFERENCE, "product__name", "product_id", "product", groups=True
        ),
        Column(
            "metric",
            _("Metric"),
            Kind.CHOICE,
            low=True,
            choices=tuple((m.name, _(m.label)) for m in metrics()),
            groups=True,
        ),
        Column("entitled", _("Entitled"), Kind.NUMBER, low=True, unit_path="metric"),
        Column("required", _("Required"), Kind.NUMBER, "required_point", low=True, unit_path="metric"),
        Column("gap", _("Position"), Kind.NUMBER),
        Column("state", _("State"), Kind.CHOICE, choices=tuple(PositionState.choices), groups=True),
        Column(
            "exposure",
            _("Exposure"),
            Kind.MONEY,
            currency_path="currency",
            low=True,
            permission=Permission.PRICES_VIEW,
        ),
        Column("installations", _("Installations"), Kind.NUMBER, low=True),
        Column("licences", _("Licences"), Kind.NUMBER, shown=False),
        Column("rank", _("Order of states"), Kind.NUMBER, shown=False, filterable=False),
        Column(
            "company",
            _("Company"),
            Kind.REFERENCE,
            "company__name",
            "company_id",
            "company",
            low=True,
            groups=True,
        ),
    ),
)

RUNS = Register(
    name="runs",
    title=_("Counting runs"),
    view=Permission.RUNS_VIEW,
    rows=runs_visible_to,
    order="-asked_at",
    search=("asked_by", "company__name"),
    extra=("company_id", "trouble"),
    columns=(
        Column("as_of", _("Facts of"), Kind.DAY),
        Column("state", _("State"), Kind.CHOICE, choices=tuple(RunState.choices), groups=True),
        Column("asked_at", _("Asked"), Kind.MOMENT),
        Column("asked_by", _("By"), low=True),
        Column("finished_at", _("Finished"), Kind.MOMENT, low=True),
        Column("terms_version", _("Terms"), Kind.MONO, shown=False),
        Column("result_hash", _("Result"), Kind.MONO, shown=False),
        Column(
            "company",
            _("Company"),
            Kind.REFERENCE,
            "company__name",
            "company_id",
            "company",
            low=True,
            groups=True,
        ),
    ),
)
