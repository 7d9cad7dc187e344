"""Walls between companies, and words to find assets by."""

from django.db import migrations

from trueup.base.searching import searched
from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0002_initial"),
        ("contracts", "0002_walls"),
        ("devices", "0002_walls"),
        ("people", "0002_walls"),
        ("tenancy", "0004_searching"),
    ]

    operations = [
        *[
            wall(f"assets_{table}", "asset_id", "assets_asset")
            for table in ("assetrevision", "assetsecret", "assetlink", "assetmark")
        ],
        wall("assets_assetsecret", "secret_id", "vault_secret"),
        wall("assets_assetlink", "person_id", "people_person"),
        wall("assets_assetlink", "device_id", "devices_device"),
        wall("assets_assetlink", "licence_id", "licences_licence"),
        wall("assets_assetlink", "contract_id", "contracts_contract"),
        wall("assets_assetlink", "other_id", "assets_asset"),
        searched("assets_asset", names=("title",), notes=("words",), lists=("tags",)),
    ]
