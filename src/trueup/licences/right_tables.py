"""Tables of what the terms of a licence allow beyond its own units."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.catalogue.models import Edition, Product
from trueup.tenancy.models import Record


class Downgrade(models.TextChoices):
    """Which older versions a unit may be used for."""

    NONE = "none", _("None")
    SOME = "some", _("So many versions back")
    ANY = "any", _("All older versions")


class UseRights(Record):
    """The rights of one licence. Without a row nobody wrote them down, which is not the same as none.

    ``virtual_per_unit`` is how many virtual machines one unit covers, ``installs_per_unit`` how many installations on
    one subject (empty: any number). ``never_held`` marks units that nobody is given: they are never called unused.
    ``clause`` says where it stands.
    """

    licence = models.OneToOneField("licences.Licence", on_delete=models.CASCADE, related_name="+")
    downgrade = models.CharField(max_length=4, choices=Downgrade.choices, default=Downgrade.NONE)
    downgrade_depth = models.PositiveSmallIntegerField(null=True)
    covers_lower_editions = models.BooleanField(default=False)
    second_use = models.BooleanField(default=False)
    virtual_per_unit = models.PositiveSmallIntegerField(null=True)
    installs_per_unit = models.PositiveSmallIntegerField(null=True)
    never_held = models.BooleanField(default=False)
    clause = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(downgrade="some") & Q(downgrade_depth__gt=0))
                | (~Q(downgrade="some") & Q(downgrade_depth=None)),
                name="depth_where_some_versions",
            )
        ]


class SuiteComponent(Record):
    """A product that one unit of a licence covers together with the others, on the same subject."""

    licence = models.ForeignKey("licences.Licence", on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["licence", "product", "edition"], nulls_distinct=False, name="component_once_a_suite"
            )
        ]
