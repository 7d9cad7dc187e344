"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        wall("people_person", "region_id", "tenancy_region"),
        wall("people_person", "department_id", "tenancy_department"),
        wall("people_person", "manager_id", "people_person"),
    ]
