"""Walls between companies for findings and mutes; findings keep no mute of their own any more."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0006_mutes"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="finding", name="muted_with_a_reason"),
        migrations.RemoveField(model_name="finding", name="mute_reason"),
        migrations.RemoveField(model_name="finding", name="muted_by"),
        migrations.RemoveField(model_name="finding", name="muted_until"),
        wall("compliance_finding", "licence_id", "licences_licence"),
        wall("compliance_finding", "owner_id", "people_person"),
        wall("compliance_finding", "region_id", "tenancy_region"),
        wall("compliance_mute", "licence_id", "licences_licence"),
        wall("compliance_mute", "region_id", "tenancy_region"),
    ]
