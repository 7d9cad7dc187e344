"""Walls between companies for the rights of licences."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("licences", "0018_use_rights"),
    ]

    operations = [
        wall("licences_userights", "licence_id", "licences_licence"),
        wall("licences_suitecomponent", "licence_id", "licences_licence"),
    ]
