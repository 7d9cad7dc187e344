"""The index that the people of all companies are listed by."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("people", "0003_searching")]

    operations = [
        migrations.AddIndex(
            model_name="person", index=models.Index(fields=["name", "id"], name="person_named")
        ),
    ]
