"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0001_initial"),
    ]

    operations = [
        doorposts("vault_secret"),
        wall("vault_reveal", "secret_id", "vault_secret"),
    ]
