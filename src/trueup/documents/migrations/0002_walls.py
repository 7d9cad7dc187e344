"""Walls between companies for documents."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("licences", "0004_key_walls"),
    ]

    operations = [
        doorposts("documents_document"),
        wall("documents_document", "licence_id", "licences_licence"),
        wall("documents_document", "purchase_id", "licences_purchase"),
        wall("documents_document", "replaces_id", "documents_document"),
    ]
