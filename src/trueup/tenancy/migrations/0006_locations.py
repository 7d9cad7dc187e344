"""Locations, and who is where."""

import django.db.models.deletion
from django.db import migrations, models


from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0005_kept_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='department',
            name='retired_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('retired_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.region')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'name'), name='location_once_per_company')],
            },
        ),
        doorposts("tenancy_location"),
        wall("tenancy_location", "region_id", "tenancy_region"),
    ]
