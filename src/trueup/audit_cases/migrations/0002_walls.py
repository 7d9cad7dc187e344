"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("audit_cases", "0001_initial"),
        ("articles", "0001_initial"),
        ("devices", "0002_walls"),
        ("jobs", "0002_walls"),
        ("licences", "0002_walls"),
    ]

    operations = [
        doorposts("audit_cases_auditcase"),
        wall("audit_cases_auditcase", "job_id", "jobs_job"),
        wall("audit_cases_auditcase", "article_id", "articles_article"),
        wall("audit_cases_auditline", "case_id", "audit_cases_auditcase"),
        wall("audit_cases_auditline", "licence_id", "licences_licence"),
        wall("audit_cases_auditline", "device_id", "devices_device"),
    ]
