"""Words to find discovered titles by."""

from django.db import migrations

from trueup.base.searching import searched


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_walls"), ("tenancy", "0004_searching")]

    operations = [searched("inventory_title", names=("name",), notes=("publisher", "version"))]
