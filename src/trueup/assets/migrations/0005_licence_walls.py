"""Walls between companies around the licences that assets stand for."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [("assets", "0004_assetlicence"), ("licences", "0020_ends_by_decision")]

    operations = [
        wall("assets_assetlicence", "asset_id", "assets_asset"),
        wall("assets_assetlicence", "licence_id", "licences_licence"),
        wall("assets_assetlicence", "line_id", "licences_purchase"),
    ]
