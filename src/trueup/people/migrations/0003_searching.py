"""Words to find people by."""

from django.db import migrations

from trueup.base.searching import searched


class Migration(migrations.Migration):
    dependencies = [("people", "0002_walls"), ("tenancy", "0004_searching")]

    operations = [
        searched("people_person", numbers=("username", "email", "employee_number"), names=("name",)),
    ]
