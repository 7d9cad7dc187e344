"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0001_initial"),
    ]

    operations = [
        doorposts("compliance_outcome"),
        doorposts("compliance_position"),
        wall("compliance_position", "outcome_id", "compliance_outcome"),
        wall("compliance_positionshape", "position_id", "compliance_position"),
        wall("compliance_finding", "position_id", "compliance_position"),
    ]
