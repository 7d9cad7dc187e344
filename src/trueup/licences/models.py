"""Tables of licences, purchase lines and the movements of units."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from trueup.catalogue.models import Edition, Product, Version
from trueup.people.models import Person
from trueup.tenancy.models import CostCentre, Policy, Record, Region
from trueup.vault.models import Secret


class OnRelease(models.TextChoices):
    """What becomes of a seat's key when the seat is given back."""

    GIVE_BACK = "return", "Back to the pool"
    BURN = "burn", "Burnt: never given out again"


class Licence(Record):
    """A pool of units of one product under one metric. ``granted`` holds for the day ``balanced_on``."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=5, choices=Policy.choices, default=Policy.BLOCK)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    inventory_number = models.CharField(max_length=100, blank=True)
    remarks = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    granted = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0)
    excess = models.PositiveBigIntegerField(default=0)
    is_unlimited = models.BooleanField(default=False)
    has_no_key = models.BooleanField(default=False)
    keys_on_release = models.CharField(max_length=6, choices=OnRelease.choices, default=OnRelease.GIVE_BACK)
    balanced_on = models.DateField()
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="licence_of_company"),
            models.CheckConstraint(
                condition=Q(is_unlimited=True) | Q(held__lte=F("granted") + F("excess")),
                name="never_over_held",
            ),
            models.CheckConstraint(
                condition=Q(excess=0) | Q(held__gte=F("excess")), name="excess_is_part_of_what_is_held"
            ),
            models.UniqueConstraint(
                fields=["company", "inventory_number"],
                condition=~Q(inventory_number="") & Q(withdrawn_at=None),
                name="licence_inventory_number_once",
            ),
            models.UniqueConstraint(
                fields=["company", "source", "external_id"],
                condition=~Q(external_id="") & Q(withdrawn_at=None),
                name="licence_once_per_source",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "product"], name="licence_by_product"),
            models.Index(fields=["balanced_on"], name="licence_by_balance_day"),
        ]


class PurchaseKind(models.TextChoices):
    """What a line is: only the first four and transfers carry rights of their own."""

    PURCHASE = "purchase", "Purchase"
    RENEWAL = "renewal", "Renewal"
    TRUE_UP = "true_up", "True-up"
    REDUCTION = "reduction", "Reduction"


class Basis(models.TextChoices):
    """What a price is for."""

    UNIT = "unit", "Per unit"
    TOTAL = "total", "For the whole line"


class Purchase(Record):
    """One dated line: units from a day until (not including) another. A reduction's units are negative."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=PurchaseKind.choices, default=PurchaseKind.PURCHASE)
    units = models.BigIntegerField()
    is_unlimited = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    price = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    basis = models.CharField(max_length=5, choices=Basis.choices, default=Basis.TOTAL)
    order_number = models.CharField(max_length=100, blank=True)
    invoice_number = models.CharField(max_length=100, blank=True)
    invoice_on = models.DateField(null=True, blank=True)
    supplier = models.CharField(max_length=200, blank=True)
    cost_centre = models.ForeignKey(
        CostCentre, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    renews_itself = models.BooleanField(default=False)
    notice_days = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="purchase_ends_after_start",
            ),
            models.CheckConstraint(
                condition=(Q(kind="reduction") & Q(units__lt=0)) | (~Q(kind="reduction") & Q(units__gte=0)),
                name="only_reductions_are_negative",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="price_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | ~Q(currency=""), name="price_has_a_currency"
            ),
        ]
        indexes = [
            models.Index(fields=["licence", "valid_from"], name="purchase_by_licence"),
            models.Index(fields=["company", "valid_until"], name="purchase_by_end"),
        ]


class Account(models.TextChoices):
    """Which balance a movement moves."""

    GRANTED = "granted", "Granted"
    HELD = "held", "Held"


class Movement(Record):
    """One change of a balance: written once, with the balance it led to."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    account = models.CharField(max_length=7, choices=Account.choices)
    units = models.BigIntegerField()
    balance = models.BigIntegerField()
    effective_on = models.DateField()
    moved_at = models.DateTimeField()
    cause = models.CharField(max_length=40)
    purchase = models.ForeignKey(Purchase, null=True, on_delete=models.PROTECT, related_name="+")
    assignment_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["licence", "account", "effective_on"], name="movement_by_licence"),
        ]


class KeyKind(models.TextChoices):
    """Which of a vendor's two numbers it is; both are sealed alike."""

    PRODUCT_KEY = "product_key", "Product key"
    SERIAL_NUMBER = "serial_number", "Serial number"


class KeyState(models.TextChoices):
    """Where a key is in its life. A shared key stays free; one of a seat is taken by its assignment."""

    FREE = "free", "Free"
    TAKEN = "taken", "Taken"
    BURNT = "burnt", "Burnt"
    SUPERSEDED = "superseded", "Superseded"


class LicenceKey(Record):
    """A key of a licence: its handle in the vault, and who has it. The text is the vault's alone."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    record = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=13, choices=KeyKind.choices, default=KeyKind.PRODUCT_KEY)
    secret = models.OneToOneField(Secret, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=100, blank=True)
    per_seat = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=KeyState.choices, default=KeyState.FREE)
    assignment_id = models.BigIntegerField(null=True)
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField()
    sealed_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(per_seat=True, assignment_id__isnull=False),
                name="taken_keys_have_a_seat",
            ),
            models.CheckConstraint(
                condition=~Q(state="free") | Q(assignment_id__isnull=True), name="free_keys_have_no_seat"
            ),
        ]
        indexes = [
            models.Index(fields=["licence", "kind", "state"], name="key_by_licence"),
            models.Index(
                fields=["assignment_id"],
                condition=Q(assignment_id__isnull=False),
                name="key_by_assignment",
            ),
        ]
