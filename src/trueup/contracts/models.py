"""Tables of contracts, the devices they cover, and calendar feeds."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from trueup.devices.models import Device
from trueup.people.models import Person
from trueup.tenancy.models import Record, User


class ContractKind(models.TextChoices):
    """What was agreed."""

    AGREEMENT = "agreement", _("Agreement")
    ENTERPRISE = "enterprise", _("Enterprise agreement")
    SUPPORT = "support", _("Support")


class Contract(Record):
    """What was agreed with a supplier, from a day until (not including) another; without the latter it has no end.

    ``price`` is what the contract itself costs for its term, beside the purchase lines made under it.
    """

    number = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=ContractKind.choices, default=ContractKind.AGREEMENT)
    supplier = models.CharField(max_length=200, blank=True)
    parties = models.CharField(max_length=500, blank=True)
    covers_children = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    renews_itself = models.BooleanField(default=False)
    notice_days = models.PositiveIntegerField(null=True, blank=True)
    price_cap_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    true_up_on = models.DateField(null=True, blank=True)
    baseline_units = models.PositiveBigIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    service_level = models.TextField(blank=True)
    portal_url = models.URLField(max_length=500, blank=True)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    remarks = models.TextField(blank=True)
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="contract_of_company"),
            models.UniqueConstraint(
                fields=["company", "number", "valid_from"],
                condition=~Q(number="") & Q(retired_at=None),
                name="contract_number_once_a_term",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="contract_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(price_cap_percent__isnull=True) | Q(price_cap_percent__gte=0),
                name="price_cap_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="contract_price_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | ~Q(currency=""), name="contract_price_has_a_currency"
            ),
        ]
        indexes = [models.Index(fields=["company", "valid_until"], name="contract_by_end")]


class ContractDevice(Record):
    """A device that a contract covers; the link is taken off when it no longer does."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "device"], name="device_once_a_contract"),
        ]
        indexes = [models.Index(fields=["device"], name="contract_by_device")]


class CalendarFeed(models.Model):
    """The secret address of one person's calendar: shown once, kept as a hash, ends by itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
