"""Walls between companies for cover."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0003_use_rights"),
        ("contracts", "0003_searching"),
        ("licences", "0019_right_walls"),
    ]

    operations = [
        wall("compliance_positioncover", "position_id", "compliance_position"),
        wall("compliance_positioncover", "licence_id", "licences_licence"),
        wall("compliance_coverorder", "contract_id", "contracts_contract"),
    ]
