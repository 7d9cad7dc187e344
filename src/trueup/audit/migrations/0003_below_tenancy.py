"""Audit lies below tenancy: a company is named by its id alone, and entries may concern the whole installation.

The columns stay where they are and keep their rows. Only the foreign keys to companies go, and null is let in.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def plain_column(model: str, **options: Any) -> list[migrations.AlterField | migrations.RenameField]:
    """A foreign key to the company becomes the number it holds, in the same column."""
    in_place = models.BigIntegerField(db_column="company_id", **options)
    return [
        migrations.AlterField(model, "company", in_place),
        migrations.RenameField(model, "company", "company_id"),
        migrations.AlterField(model, "company_id", models.BigIntegerField(**options)),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_written_once"),
    ]

    operations = [
        migrations.RemoveConstraint("entry", "one_entry_per_link"),
        migrations.RemoveIndex("entry", "entry_of_subject"),
        migrations.RemoveIndex("entry", "entry_by_time"),
        *plain_column("chain", primary_key=True, serialize=False),
        *plain_column("batch"),
        *plain_column("entry", null=True),
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["company_id", "subject_kind", "subject_id", "-position"], name="entry_of_subject"
            ),
        ),
        migrations.AddIndex(
            "entry", models.Index(fields=["company_id", "-happened_at"], name="entry_by_time")
        ),
        migrations.AddConstraint(
            "entry",
            models.UniqueConstraint(
                fields=["company_id", "position"], nulls_distinct=False, name="one_entry_per_link"
            ),
        ),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=Q(company_id__isnull=False) | Q(batch=None), name="a_batch_is_of_a_company"
            ),
        ),
    ]
