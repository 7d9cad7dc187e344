"""Tables of articles, their versions, and what they are about."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from trueup.assets.models import Asset
from trueup.catalogue.models import Product
from trueup.contracts.models import Contract
from trueup.devices.models import Device
from trueup.licences.models import Licence
from trueup.people.models import Person
from trueup.tenancy.models import Record

TARGETS = ("licence", "asset", "device", "person", "product", "contract")
"""What an article may be about."""


def _exactly_one() -> Q:
    found = Q()
    for name in TARGETS:
        found |= Q(**{f"{other}__isnull": other != name for other in TARGETS})
    return found


class Article(Record):
    """An article as it is now. ``kind`` is "findings" for those an audit wrote; ``made_from`` names what wrote it."""

    kind = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    made_from = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="article_of_company")]
        indexes = [models.Index(fields=["company", "title", "id"], name="article_by_title")]


class ArticleVersion(Record):
    """An article as it was saved; written once."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "version"], name="version_once_an_article")]


class ArticleLink(Record):
    """One thing that an article is about."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_exactly_one(), name="article_is_about_one_thing_a_row"),
            models.UniqueConstraint(
                fields=["article", *TARGETS], nulls_distinct=False, name="article_about_a_thing_once"
            ),
        ]
        indexes = [models.Index(fields=[target], name=f"article_by_{target}") for target in TARGETS]
