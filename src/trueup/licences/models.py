"""Tables of licences, purchase lines and the movements of units."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from trueup.catalogue.models import Edition, Product, Version
from trueup.contracts.models import Contract
from trueup.licences.plan_choices import PlanKind, PlanState
from trueup.licences.prices import total_in_sql
from trueup.licences.reservation_tables import Reservation  # noqa: F401  # a table of this room
from trueup.licences.right_tables import UseRights  # noqa: F401  # its tables are this room's too
from trueup.licences.seat_rules import OnRelease, SeatRules
from trueup.licences.standing_figures import StandingFigures
from trueup.people.models import Person
from trueup.tenancy.models import CostCentre, Policy, Record, Region
from trueup.vault.models import Secret


class LicenceType(models.TextChoices):
    """In which form a licence was sold; the metric says how its units are counted."""

    PER_USER = "per_user", _("Per user")
    PER_DEVICE = "per_device", _("Per device")
    PER_CORE = "per_core", _("Per core")
    PER_PROCESSOR = "per_processor", _("Per processor")
    SITE = "site", _("Site")
    CONCURRENT = "concurrent", _("Concurrent")
    ENTERPRISE = "enterprise", _("Enterprise agreement")
    VOLUME = "volume", _("Volume")
    SUBSCRIPTION = "subscription", _("Subscription")
    UNLIMITED = "unlimited", _("Unlimited")


class Licence(SeatRules, Record):
    """A pool of units of one product under one metric. ``granted`` holds for the day ``balanced_on``."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=60)
    licence_type = models.CharField(max_length=13, choices=LicenceType.choices, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=5, choices=Policy.choices, default=Policy.BLOCK)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    inventory_number = models.CharField(max_length=100, blank=True)
    provider = models.CharField(max_length=200, blank=True)
    accounting_id = models.CharField(max_length=100, blank=True)
    property_of = models.CharField(max_length=200, blank=True)
    depreciation_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
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
            models.CheckConstraint(condition=Q(burnt__lte=F("held")), name="burnt_units_are_held"),
            models.CheckConstraint(
                condition=Q(is_unlimited=True) | Q(reserved=0) | Q(granted__gte=F("held") + F("reserved")),
                name="reserved_units_are_free",
            ),
            models.CheckConstraint(
                condition=Q(depreciation_percent__isnull=True)
                | Q(depreciation_percent__gte=0, depreciation_percent__lte=100),
                name="depreciation_is_a_share",
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
            models.Index(
                fields=["company", "product"],
                include=["id", "edition", "metric", "owner", "region", "retired_at"],
                condition=Q(withdrawn_at=None),
                name="licence_to_list",
            ),
            models.Index(fields=["id"], condition=Q(withdrawn_at__isnull=False), name="licence_withdrawn"),
            models.Index(fields=["balanced_on"], name="licence_by_balance_day"),
            models.Index(fields=["id"], condition=Q(waiting__gt=0), name="licence_waited_for"),
        ]


class PurchaseKind(models.TextChoices):
    """What a line is. All but maintenance and upgrades carry units; those cover the units of another line."""

    PURCHASE = "purchase", _("Purchase")
    RENEWAL = "renewal", _("Renewal")
    TRUE_UP = "true_up", _("True-up")
    REDUCTION = "reduction", _("Reduction")
    TRANSFER = "transfer", _("Transfer")
    MAINTENANCE = "maintenance", _("Maintenance")
    UPGRADE = "upgrade", _("Upgrade")


WITHOUT_UNITS = (PurchaseKind.MAINTENANCE, PurchaseKind.UPGRADE)


class Basis(models.TextChoices):
    """What a price is for."""

    UNIT = "unit", _("Per unit")
    PACK = "pack", _("Per pack")
    TOTAL = "total", _("For the whole line")


class Purchase(Record):
    """One dated line: units from a day until (not including) another. Units that are taken away are negative.

    ``covered_units`` are those a line without units of its own is paid for, of the line it ``covers``. The two halves
    of a transfer between companies share the number ``transfer``: no key of the database leads from one to the other.
    A line that ``renews`` another follows it; that chain leads back to the first purchase.
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=PurchaseKind.choices, default=PurchaseKind.PURCHASE)
    units = models.BigIntegerField()
    is_unlimited = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    covers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    covered_units = models.PositiveBigIntegerField(null=True, blank=True)
    transfer = models.UUIDField(null=True, blank=True)
    packs = models.PositiveBigIntegerField(null=True, blank=True)
    pack_size = models.PositiveBigIntegerField(null=True, blank=True)
    list_price = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
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
    budget = models.CharField(max_length=100, blank=True)
    renews_itself = models.BooleanField(default=False)
    notice_days = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    total = models.GeneratedField(
        expression=total_in_sql(),
        output_field=models.DecimalField(max_digits=40, decimal_places=2),
        db_persist=True,
        null=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="purchase_ends_after_start",
            ),
            models.CheckConstraint(
                condition=(Q(kind="reduction") & Q(units__lt=0))
                | Q(kind="transfer")
                | (~Q(kind="reduction") & Q(units__gte=0)),
                name="only_reductions_are_negative",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["maintenance", "upgrade"]) | Q(units=0, is_unlimited=False),
                name="cover_brings_no_units",
            ),
            models.CheckConstraint(
                condition=Q(kind="transfer", transfer__isnull=False)
                | (~Q(kind="transfer") & Q(transfer__isnull=True)),
                name="transfers_have_a_number",
            ),
            models.CheckConstraint(
                condition=Q(packs__isnull=True, pack_size__isnull=True)
                | Q(packs__isnull=False, pack_size__gt=0),
                name="packs_have_a_size",
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__isnull=True)
                | Q(discount_percent__gte=0, discount_percent__lte=100),
                name="discount_is_a_share",
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
            models.Index(
                fields=["-valid_from", "id"],
                include=["licence", "company"],
                condition=Q(voided_at=None),
                name="purchase_latest",
            ),
            models.Index(
                fields=["transfer"], condition=Q(transfer__isnull=False), name="purchase_by_transfer"
            ),
            models.Index(
                fields=["-invoice_on", "invoice_number", "supplier", "currency", "company"],
                condition=Q(voided_at=None, price__isnull=False),
                name="purchase_by_invoice",
            ),
        ]


class PurchaseShare(Record):
    """The part of a line that one cost centre pays; the parts of a line make up the whole."""

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="+")
    cost_centre = models.ForeignKey(CostCentre, on_delete=models.PROTECT, related_name="+")
    percent = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purchase", "cost_centre"], name="share_once_per_cost_centre"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="share_is_a_part_of_the_whole"
            ),
        ]


class LicenceContract(Record):
    """A licence that a contract covers as a whole, beside the purchase lines made under it."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["licence", "contract"], name="licence_once_a_contract"),
        ]
        indexes = [models.Index(fields=["contract"], name="licence_by_contract")]


class RenewalPlan(Record):
    """What is meant to become of a licence, or of a contract, when its term ends; one unfinished plan for each."""

    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=PlanKind.choices)
    units = models.PositiveBigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=PlanState.choices, default=PlanState.OPEN)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    line = models.ForeignKey(Purchase, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(licence__isnull=True, contract__isnull=False)
                | Q(licence__isnull=False, contract__isnull=True),
                name="plan_is_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["licence"], condition=~Q(state="done"), name="one_unfinished_plan_a_licence"
            ),
            models.UniqueConstraint(
                fields=["contract"], condition=~Q(state="done"), name="one_unfinished_plan_a_contract"
            ),
        ]


class Account(models.TextChoices):
    """Which balance a movement moves."""

    GRANTED = "granted", _("Granted")
    HELD = "held", _("Held")
    BURNT = "burnt", _("Burnt")
    RESERVED = "reserved", _("Reserved")


class Movement(Record):
    """One change of a balance: written once, with the balance it led to."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    account = models.CharField(max_length=8, choices=Account.choices)
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

    PRODUCT_KEY = "product_key", _("Product key")
    SERIAL_NUMBER = "serial_number", _("Serial number")


class KeyState(models.TextChoices):
    """Where a key is in its life. A shared key stays free; one of a seat is taken by its assignment."""

    FREE = "free", _("Free")
    TAKEN = "taken", _("Taken")
    BURNT = "burnt", _("Burnt")
    SUPERSEDED = "superseded", _("Superseded")


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


class Standing(StandingFigures, Record):
    """What the lines of a licence come to from a day until (not including) another; together they cover all time.

    Reckoned from the lines and thrown away by the database when a line changes: a licence without any is reckoned
    afresh by whoever reads it, until the worker writes them down again.
    """

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="standings")

    class Meta(StandingFigures.Meta):
        pass


class Unsettled(models.Model):
    """A licence without standings. The database itself writes it down and, with the licence, takes it away."""

    licence = models.OneToOneField(
        Licence, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
