"""Words to find documents by: their names, never what they hold."""

from django.db import migrations

from trueup.base.searching import searched


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_walls"), ("tenancy", "0004_searching")]

    operations = [
        searched("documents_document", names=("name",)),
    ]
