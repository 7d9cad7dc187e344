"""Tables of assets, their revisions, sealed values, links, marks and numbers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from trueup.catalogue.models import Product
from trueup.contracts.models import Contract
from trueup.devices.models import Device
from trueup.fields.models import Type
from trueup.licences.models import Licence, Purchase
from trueup.people.models import Person
from trueup.tenancy.models import Record
from trueup.vault.models import Secret

TARGETS = ("person", "device", "licence", "contract", "product", "other")
"""What a link may lead to."""


def _exactly_one(names: tuple[str, ...]) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{other}__isnull": other != name for other in names})
    return found


class Asset(Record):
    """A record of a type. ``values`` holds canonical values by field key; a sealed one is a handle and a masked tail.

    ``title`` and ``words`` are made of the values when they are saved, so are ``expires_on`` (the first day on which
    something expires) and ``remind_on`` (the first day on which somebody wants to hear of it).
    """

    type = models.ForeignKey(Type, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    words = models.TextField(blank=True)
    values = models.JSONField(default=dict)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    expires_on = models.DateField(null=True)
    remind_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="asset_of_company")]
        indexes = [
            models.Index(fields=["type", "title", "id"], name="asset_by_title"),
            models.Index(fields=["company", "title", "id"], name="asset_of_company_by_title"),
            models.Index(fields=["expires_on", "id"], condition=Q(archived_at=None), name="asset_by_expiry"),
            GinIndex(fields=["tags"], name="asset_by_tag"),
        ]


class AssetRevision(Record):
    """An asset as it was saved; written once."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    values = models.JSONField()
    tags = ArrayField(models.CharField(max_length=60), default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "revision"], name="revision_once_an_asset")]


class AssetSecret(Record):
    """A sealed value of an asset. Another value is another row; which one counts, the asset's handle says."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    record = models.UUIDField(unique=True)
    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField()
    sealed_by = models.CharField(max_length=200)


class AssetLink(Record):
    """A reference of an asset to one record; exactly one of the targets is there."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_exactly_one(TARGETS), name="link_to_one"),
        ]
        indexes = [models.Index(fields=[target], name=f"link_by_{target}") for target in TARGETS]


class AssetFile(Record):
    """A file in a field of an asset. Its bytes lie in the store of documents, named by ``sha256``."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=11)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)


class AssetLicence(Record):
    """The licence that an asset stands for. ``line`` is the purchase line that says what the asset says of units and days."""

    asset = models.OneToOneField(Asset, on_delete=models.PROTECT, related_name="counted")
    licence = models.OneToOneField(Licence, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()
    counted_by = models.CharField(max_length=200)


class AssetMark(Record):
    """A value that is there once: in its company, or (``everywhere``) in all of them."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(Type, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=64)
    everywhere = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "field"], name="one_mark_a_field"),
            models.UniqueConstraint(
                fields=["company", "type", "field", "value"], name="value_once_a_company"
            ),
            models.UniqueConstraint(
                fields=["type", "field", "value"], condition=Q(everywhere=True), name="value_once_everywhere"
            ),
        ]


class AssetNumber(Record):
    """The number given last for a field that numbers by itself."""

    type = models.ForeignKey(Type, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    last = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "type", "field"], name="number_once_a_field")
        ]
