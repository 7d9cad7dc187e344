"""The index that all installations are listed by, latest first."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_searching")]

    operations = [
        migrations.AddIndex(
            model_name="installation",
            index=models.Index(
                fields=["-first_seen_at", "id"], condition=Q(gone_at__isnull=True), name="installation_latest"
            ),
        ),
    ]
