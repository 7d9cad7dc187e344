"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0001_initial"),
        ("devices", "0002_walls"),
        ("people", "0002_walls"),
    ]

    operations = [
        wall("contracts_contract", "owner_id", "people_person"),
        wall("contracts_contract", "superseded_by_id", "contracts_contract"),
        wall("contracts_contractdevice", "contract_id", "contracts_contract"),
        wall("contracts_contractdevice", "device_id", "devices_device"),
    ]
