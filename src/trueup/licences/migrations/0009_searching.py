"""Words to find licences and purchase lines by. Keys have none: they are found by nobody."""

from django.db import migrations

from trueup.base.searching import searched


class Migration(migrations.Migration):
    dependencies = [("licences", "0008_contract_walls"), ("tenancy", "0004_searching")]

    operations = [
        searched(
            "licences_licence",
            numbers=("inventory_number", "external_id", "accounting_id"),
            notes=("provider", "remarks"),
            lists=("tags",),
        ),
        searched("licences_purchase", numbers=("order_number", "invoice_number"), notes=("supplier",)),
    ]
