"""Rules a company makes of its own decisions about titles."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_searching"),
        ("inventory", "0006_receipts_searched"),
        ("tenancy", "0005_kept_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="TitleRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=500)),
                ("publisher", models.CharField(blank=True, max_length=500)),
                ("name_key", models.CharField(max_length=500)),
                ("publisher_key", models.CharField(blank=True, max_length=500)),
                ("reason", models.TextField(blank=True)),
                ("made_by", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("revoked_by", models.CharField(blank=True, max_length=200)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.company"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("company", "name_key", "publisher_key"),
                        name="title_rule_once_at_a_time",
                    )
                ],
            },
        ),
    ]
