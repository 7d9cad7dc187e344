"""The index that purchase lines are listed by, latest first, and the one that tells the few licences withdrawn."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("licences", "0013_narrow_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                fields=["-valid_from", "id"],
                include=["licence", "company"],
                condition=Q(voided_at=None),
                name="purchase_latest",
            ),
        ),
        migrations.AddIndex(
            model_name="licence",
            index=models.Index(fields=["id"], condition=Q(withdrawn_at__isnull=False), name="licence_withdrawn"),
        ),
    ]
