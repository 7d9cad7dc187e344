"""Walls between companies for contracts of lines and licences, for renewed lines and for plans."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("licences", "0007_contracts"),
        ("contracts", "0002_walls"),
        ("people", "0002_walls"),
    ]

    operations = [
        wall("licences_purchase", "contract_id", "contracts_contract"),
        wall("licences_purchase", "renews_id", "licences_purchase"),
        wall("licences_licencecontract", "licence_id", "licences_licence"),
        wall("licences_licencecontract", "contract_id", "contracts_contract"),
        wall("licences_renewalplan", "licence_id", "licences_licence"),
        wall("licences_renewalplan", "contract_id", "contracts_contract"),
        wall("licences_renewalplan", "owner_id", "people_person"),
        wall("licences_renewalplan", "line_id", "licences_purchase"),
    ]
