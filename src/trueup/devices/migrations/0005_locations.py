"""Locations, and who is where."""

import django.db.models.deletion
from django.db import migrations, models


from trueup.tenancy.walls import wall


class Migration(migrations.Migration):

    dependencies = [
        ('devices', '0004_by_name'),
        ('tenancy', '0006_locations'),
    ]

    operations = [
        migrations.AddField(
            model_name='device',
            name='department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.department'),
        ),
        migrations.AddField(
            model_name='device',
            name='location',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.location'),
        ),
        wall("devices_device", "location_id", "tenancy_location"),
        wall("devices_device", "department_id", "tenancy_department"),
    ]
