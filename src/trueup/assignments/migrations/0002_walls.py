"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0001_initial"),
        ("licences", "0002_walls"),
        ("devices", "0002_walls"),
    ]

    operations = [
        wall("assignments_assignment", "licence_id", "licences_licence"),
        wall("assignments_assignment", "person_id", "people_person"),
        wall("assignments_assignment", "device_id", "devices_device"),
    ]
