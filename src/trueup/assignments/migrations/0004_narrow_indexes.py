"""Indexes that long lists of assignments are counted and ordered by."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("assignments", "0003_seat_rules")]

    operations = [
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                fields=["licence"],
                include=["id", "person", "device"],
                condition=Q(released_at=None),
                name="assignment_open",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                fields=["-assigned_at", "id"],
                include=["person"],
                condition=Q(released_at=None),
                name="assignment_latest",
            ),
        ),
    ]
