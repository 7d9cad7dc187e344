"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
        ("jobs", "0002_walls"),
    ]

    operations = [
        doorposts("reports_savedreport"),
        wall("reports_schedule", "saved_id", "reports_savedreport"),
        wall("reports_schedule", "last_job_id", "jobs_job"),
        wall("reports_sharelink", "saved_id", "reports_savedreport"),
    ]
