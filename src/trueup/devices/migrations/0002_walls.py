"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0001_initial"),
        ("people", "0002_walls"),
    ]

    operations = [
        wall("devices_device", "region_id", "tenancy_region"),
        wall("devices_device", "owner_id", "people_person"),
        wall("devices_device", "user_id", "people_person"),
        wall("devices_device", "host_id", "devices_device"),
        wall("devices_device", "cluster_id", "devices_device"),
    ]
