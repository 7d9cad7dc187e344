"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_initial"),
        ("licences", "0002_walls"),
    ]

    operations = [
        wall("alerts_licencerule", "licence_id", "licences_licence"),
        wall("alerts_alert", "licence_id", "licences_licence"),
    ]
