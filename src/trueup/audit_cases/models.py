"""The tables of audit cases, their lines and the plans by which they are opened."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.articles.models import Article
from trueup.catalogue.models import Product, Publisher
from trueup.compliance.models import Run
from trueup.devices.models import Device
from trueup.jobs.models import Job
from trueup.licences.models import Licence
from trueup.tenancy.models import Record, User

MONEY: dict[str, Any] = {"max_digits": 20, "decimal_places": 4}


class Step(models.TextChoices):
    """Which of the questions of an audit a line answers."""

    POSITION = "position", _("Position")
    UNCOVERED = "uncovered", _("Installed without assignment or cover")
    OVER = "over", _("Held beyond what is owned")
    UNDEPLOYED = "undeployed", _("Purchased, not deployed")
    UNMATCHED = "unmatched", _("Titles nobody recognised")


class Settlement(models.TextChoices):
    """What was decided about a line."""

    ASSIGN = "assign", _("Unit assigned")
    BUY = "buy", _("To be bought")
    REMOVE = "remove", _("To be uninstalled")
    ACCEPT = "accept", _("Accepted with a reason")


class AuditCase(Record):
    """A software audit on one day. ``evidence_hash`` is of the run's proof and the lines as they were found, ``article`` holds
    the findings in words, ``sha256`` is of all of it once it is closed.
    """

    name = models.CharField(max_length=150)
    publisher = models.ForeignKey(Publisher, null=True, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    evidence_hash = models.CharField(max_length=64, blank=True)
    article = models.ForeignKey(Article, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | (~Q(sha256="") & Q(article__isnull=False)),
                name="closed_case_has_its_document",
            )
        ]
        indexes = [models.Index(fields=["company", "-as_of"], name="audit_case_by_day")]


class AuditLine(Record):
    """One thing an audit found, as it was on its day; and what was decided about it."""

    case = models.ForeignKey(AuditCase, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=Step.choices)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=300)
    device_name = models.CharField(max_length=300, blank=True)
    version = models.CharField(max_length=200, blank=True)
    first_seen_on = models.DateField(null=True)
    units = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    money = models.DecimalField(null=True, **MONEY)
    currency = models.CharField(max_length=3, blank=True)
    decide_by = models.DateField(null=True)
    rule = models.CharField(max_length=300, blank=True)
    says = models.TextField(blank=True)
    settlement = models.CharField(max_length=6, choices=Settlement.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    settled_by = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "step", "id"], name="audit_line_by_step")]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(settlement=""), name="settled_line_says_how"
            )
        ]


class AuditPlan(Record):
    """By which a company's audit opens again and again, with the rights of whoever made the plan."""

    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cadence = models.CharField(max_length=9)
    next_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company"], name="one_audit_plan_a_company")]
