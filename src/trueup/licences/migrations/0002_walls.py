"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("licences", "0001_initial"),
        ("people", "0002_walls"),
    ]

    operations = [
        doorposts("licences_purchase"),
        wall("licences_licence", "region_id", "tenancy_region"),
        wall("licences_licence", "owner_id", "people_person"),
        wall("licences_purchase", "licence_id", "licences_licence"),
        wall("licences_purchase", "cost_centre_id", "tenancy_costcentre"),
        wall("licences_movement", "licence_id", "licences_licence"),
        wall("licences_movement", "purchase_id", "licences_purchase"),
    ]
