"""Locations, and who is where."""

import django.db.models.deletion
from django.db import migrations, models


from trueup.tenancy.walls import wall


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_by_name'),
        ('tenancy', '0006_locations'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='location',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.location'),
        ),
        wall("people_person", "location_id", "tenancy_location"),
    ]
