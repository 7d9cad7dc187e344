"""An index of products by name: lists of whatever belongs to products are walked along it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_searching")]

    operations = [
        migrations.AddIndex(
            model_name="product", index=models.Index(fields=["name", "id"], name="product_named")
        ),
    ]
