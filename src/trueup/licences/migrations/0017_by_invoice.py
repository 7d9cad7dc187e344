"""An index of purchase lines by invoice: a page of invoices is walked along it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("licences", "0016_unsettling")]

    operations = [
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                fields=["-invoice_on", "invoice_number", "supplier", "currency", "company"],
                condition=Q(voided_at=None, price__isnull=False),
                name="purchase_by_invoice",
            ),
        ),
    ]
