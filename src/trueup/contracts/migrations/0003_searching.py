"""Words to find contracts by."""

from django.db import migrations

from trueup.base.searching import searched


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_walls"), ("tenancy", "0004_searching")]

    operations = [
        searched(
            "contracts_contract", numbers=("number",), names=("name",), notes=("supplier", "parties", "remarks"), lists=("tags",)
        ),
    ]
