"""The index of standings by the day to decide tells the end too: renewals pass over what ended without looking at its row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("licences", "0019_right_walls")]

    operations = [
        migrations.RemoveIndex(model_name="standing", name="standing_by_decide_by"),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=["decide_by", "licence"],
                include=("from_on", "until_on", "ends_on", "valid_to"),
                name="standing_by_decide_by",
            ),
        ),
    ]
