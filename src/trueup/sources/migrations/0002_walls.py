"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0001_initial"),
        ("vault", "0002_walls"),
        ("people", "0002_walls"),
        ("inventory", "0002_walls"),
    ]

    operations = [
        doorposts("sources_source"),
        doorposts("sources_sourcerun"),
        wall("sources_source", "secret_id", "vault_secret"),
        wall("sources_sourcerun", "source_id", "sources_source"),
        wall("sources_sourcerun", "replays_id", "sources_sourcerun"),
        wall("sources_sourcepage", "run_id", "sources_sourcerun"),
        wall("sources_placement", "source_id", "sources_source"),
        wall("sources_subscription", "title_id", "inventory_title"),
        wall("sources_seat", "title_id", "inventory_title"),
        wall("sources_seat", "person_id", "people_person"),
    ]
