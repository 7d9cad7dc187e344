"""The indexes that the devices of all companies are listed by."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("devices", "0003_searching")]

    operations = [
        migrations.AddIndex(
            model_name="device", index=models.Index(fields=["hostname", "id"], name="device_named")
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["user"], include=["id"], name="device_of_user"),
        ),
    ]
