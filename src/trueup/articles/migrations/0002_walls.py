"""Walls between companies, and words to find articles by."""

from django.db import migrations

from trueup.base.searching import searched
from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("assets", "0005_licence_walls"),
        ("tenancy", "0004_searching"),
    ]

    operations = [
        wall("articles_articleversion", "article_id", "articles_article"),
        wall("articles_articlelink", "article_id", "articles_article"),
        wall("articles_articlelink", "licence_id", "licences_licence"),
        wall("articles_articlelink", "asset_id", "assets_asset"),
        wall("articles_articlelink", "device_id", "devices_device"),
        wall("articles_articlelink", "person_id", "people_person"),
        wall("articles_articlelink", "contract_id", "contracts_contract"),
        searched("articles_article", names=("title",), notes=("text",), lists=("tags",)),
    ]
