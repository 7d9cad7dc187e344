"""Walls between companies for covered lines and for shares of cost centres."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("licences", "0005_fields"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        wall("licences_purchase", "covers_id", "licences_purchase"),
        wall("licences_purchaseshare", "purchase_id", "licences_purchase"),
        wall("licences_purchaseshare", "cost_centre_id", "tenancy_costcentre"),
    ]
