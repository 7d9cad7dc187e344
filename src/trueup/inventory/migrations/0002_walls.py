"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_initial"),
        ("devices", "0002_walls"),
    ]

    operations = [
        doorposts("inventory_enrolmenttoken"),
        doorposts("inventory_title"),
        wall("inventory_receipt", "token_id", "inventory_enrolmenttoken"),
        wall("inventory_receipt", "device_id", "devices_device"),
        wall("inventory_devicesection", "device_id", "devices_device"),
        wall("inventory_installation", "device_id", "devices_device"),
        wall("inventory_installation", "title_id", "inventory_title"),
    ]
