"""A wall between companies around the files of assets."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [("assets", "0006_assetfile")]

    operations = [wall("assets_assetfile", "asset_id", "assets_asset")]
