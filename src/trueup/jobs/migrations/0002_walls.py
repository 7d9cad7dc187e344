"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        doorposts("jobs_job"),
        wall("jobs_job", "undoes_id", "jobs_job"),
        wall("jobs_jobrow", "job_id", "jobs_job"),
    ]
