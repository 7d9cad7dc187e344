"""Indexes that a long list of licences is read from: narrow, so that no row of it need be opened to be counted or put in order."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("licences", "0012_seat_rules")]

    operations = [
        migrations.RemoveIndex(model_name="licence", name="licence_by_product"),
        migrations.AddIndex(
            model_name="licence",
            index=models.Index(
                fields=["company", "product"],
                include=["id", "edition", "metric", "owner", "region", "retired_at"],
                condition=Q(withdrawn_at=None),
                name="licence_to_list",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=["until_on", "from_on"],
                include=[
                    "id", "licence", "purchased", "unlimited", "line_ended", "valid_from", "ends_on", "notice_days",
                    "renews_itself", "annual_cost", "currency",
                ],
                name="standing_of_a_day",
            ),
        ),
    ]
