"""Walls between companies for keys."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("licences", "0003_keys"),
        ("vault", "0002_walls"),
    ]

    operations = [
        doorposts("licences_licencekey"),
        wall("licences_licencekey", "licence_id", "licences_licence"),
        wall("licences_licencekey", "secret_id", "vault_secret"),
        wall("licences_licencekey", "superseded_by_id", "licences_licencekey"),
    ]
