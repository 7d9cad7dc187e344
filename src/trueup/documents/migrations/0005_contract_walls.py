"""The wall between companies for documents of contracts."""

from django.db import migrations

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0004_contracts"),
        ("contracts", "0002_walls"),
    ]

    operations = [wall("documents_document", "contract_id", "contracts_contract")]
