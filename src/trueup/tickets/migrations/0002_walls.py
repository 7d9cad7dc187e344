"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0001_initial"),
        ("vault", "0002_walls"),
    ]

    operations = [
        doorposts("tickets_desk"),
        doorposts("tickets_ticket"),
        wall("tickets_desk", "secret_id", "vault_secret"),
        wall("tickets_ticket", "desk_id", "tickets_desk"),
        wall("tickets_errand", "ticket_id", "tickets_ticket"),
    ]
