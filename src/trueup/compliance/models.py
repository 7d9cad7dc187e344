"""Tables of counting runs, positions and findings."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.catalogue.models import Edition, Product
from trueup.compliance.cover_tables import PositionCover  # noqa: F401  # its tables are this room's too
from trueup.compliance.finding_tables import Finding  # noqa: F401  # its tables are this room's too
from trueup.tenancy.models import Company, Record

UNITS: dict[str, Any] = {"max_digits": 30, "decimal_places": 6}
MONEY: dict[str, Any] = {"max_digits": 20, "decimal_places": 4}


class RunState(models.TextChoices):
    """How far a run has come."""

    QUEUED = "queued", gettext_lazy("Waiting")
    RUNNING = "running", gettext_lazy("Running")
    DONE = "done", gettext_lazy("Done")
    FAILED = "failed", gettext_lazy("Failed")


class RunQuerySet(models.QuerySet["Run"]):
    """Runs an actor may see: those of their companies, and those over all companies that touch one of theirs."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.RUNS_VIEW) -> Self:
        ids = actor.companies(permission)
        return self if ids is None else self.filter(Q(company_id__in=ids) | Q(company_ids__overlap=list(ids)))


class Run(models.Model):
    """One counting, of a company or (``company`` empty) of all, over the facts of the day ``as_of``."""

    company = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="+")
    company_ids = ArrayField(models.BigIntegerField(), default=list)
    as_of = models.DateField()
    state = models.CharField(max_length=7, choices=RunState.choices, default=RunState.QUEUED)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    manifest_hash = models.CharField(max_length=64, blank=True)
    facts_hash = models.CharField(max_length=64, blank=True)
    terms_version = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=40, blank=True)
    result_hash = models.CharField(max_length=64, blank=True)
    trouble = models.TextField(blank=True)

    objects: ClassVar[Any] = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(manifest_hash="") & ~Q(result_hash="")),
                name="done_runs_have_proof",
            )
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="queued"), name="run_waiting"),
            models.Index(fields=["-finished_at"], name="run_by_end"),
        ]


class Outcome(Record):
    """What one run found for one company. ``is_latest`` marks the one that pages show unless asked for another day."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    is_latest = models.BooleanField(default=False)
    positions = models.PositiveIntegerField(default=0)
    by_state = models.JSONField(default=dict)
    exposure = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "company"], name="outcome_once_per_run"),
            models.UniqueConstraint(
                fields=["company"], condition=Q(is_latest=True), name="one_latest_outcome"
            ),
        ]
        indexes = [models.Index(fields=["company", "-as_of"], name="outcome_by_day")]


class PositionState(models.TextChoices):
    """The five states of a position."""

    SHORT = "short", gettext_lazy("Short")
    AT_LIMIT = "at_limit", gettext_lazy("At limit")
    COVERED = "covered", gettext_lazy("Covered")
    SURPLUS = "surplus", gettext_lazy("Surplus")
    NOT_ASSESSED = "not_assessed", gettext_lazy("Not assessed")


class Position(Record):
    """Entitled against required for one product, edition and metric, with the working in order.

    ``required_high`` empty with ``required_low`` known is unbounded; ``required_point`` is empty inside a range.
    All required fields empty: no need could be found, and ``reason`` says why. ``question`` is the row of the
    frozen facts that the position answers.

    ``lent`` units cover needs of other positions, ``borrowed`` ones are those of others that cover this need;
    ``unfit`` ones are free, but reach none of the versions that are short; ``exempt`` subjects need no unit by a right.
    ``choice`` says in which order rights were used, what that costs, and what another order would. ``remedies`` are what can
    be done about it, by money; a remedy names another company only by its number: not everybody may know its name.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="+")
    question = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=PositionState.choices)
    entitled = models.DecimalField(**UNITS)
    unlimited = models.BooleanField(default=False)
    required_low = models.DecimalField(null=True, **UNITS)
    required_point = models.DecimalField(null=True, **UNITS)
    required_high = models.DecimalField(null=True, **UNITS)
    covered = models.DecimalField(null=True, **UNITS)
    short = models.DecimalField(null=True, **UNITS)
    spare = models.DecimalField(null=True, **UNITS)
    lent = models.DecimalField(default=0, db_default=0, **UNITS)
    borrowed = models.DecimalField(default=0, db_default=0, **UNITS)
    unfit = models.DecimalField(default=0, db_default=0, **UNITS)
    exempt = models.DecimalField(default=0, db_default=0, **UNITS)
    unit_price = models.DecimalField(null=True, **MONEY)
    currency = models.CharField(max_length=3, blank=True)
    exposure = models.DecimalField(null=True, **MONEY)
    licences = models.PositiveIntegerField(default=0)
    subjects = models.PositiveIntegerField(default=0)
    installations = models.PositiveBigIntegerField(default=0)
    unknown_subjects = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True)
    causes = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    working = models.JSONField(default=list)
    parameters = models.JSONField(default=list)
    choice = models.JSONField(default=dict)
    remedies = models.JSONField(default=list, db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "question"], name="position_once_per_question"),
            models.CheckConstraint(
                condition=Q(short__isnull=True) | Q(spare__isnull=True) | Q(short=0) | Q(spare=0),
                name="short_or_spare_never_both",
            ),
            models.CheckConstraint(
                condition=~Q(state="short") | Q(short__gt=0), name="short_positions_lack_units"
            ),
            models.CheckConstraint(
                condition=~Q(state="not_assessed") | ~Q(reason=""), name="not_assessed_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["company", "product"], name="position_by_product")]


class PositionShape(Record):
    """Like subjects behind a position: how many, what each needs, and the working of one of them."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="+")
    family = models.CharField(max_length=20)
    key = models.TextField()
    label = models.TextField()
    subjects = models.PositiveIntegerField()
    installations = models.PositiveBigIntegerField()
    each_low = models.DecimalField(null=True, **UNITS)
    each_high = models.DecimalField(null=True, **UNITS)
    required_low = models.DecimalField(null=True, **UNITS)
    required_high = models.DecimalField(null=True, **UNITS)
    causes = models.JSONField(default=list)
    working = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["position", "family", "key"], name="shape_once_per_position")
        ]
