"""The table of devices."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from trueup.people.models import Person
from trueup.tenancy.models import Department, Location, Record, Region


class Kind(models.TextChoices):
    """What a device is."""

    SERVER = "server", gettext_lazy("Server")
    WORKSTATION = "workstation", gettext_lazy("Workstation")
    LAPTOP = "laptop", gettext_lazy("Laptop")
    VIRTUAL = "virtual", gettext_lazy("Virtual machine")
    CLUSTER = "cluster", gettext_lazy("Cluster")
    APPLIANCE = "appliance", gettext_lazy("Appliance")
    OTHER = "other", gettext_lazy("Other hardware")


class Environment(models.TextChoices):
    """Where a device stands."""

    DATA_CENTRE = "data_centre", gettext_lazy("Data centre")
    BACK_OFFICE = "back_office", gettext_lazy("Back office")


class Status(models.TextChoices):
    """Where a device is in its life."""

    IN_STOCK = "in_stock", gettext_lazy("In stock")
    DEPLOYED = "deployed", gettext_lazy("Deployed")
    REPAIR = "repair", gettext_lazy("In repair")
    DECOMMISSIONED = "decommissioned", gettext_lazy("Decommissioned")


class Device(Record):
    """Something software runs on. Empty means unknown."""

    hostname = models.CharField(max_length=200)
    barcode = models.CharField(max_length=100, blank=True)
    serial = models.CharField(max_length=150, blank=True)
    inventory_number = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.OTHER)
    environment = models.CharField(
        max_length=11, choices=Environment.choices, default=Environment.BACK_OFFICE
    )
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.DEPLOYED)
    manufacturer = models.CharField(max_length=150, blank=True)
    model = models.CharField(max_length=200, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    processors = models.PositiveIntegerField(null=True, blank=True)
    cores_per_processor = models.PositiveIntegerField(null=True, blank=True)
    threads_per_core = models.PositiveIntegerField(null=True, blank=True)
    cores = models.PositiveIntegerField(null=True, blank=True)
    processor_name = models.CharField(max_length=200, blank=True)
    is_virtual = models.BooleanField(default=False)
    host = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cluster = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    operating_system = models.CharField(max_length=200, blank=True)
    system_uuid = models.CharField(max_length=64, blank=True)
    agent_id = models.CharField(max_length=200, blank=True)
    mac_addresses = ArrayField(models.CharField(max_length=17), default=list, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    needs_full = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="device_of_company"),
            models.UniqueConstraint(
                fields=["company", "barcode"], condition=~Q(barcode=""), name="device_barcode_once"
            ),
            models.UniqueConstraint(
                fields=["company", "inventory_number"],
                condition=~Q(inventory_number=""),
                name="device_inventory_number_once",
            ),
            models.CheckConstraint(
                condition=Q(processors__isnull=True) | Q(processors__gt=0),
                name="device_processors_known_or_empty",
            ),
            models.CheckConstraint(
                condition=Q(cores__isnull=True) | Q(cores__gt=0), name="device_cores_known_or_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "hostname"], name="device_by_hostname"),
            models.Index(fields=["hostname", "id"], name="device_named"),
            models.Index(fields=["user"], include=["id"], name="device_of_user"),
            models.Index(fields=["company", "serial"], name="device_by_serial"),
            models.Index(fields=["company", "system_uuid"], name="device_by_uuid"),
            models.Index(fields=["company", "agent_id"], name="device_by_agent"),
            models.Index(fields=["host"], name="device_by_host"),
        ]
