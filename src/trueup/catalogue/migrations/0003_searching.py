"""Words to find publishers, products, editions and versions by."""

from django.db import migrations

from trueup.base.searching import searched


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_fields"), ("tenancy", "0004_searching")]

    operations = [
        searched("catalogue_publisher", names=("name",)),
        searched("catalogue_product", names=("name",), notes=("category",)),
        searched("catalogue_edition", names=("name",)),
        searched("catalogue_version", names=("name",)),
    ]
