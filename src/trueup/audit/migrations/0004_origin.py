"""Entries that came with the archive of a company keep the ids they were sealed with where they were written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_below_tenancy"),
    ]

    operations = [
        migrations.AddField("entry", "origin", models.JSONField(null=True)),
    ]
