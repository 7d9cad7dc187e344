"""Receipts are found by words, through indexes."""

from django.db import migrations

from trueup.base.searching import searched


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_counted")]

    operations = [searched("inventory_receipt", names=("deviceid", "agent"))]
