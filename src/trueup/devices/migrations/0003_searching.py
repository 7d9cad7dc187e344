"""Words to find devices by."""

from django.db import migrations

from trueup.base.searching import searched


class Migration(migrations.Migration):
    dependencies = [("devices", "0002_walls"), ("tenancy", "0004_searching")]

    operations = [
        searched(
            "devices_device",
            numbers=("hostname", "barcode", "serial", "inventory_number", "system_uuid"),
            notes=("manufacturer", "model", "operating_system"),
            lists=("mac_addresses",),
        ),
    ]
