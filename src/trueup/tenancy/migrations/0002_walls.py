"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        doorposts("tenancy_region"),
        doorposts("tenancy_department"),
        doorposts("tenancy_costcentre"),
        wall("tenancy_department", "cost_centre_id", "tenancy_costcentre"),
        wall("tenancy_department", "parent_id", "tenancy_department"),
    ]
