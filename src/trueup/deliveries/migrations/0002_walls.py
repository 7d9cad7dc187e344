"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("deliveries", "0001_initial"),
        ("vault", "0002_walls"),
    ]

    operations = [
        doorposts("deliveries_endpoint"),
        doorposts("deliveries_delivery"),
        wall("deliveries_endpoint", "secret_id", "vault_secret"),
        wall("deliveries_endpoint", "older_secret_id", "vault_secret"),
        wall("deliveries_delivery", "endpoint_id", "deliveries_endpoint"),
        wall("deliveries_attempt", "delivery_id", "deliveries_delivery"),
    ]
