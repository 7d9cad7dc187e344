"""Tables of what was received from the estate and what is installed there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy

from trueup.catalogue.models import Edition, Product, Version
from trueup.devices.models import Device
from trueup.tenancy.models import Record


class EnrolmentToken(Record):
    """An agent's way in: part of the address it posts to, shown once, kept as a hash."""

    label = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    keep_users = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "label"], name="enrolment_label_once")]


class ReceiptState(models.TextChoices):
    """How far a receipt has come."""

    RECEIVED = "received", gettext_lazy("Received")
    APPLIED = "applied", gettext_lazy("Applied")
    FAILED = "failed", gettext_lazy("In trouble")
    SUPERSEDED = "superseded", gettext_lazy("Overtaken by a newer one")


class Receipt(Record):
    """One filtered document as received. The same content again is the same receipt, received once more."""

    token = models.ForeignKey(EnrolmentToken, null=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=40, blank=True)
    agent = models.CharField(max_length=500, blank=True)
    deviceid = models.CharField(max_length=500, blank=True)
    partial = models.BooleanField(default=False)
    size_bytes = models.PositiveIntegerField()
    content = models.BinaryField()
    first_received_at = models.DateTimeField()
    received_at = models.DateTimeField()
    times_received = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ReceiptState.choices, default=ReceiptState.RECEIVED)
    trouble = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "digest"], name="receipt_once_per_content")]
        indexes = [
            models.Index(fields=["company", "-received_at"], name="receipt_by_time"),
            models.Index(fields=["device", "-received_at"], name="receipt_by_device"),
            models.Index(fields=["received_at"], condition=Q(state="received"), name="receipt_waiting"),
        ]


class DeviceSection(Record):
    """The last time a device's inventory spoke of a section; ``facts`` keeps small sections as reported.

    Software is known "as of" the section's day; a device without the section ``softwares`` is unknown, not bare.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    facts = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "section"], name="section_once_per_device")]


class LoadedLibrary(models.Model):
    """Which version of the shipped library the catalogue was brought to, and when."""

    version_hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()


class Recognition(models.TextChoices):
    """What is known of a title."""

    RECOGNISED = "recognised", gettext_lazy("Recognised")
    NOT_LICENSABLE = "not_licensable", gettext_lazy("Nobody licenses it")
    UNSURE = "unsure", gettext_lazy("Unsure")
    UNRECOGNISED = "unrecognised", gettext_lazy("Unrecognised")


class Title(Record):
    """One distinct title as inventories wrote it, and what it was recognised as, with the reason."""

    fingerprint = models.UUIDField()
    name = models.CharField(max_length=500)
    publisher = models.CharField(max_length=500, blank=True)
    version = models.CharField(max_length=500, blank=True)
    arch = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=500, blank=True)
    identifier = models.CharField(max_length=500, blank=True)
    is_system = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    status = models.CharField(max_length=14, choices=Recognition.choices, default=Recognition.UNRECOGNISED)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")
    product_version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    klass = models.CharField(max_length=60, blank=True)
    strength = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    rule = models.CharField(max_length=200, blank=True)
    candidates = models.JSONField(default=list)
    library_hash = models.CharField(max_length=64, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    counted = models.IntegerField(default=0, db_default=0)
    """Devices it is on, but for what :class:`Change` still holds: the two together are exact."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "fingerprint"], name="title_once_per_company")
        ]
        indexes = [
            models.Index(fields=["company", "status"], name="title_by_status"),
            models.Index(fields=["product"], condition=Q(product__isnull=False), name="title_by_product"),
            models.Index("company", Upper("name"), name="title_by_name"),
        ]


class TitleRule(Record):
    """What a company says of every title of one name and publisher, whatever its version, language or architecture.

    It stands above the library and below what a person says of one title. ``product`` empty: nobody licenses it. A rule
    is never changed: it is revoked, and another one made.
    """

    name = models.CharField(max_length=500)
    publisher = models.CharField(max_length=500, blank=True)
    name_key = models.CharField(max_length=500)
    publisher_key = models.CharField(max_length=500, blank=True)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    revoked_by = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name_key", "publisher_key"],
                condition=Q(revoked_at__isnull=True),
                name="title_rule_once_at_a_time",
            )
        ]


class Change(models.Model):
    """How many devices more or fewer a title came to be on, written by the database with every installation.

    Inserted only, so that inventories that arrive together never wait for each other; the worker adds them up.
    """

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+")
    devices = models.IntegerField()


class Installation(Record):
    """A title on a device, from when until when.

    While it is open (``gone_at`` empty) it was last seen when its device's section was last received. No ``last_used_at``
    means never where the use is reported, and nothing where it is not.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=40)
    installed_on = models.DateField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    use_is_reported = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(use_is_reported=True) | Q(last_used_at__isnull=True), name="used_is_reported"
            ),
            models.UniqueConstraint(
                fields=["device", "title"], condition=Q(gone_at__isnull=True), name="installed_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(gone_at__isnull=True) | Q(gone_at__gte=models.F("first_seen_at")),
                name="gone_after_seen",
            ),
        ]
        indexes = [
            models.Index(
                fields=["title"], condition=Q(gone_at__isnull=True), name="installation_open_by_title"
            ),
            models.Index(fields=["company", "first_seen_at"], name="installation_by_time"),
            models.Index(
                fields=["-first_seen_at", "id"], condition=Q(gone_at__isnull=True), name="installation_latest"
            ),
        ]
