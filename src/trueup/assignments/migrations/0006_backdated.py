"""When an assignment was written down that began before it was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assignments", "0005_places")]

    operations = [
        migrations.AddField("assignment", "recorded_at", models.DateTimeField(null=True)),
    ]
